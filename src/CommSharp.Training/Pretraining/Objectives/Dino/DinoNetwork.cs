using CommSharp.Layers;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>A student or a teacher: a tower, the token of masked patches, and a head each for pictures and for patches.</summary>
internal sealed class DinoNetwork : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly VisionTransformer tower;
    private readonly Parameter maskToken;
    private readonly DinoHead pictureHead;
    private readonly DinoHead patchHead;
    private readonly ScalarType compute;

    public DinoNetwork(DinoSettings settings, TensorOptions options)
        : base(nameof(DinoNetwork))
    {
        VisionTransformerConfig architecture = settings.Tower.Architecture with { LayerScale = true };
        tower = new VisionTransformer(architecture, options);
        compute = options.ComputeDtype;
        maskToken = new Parameter(empty(1, architecture.Width, options.Dtype, options.Device));
        pictureHead = new DinoHead(architecture.Width, settings.Head, options);
        patchHead = new DinoHead(architecture.Width, settings.Head, options);
        RegisterComponents();
    }

    public VisionTransformer Tower => tower;

    public Parameter MaskToken => maskToken;

    public DinoHead PictureHead => pictureHead;

    public DinoHead PatchHead => patchHead;

    /// <summary>All tokens after the final norm, float32 [B, 1 + N, C].</summary>
    public override Tensor forward(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        return Finish(tower.Embed(pixels.to(compute))).MoveToOuterDisposeScope();
    }

    /// <summary>The same with the mask token in the place of hidden patches.</summary>
    /// <param name="pixels">[B, 3, H, W].</param>
    /// <param name="masked">Boolean, [B, N].</param>
    public Tensor SeeMasked(Tensor pixels, Tensor masked)
    {
        using DisposeScope scope = NewDisposeScope();
        return Finish(tower.EmbedMasked(pixels.to(compute), masked, maskToken)).MoveToOuterDisposeScope();
    }

    void IFreshWeights.Draw(Generator generator) => maskToken.zero_();

    private Tensor Finish(Tensor tokens) => tower.Normalize(tower.Transform(tokens, [tower.Config.Depth])[0]).to(ScalarType.Float32);
}
