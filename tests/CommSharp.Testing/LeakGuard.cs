using TorchSharp;

namespace CommSharp.Testing;

/// <summary>Fails a test whose code leaves tensors behind. TorchSharp counts by thread, so the code has to stay on the test's own.</summary>
public static class LeakGuard
{
    /// <summary>Runs the action and checks how many more tensors live after it than before.</summary>
    /// <param name="action">The code under test.</param>
    /// <param name="kept">The tensors that it is meant to keep, such as the parameters of a module that the test holds.</param>
    public static void Check(Action action, int kept = 0)
    {
        long before = LiveTensors;
        action();
        long left = LiveTensors - before;
        Assert.True(left == kept, $"{left} tensors are left, {kept} were to be.");
    }

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
