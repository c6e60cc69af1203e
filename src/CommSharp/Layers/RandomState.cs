using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// Makes a block draw the same random numbers twice. On the CPU the state of torch's global generator is kept and put back. CUDA's cannot be read through
/// TorchSharp, so there a seed is drawn from the global generator of the CPU, and CUDA's is started from it at both runs.
/// </summary>
internal sealed class RandomState
{
    private readonly byte[]? _state;
    private readonly long? _cudaSeed;

    private RandomState(byte[]? state, long? cudaSeed)
    {
        _state = state;
        _cudaSeed = cudaSeed;
    }

    /// <summary>Notes where the generator of the inputs' device stands.</summary>
    internal static RandomState Take(IReadOnlyList<Tensor> inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        return inputs.Any(input => input.device_type == DeviceType.CUDA)
            ? new RandomState(null, randint(0, long.MaxValue, [1], ScalarType.Int64, CPU).item<long>())
            : new RandomState([.. random.get_rng_state().bytes], null);
    }

    /// <summary>Lets the generator stand where it was noted.</summary>
    /// <param name="isReplay">Whether this is the second run, after which the generator goes on from where it stands now.</param>
    /// <returns>Ends the run.</returns>
    internal IDisposable? Begin(bool isReplay)
    {
        if (_cudaSeed is { } seed)
        {
            cuda.manual_seed(seed);
            return null;
        }

        if (!isReplay)
        {
            return null;
        }

        using Tensor now = random.get_rng_state();
        var interrupted = new Interrupted([.. now.bytes]);
        Set(_state!);
        return interrupted;
    }

    private static void Set(byte[] state)
    {
        using Tensor tensor = torch.tensor(state, ScalarType.Byte);
        random.set_rng_state(tensor);
    }

    private sealed class Interrupted(byte[] state) : IDisposable
    {
        public void Dispose() => Set(state);
    }
}
