using CommSharp.Training.Recipes;
using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>What the optimiser remembers of a parameter.</summary>
public sealed class Moments : IDisposable
{
    internal Moments(TrainedParameter trained, MatrixRule rule)
    {
        (Trained, Rule) = (trained, rule);
        Mean = zeros_like(trained.Parameter).DetachFromDisposeScope();
        Square = rule == MatrixRule.AdamW ? zeros_like(trained.Parameter).DetachFromDisposeScope() : null;
    }

    /// <summary>The parameter.</summary>
    public TrainedParameter Trained { get; }

    /// <summary>How it is updated.</summary>
    public MatrixRule Rule { get; }

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
