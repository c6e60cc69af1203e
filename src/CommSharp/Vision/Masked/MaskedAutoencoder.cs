using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Vision.Families;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision.Masked;

/// <summary>The decoder's shape and the masking of a <see cref="MaskedAutoencoder"/>.</summary>
/// <param name="Decoder">The shape of a decoder block.</param>
/// <param name="DecoderDepth">The number of decoder blocks.</param>
/// <param name="MaskRatio">The share of patches that the encoder does not see, in 0..1.</param>
public sealed record MaskedAutoencoderConfig(EncoderBlockConfig Decoder, int DecoderDepth, double MaskRatio = 0.75);

/// <summary>Which patches were kept.</summary>
/// <param name="Mask">float32 [B, N], 1 for a removed patch.</param>
/// <param name="Restore">int64 [B, N], each patch's place in [kept, removed].</param>
/// <param name="Kept">int64 [B, kept], the kept patches in the order in which the encoder sees them.</param>
public sealed record PatchMask(Tensor Mask, Tensor Restore, Tensor Kept);

/// <summary>
/// MAE: an encoder that sees a quarter of the patches, and a small decoder that paints the rest (He et al., 2111.06377; transformers,
/// models/vit_mae).
/// </summary>
public sealed class MaskedAutoencoder : nn.Module<Tensor, Tensor, Tensor>, IFreshWeights
{
    private readonly VisionTransformer encoder;
    private readonly Dense embed;
    private readonly Parameter maskToken;
    private readonly Parameter positions;
    private readonly ModuleList<EncoderBlock> blocks;
    private readonly LayerNorm norm;
    private readonly Dense predict;
    private readonly MaskedAutoencoderConfig config;

