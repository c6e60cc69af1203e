using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>A checkpoint some of whose tensors are replaced by others in memory, of the same shapes. It owns the checkpoint, not the tensors.</summary>
/// <param name="below">The checkpoint.</param>
/// <param name="above">The tensors that replace its own, by its names.</param>
/// <param name="finish">Makes what is read of a replacing tensor, in its shape, when it is read; null where the tensor itself is.</param>
/// <param name="dtype">What the replacing tensors are taken to be stored as; their own dtype when null.</param>
internal sealed class OverlaidSource(
    ITensorSource below, IReadOnlyDictionary<string, Tensor> above, Func<Tensor, Tensor?> finish, ScalarType? dtype = null) : ITensorSource
{
    public string Location => below.Location;

    public IReadOnlyCollection<string> Names => below.Names;

    public TensorInfo Describe(string name) => above.TryGetValue(name, out Tensor? tensor)
        ? new TensorInfo(dtype ?? tensor.dtype, [.. tensor.shape], tensor.numel() * StoredDtype.Find(dtype ?? tensor.dtype)!.Bytes)
        : below.Describe(name);

    public void ReadInto(string name, Tensor destination)
    {
        if (!above.TryGetValue(name, out Tensor? tensor))
        {
            below.ReadInto(name, destination);
            return;
        }

        using var unrecorded = no_grad();
        using Tensor target = destination.detach();
        using Tensor? finished = finish(tensor);
        target.copy_(finished ?? tensor);
    }

    public void Dispose() => below.Dispose();
}
