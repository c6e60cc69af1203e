using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>What the optimiser remembers of a parameter.</summary>
public sealed class Moments : IDisposable
{
    internal Moments(TrainedParameter trained, bool hasSquare)
    {
        Trained = trained;
        Mean = zeros_like(trained.Parameter).DetachFromDisposeScope();
        Square = hasSquare ? zeros_like(trained.Parameter).DetachFromDisposeScope() : null;
    }

    /// <summary>The parameter.</summary>
    public TrainedParameter Trained { get; }

    /// <summary>The running mean of its gradients, of its shape.</summary>
    public Tensor Mean { get; }

    /// <summary>The running mean of their squares, of its shape; null where <see cref="Muon"/> updates it, which needs none.</summary>
    public Tensor? Square { get; }

    /// <summary>How often it was updated.</summary>
    public long Steps { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square?.Dispose();
    }
}
