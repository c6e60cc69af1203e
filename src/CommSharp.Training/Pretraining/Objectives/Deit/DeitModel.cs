using CommSharp.Layers;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Deit;

/// <summary>A tower with a classifier on its class token, and another on its distillation token where it has one.</summary>
internal sealed class DeitModel : nn.Module<Tensor, Tensor>
{
    private readonly VisionTransformer tower;
    private readonly Dense classifier;
    private readonly Dense? distilled;
    private readonly ScalarType compute;

    public DeitModel(DeitSettings settings, int classes, TensorOptions options)
        : base(nameof(DeitModel))
    {
        compute = options.ComputeDtype;
        tower = new VisionTransformer(settings.Architecture, options);
        classifier = new Dense(tower.Config.Width, classes, options);
        distilled = tower.Config.DistillationToken ? new Dense(tower.Config.Width, classes, options) : null;
        RegisterComponents();
    }

    public VisionTransformer Tower => tower;

    public Dense Classifier => classifier;

    public Dense? Distilled => distilled;

    /// <summary>The tokens after the final norm, float32 [B, P + N, C].</summary>
    public override Tensor forward(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor last = tower.Transform(tower.Embed(pixels.to(compute)), [tower.Config.Depth])[0];
        return tower.Normalize(last).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
