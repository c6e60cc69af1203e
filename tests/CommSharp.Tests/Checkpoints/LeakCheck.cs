using TorchSharp;

namespace CommSharp.Tests.Checkpoints;

/// <summary>Fails when the tensors alive on this thread are not the same number at its end as at its start.</summary>
internal sealed class LeakCheck : IDisposable
{
    private readonly long _before = Alive;

    private static long Alive => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    public void Dispose() => Assert.Equal(_before, Alive);
}
