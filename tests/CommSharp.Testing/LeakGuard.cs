using TorchSharp;

namespace CommSharp.Testing;

/// <summary>
/// Fails a test whose code leaves tensors behind: what is alive at the end of the block must be what was at its start. TorchSharp counts by
/// thread, so the code has to stay on the test's own.
/// </summary>
public sealed class LeakGuard : IDisposable
{
    private readonly long _before = LiveTensors;

    /// <summary>The tensors alive on this thread.</summary>
    public static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>Runs the action and checks how many more tensors live after it than before.</summary>
    /// <param name="action">The code under test.</param>
    /// <param name="kept">The tensors that it is meant to keep, such as the parameters of a module that the test holds.</param>
    public static void Check(Action action, int kept = 0)
    {
        long before = LiveTensors;
        action();
        Verify(LiveTensors - before, kept);
    }

    public void Dispose() => Verify(LiveTensors - _before, kept: 0);

    private static void Verify(long left, int kept) => Assert.True(left == kept, $"{left} tensors are left, {kept} were to be.");
}
