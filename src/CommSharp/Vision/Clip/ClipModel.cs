using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Vision.Families;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision.Clip;

/// <summary>A whole CLIP: both towers, their projections into one space, and the learned temperature of the contrastive logits.</summary>
public sealed class ClipModel : nn.Module<Tensor, Tensor, Tensor>, IFreshWeights
{
    private readonly VisionTransformer vision;
    private readonly ClipTextEncoder text;
    private readonly Dense visualProjection;
    private readonly Dense textProjection;
    private readonly Parameter logitScale;

    /// <summary>Makes a model with uninitialised weights.</summary>
    /// <param name="vision">The vision tower's architecture.</param>
    /// <param name="text">The text encoder's architecture.</param>
    /// <param name="projectionWidth">The width of the common space.</param>
    /// <param name="options">How weights are held.</param>
    public ClipModel(VisionTransformerConfig vision, ClipTextConfig text, int projectionWidth, TensorOptions options)
        : base(nameof(ClipModel))
    {
        this.vision = new VisionTransformer(vision, options);
        this.text = new ClipTextEncoder(text, options);
        visualProjection = new Dense(vision.Width, projectionWidth, options, hasBias: false);
        textProjection = new Dense(text.Block.Width, projectionWidth, options, hasBias: false);
        logitScale = new Parameter(empty([], options.Dtype, options.Device));
        RegisterComponents();
    }

    /// <summary>The vision tower.</summary>
    public VisionTransformer Vision => vision;

    /// <summary>The text encoder.</summary>
    public ClipTextEncoder Text => text;

    /// <summary>Scores pictures against texts.</summary>
    /// <param name="imageFeatures">[B, D], from <see cref="ImageFeatures"/>.</param>
    /// <param name="textFeatures">[T, D], from <see cref="TextFeatures"/>.</param>
    /// <returns>exp(logit scale) times the cosines, [B, T].</returns>
    public override Tensor forward(Tensor imageFeatures, Tensor textFeatures)
    {
        using DisposeScope scope = NewDisposeScope();
        return (logitScale.exp() * Normalize(imageFeatures).matmul(Normalize(textFeatures).t())).MoveToOuterDisposeScope();
    }

    /// <summary>The class token after the tower's final norm: [B, P + N, C] -> [B, C].</summary>
    public Tensor PoolVision(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return vision.Normalize(tokens.select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Projects a pooled picture, [B, C] -> [B, D].</summary>
    public Tensor ImageFeatures(Tensor pooled) => visualProjection.call(pooled);

    /// <summary>Projects a pooled text, [T, C] -> [T, D].</summary>
    public Tensor TextFeatures(Tensor pooled) => textProjection.call(pooled);

    /// <summary>Brings features to length 1.</summary>
    public static Tensor Normalize(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return (features / features.norm(-1, keepdim: true, p: 2)).MoveToOuterDisposeScope();
    }

    /// <summary>What of a checkpoint belongs to which part.</summary>
    public IReadOnlyList<CheckpointPart> Parts() =>
    [
        new CheckpointPart(VisionFamily.Named("clip").Layout(vision.Config) with { Prefixes = ["vision_model."] }, "vision_model.", vision),
        new CheckpointPart(text.Config.Layout, "text_model.", text),
        new CheckpointPart(Heads, "", this),
    ];

    /// <summary>OpenAI's starting temperature, 0.07.</summary>
    void IFreshWeights.Draw(Generator generator) => logitScale.Fill(Math.Log(1 / 0.07));

    private static CheckpointLayout Heads => new(
        "clip-heads",
        [""],
        [
            new Rename("visual_projection.weight", "visualProjection.weight"),
            new Rename("text_projection.weight", "textProjection.weight"),
            new Rename("logit_scale", "logitScale"),
        ]);
}
