using CommSharp.Layers;
using CommSharp.Training.Pretraining.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>DINO's head: an MLP of three layers, features of length 1, and their products with prototypes of length 1 (weight normalisation whose length is fixed).</summary>
internal sealed class DinoHead : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Dense first;
    private readonly Dense second;
    private readonly Dense bottleneck;
    private readonly Parameter prototypes;

    public DinoHead(int width, DinoHeadSettings settings, TensorOptions options)
        : base(nameof(DinoHead))
    {
        first = new Dense(width, settings.HiddenWidth, options);
        second = new Dense(settings.HiddenWidth, settings.HiddenWidth, options);
        bottleneck = new Dense(settings.HiddenWidth, settings.Bottleneck, options);
        prototypes = new Parameter(empty(settings.Prototypes, settings.Bottleneck, options.Dtype, options.Device));
        RegisterComponents();
    }

    /// <summary>The prototypes before they are brought to length 1.</summary>
    public Parameter Prototypes => prototypes;

    /// <summary>Scores features against every prototype, in -1..1.</summary>
    /// <param name="features">[N, C].</param>
    /// <returns>[N, prototypes].</returns>
    public override Tensor forward(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = nn.functional.gelu(second.call(nn.functional.gelu(first.call(features))));
        Tensor point = nn.functional.normalize(bottleneck.call(hidden), p: 2, dim: 1);
        return point.matmul(nn.functional.normalize(prototypes, p: 2, dim: 1).t()).MoveToOuterDisposeScope();
    }

    void IFreshWeights.Draw(Generator generator) => prototypes.normal_(0, 0.02, generator);
}