    /// <summary>Makes a model with uninitialised weights.</summary>
    public MaskedAutoencoder(VisionTransformerConfig encoder, MaskedAutoencoderConfig config, TensorOptions options)
        : base(nameof(MaskedAutoencoder))
    {
        this.config = config;
        int width = config.Decoder.Width;
        this.encoder = new VisionTransformer(encoder, options);
        embed = new Dense(encoder.Width, width, options);
        maskToken = new Parameter(empty(1, 1, width, options.Dtype, options.Device));
        positions = new Parameter(empty(1, 1 + encoder.NativeGrid.Count, width, options.Dtype, options.Device));
        blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, config.DecoderDepth).Select(_ => new EncoderBlock(config.Decoder, options))]);
        norm = new LayerNorm(width, config.Decoder.NormEpsilon, options);
        predict = new Dense(width, 3 * encoder.PatchSize * encoder.PatchSize, options);
        RegisterComponents();
    }

    /// <summary>The encoder, which is all that is kept after pretraining.</summary>
    public VisionTransformer Encoder => encoder;

    /// <summary>Paints every patch from the kept ones.</summary>
    /// <param name="latent">The encoder's output over class token and kept patches, [B, 1 + kept, C], from <see cref="Encode"/>.</param>
    /// <param name="restore">int64 [B, N].</param>
    /// <returns>Predicted pixels of every patch, [B, N, 3 * side * side], each ordered row, column, colour.</returns>
    public override Tensor forward(Tensor latent, Tensor restore)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = embed.call(latent); // [B, 1 + kept, D]
        long batch = tokens.shape[0], width = tokens.shape[2], removed = restore.shape[1] + 1 - tokens.shape[1];
        Tensor shuffled = cat([tokens.narrow(1, 1, tokens.shape[1] - 1), maskToken.to(tokens.dtype).expand(batch, removed, width)], 1);
        Tensor patches = shuffled.gather(1, restore.unsqueeze(-1).expand(-1, -1, width));
        Tensor state = cat([tokens.narrow(1, 0, 1), patches], 1).Plus(positions.to(tokens.dtype));
        foreach (EncoderBlock block in blocks)
        {
            state = block.call(state);
        }

        return predict.call(norm.call(state)).narrow(1, 1, restore.shape[1]).MoveToOuterDisposeScope();
    }

    /// <summary>Removes the patches with the highest noise.</summary>
    /// <param name="noise">[B, N]; uniform noise in training.</param>
    public PatchMask Mask(Tensor noise)
    {
        using DisposeScope scope = NewDisposeScope();
        long kept = (long)(noise.shape[1] * (1 - config.MaskRatio));
        Tensor order = noise.argsort(1);
        Tensor restore = order.argsort(1);
        return new PatchMask(
            restore.IsAtLeast(kept).to(ScalarType.Float32).MoveToOuterDisposeScope(),
            restore.MoveToOuterDisposeScope(),
            order.narrow(1, 0, kept).MoveToOuterDisposeScope());
    }

    /// <summary>Encodes the kept patches only.</summary>
    /// <param name="pixels">Normalised pixels, [B, 3, H, W].</param>
    /// <param name="kept">int64 [B, kept].</param>
    /// <returns>Class token and kept patches after the final norm, [B, 1 + kept, C].</returns>
    public Tensor Encode(Tensor pixels, Tensor kept)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = encoder.Embed(pixels);
        Tensor patches = encoder.Patches(tokens).gather(1, kept.unsqueeze(-1).expand(-1, -1, tokens.shape[2]));
        Tensor seen = cat([tokens.narrow(1, 0, 1), patches], 1);
        return encoder.Normalize(encoder.Transform(seen, [encoder.Config.Depth])[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Cuts pixels into the patches that are predicted.</summary>
    /// <param name="pixels">[B, 3, H, W].</param>
    /// <returns>[B, N, side * side * 3], each ordered row, column, colour.</returns>
    public Tensor Patchify(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        int side = encoder.Config.PatchSize;
        PatchGrid grid = encoder.Config.GridAt(pixels.shape[2], pixels.shape[3]);
        return pixels.reshape(pixels.shape[0], 3, grid.Rows, side, grid.Columns, side)
            .permute(0, 2, 4, 3, 5, 1)
            .reshape(pixels.shape[0], grid.Count, side * side * 3)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The mean squared error over removed patches.</summary>
    /// <param name="patches">True pixels, from <see cref="Patchify"/>.</param>
    /// <param name="predicted">Predicted pixels, from <see cref="forward"/>.</param>
    /// <param name="mask">[B, N], 1 for a removed patch.</param>
    /// <param name="normalizePixels">Whether each true patch is first brought to mean 0 and (unbiased) variance 1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Loss(Tensor patches, Tensor predicted, Tensor mask, bool normalizePixels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor target = normalizePixels
            ? (patches - patches.mean([-1], keepdim: true)) / patches.var(-1, unbiased: true, keepdim: true).Plus(1e-6).sqrt()
            : patches;
        Tensor perPatch = (predicted - target).Squared().mean([-1]);
        return ((perPatch * mask).sum() / mask.sum()).MoveToOuterDisposeScope();
    }

    /// <summary>What of a checkpoint belongs to which part.</summary>
    public IReadOnlyList<CheckpointPart> Parts() =>
    [
        new CheckpointPart(VisionFamily.Named("mae").Layout(encoder.Config), "vit.", encoder),
        new CheckpointPart(DecoderLayout, "decoder.", this),
    ];

    /// <summary>As in the reference: normal with deviation 0.02.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        maskToken.normal_(0, 0.02, generator);
        positions.normal_(0, 0.02, generator);
    }

    private CheckpointLayout DecoderLayout => new(
        "mae-decoder",
        ["decoder."],
        [
            .. BertStyleRules.Pair("decoder_embed", "embed"),
            new Rename("mask_token", "maskToken"),
            new Rename("decoder_pos_embed", "positions"),
            .. BertStyleRules.Block("decoder_layers.{i}"),
            .. BertStyleRules.Pair("decoder_norm", "norm"),
            .. BertStyleRules.Pair("decoder_pred", "predict"),
        ],
        config.DecoderDepth);
}
