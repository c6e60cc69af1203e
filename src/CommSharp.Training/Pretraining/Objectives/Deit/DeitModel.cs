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

    public DeitModel(DeitSettings settings, int classes, TensorOptions options)
        : base(nameof(DeitModel))
    {
        tower = new VisionTransformer(settings.Architecture, options);
        classifier = new Dense(tower.Config.Width, classes, options);
        distilled = tower.Config.DistillationToken ? new Dense(tower.Config.Width, classes, options) : null;
        RegisterComponents();
    }

    public VisionTransformer Tower => tower;

    public Dense Classifier => classifier;

    public Dense? Distilled => distilled;

    /// <summary>The tokens after the final norm, [B, P + N, C].</summary>
    public override Tensor forward(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        return tower.Normalize(tower.Transform(tower.Embed(pixels), [tower.Config.Depth])[0]).MoveToOuterDisposeScope();
    }
}
