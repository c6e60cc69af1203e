using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Probing;

/// <summary>Whether features still tell pictures apart.</summary>
/// <param name="Deviation">
/// The mean over dimensions of the standard deviation of features of length 1: near 1 / sqrt(D) where they fill their sphere, 0 where all are alike.
/// </param>
/// <param name="EffectiveRank">exp of the entropy of the centred features' singular values (Roy and Vetterli 2007): how many dimensions are used.</param>
/// <param name="Dimensions">The number of dimensions.</param>
internal sealed record FeatureHealth(double Deviation, double EffectiveRank, long Dimensions)
{
    private const double Collapsed = 0.1;

    /// <summary>The share of a full sphere's deviation, 1 / sqrt(D).</summary>
    public double Spread => Deviation * Math.Sqrt(Dimensions);

    /// <summary>Whether all pictures look nearly alike.</summary>
    public bool IsCollapsed => !(Spread >= Collapsed);

    /// <summary>Looks at features.</summary>
    /// <param name="features">[N, D], N at least 2.</param>
    public static FeatureHealth Of(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor unit = nn.functional.normalize(features.to(ScalarType.Float64), p: 2, dim: 1);
        double deviation = unit.std(0, unbiased: false).mean().item<double>();
        Tensor values = linalg.svdvals(unit - unit.mean([0], keepdim: true));
        Tensor shares = values / values.sum().AtLeast(1e-300);
        double rank = Math.Exp(special.entr(shares).sum().item<double>());
        return new FeatureHealth(deviation, rank, features.shape[1]);
    }
}
