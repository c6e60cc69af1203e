using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>
/// A pre-norm vision transformer. It knows nothing of families, checkpoints, or of the pixels' mean and deviation, and takes pictures of any
/// size that is a whole number of patches: positions are stored for the trained grid and resampled for another.
/// </summary>
public sealed class VisionTransformer : nn.Module<Tensor, Tensor>
{
    private readonly PatchStem stem;
    private readonly ModuleList<EncoderBlock> blocks;
    private readonly LayerNorm? norm;

    /// <summary>Makes a tower with uninitialised weights.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="options">How the weights are held.</param>
    /// <param name="depth">
    /// The number of blocks to build when nobody reads the deeper ones; the final norm is then left out too. Null: the whole tower.
    /// </param>
    public VisionTransformer(VisionTransformerConfig config, TensorOptions options, int? depth = null)
        : base(nameof(VisionTransformer))
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth ?? 0, config.Depth);
        Config = config;
        stem = new PatchStem(config, options);
        EncoderBlockConfig block = config.Block;
        blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, depth ?? config.Depth).Select(_ => new EncoderBlock(block, options))]);
        norm = depth is null ? new LayerNorm(config.Width, config.NormEpsilon, options) : null;
        RegisterComponents();
    }

    /// <summary>The architecture.</summary>
    public VisionTransformerConfig Config { get; }

    /// <summary>Whether training computes the blocks' activations anew in the backward pass instead of keeping them: see <see cref="Recomputation"/>.</summary>
    public bool RecomputesActivations { get; set; }

    /// <summary>The patch features after the last block and the final norm.</summary>
    /// <param name="pixels">Normalised pixels, [B, 3, H, W].</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor last = Transform(Embed(pixels), [Config.Depth])[0];
        return Patches(Normalize(last)).MoveToOuterDisposeScope();
    }

    /// <summary>The raw outputs of chosen blocks, patches only. Blocks beyond the deepest one chosen do not run.</summary>
    /// <param name="pixels">Normalised pixels, [B, 3, H, W].</param>
    /// <param name="layers">Ascending block numbers counted from 1; 0 is the stem's output.</param>
    /// <returns>For each layer, [B, N, C].</returns>
    public IReadOnlyList<Tensor> Features(Tensor pixels, IReadOnlyList<int> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. Transform(Embed(pixels), layers).Select(state => Patches(state).MoveToOuterDisposeScope())];
    }

    /// <summary>Turns pixels into positioned tokens: layer 0.</summary>
    /// <param name="pixels">Normalised pixels, [B, 3, H, W].</param>
    /// <returns>Prefix tokens, then patches: [B, P + N, C].</returns>
    public Tensor Embed(Tensor pixels) => stem.call(pixels);

    /// <summary>The same with a learned token in the place of masked patches, as DINOv2's student sees them.</summary>
    /// <param name="pixels">Normalised pixels, [B, 3, H, W].</param>
    /// <param name="masked">Boolean, [B, N]; true for a patch that is hidden.</param>
    /// <param name="maskToken">[1, C].</param>
    /// <returns>Prefix tokens, then patches: [B, P + N, C].</returns>
    public Tensor EmbedMasked(Tensor pixels, Tensor masked, Tensor maskToken) => stem.Embed(pixels, masked, maskToken);

    /// <summary>Runs tokens through the blocks and keeps chosen outputs, prefix tokens included.</summary>
    /// <param name="tokens">[B, P + N, C]; N may be a part of the patches, as in masked pretraining.</param>
    /// <param name="layers">Ascending block numbers counted from 1; 0 is <paramref name="tokens"/> itself.</param>
    /// <returns>For each layer, [B, P + N, C].</returns>
    /// <exception cref="ArgumentException">A layer that was not built, or layers out of order.</exception>
    public IReadOnlyList<Tensor> Transform(Tensor tokens, IReadOnlyList<int> layers)
    {
        RequireBuilt(layers);
        using DisposeScope scope = NewDisposeScope();
        var kept = new List<Tensor>(layers.Count);
        Tensor state = tokens;
        for (int layer = 0; kept.Count < layers.Count; layer++)
        {
            state = layer == 0 ? state : RunBlock(blocks[layer - 1], state);
            if (layers[kept.Count] == layer)
            {
                // Layer 0 is the caller's own tensor: hand out an alias, so that results and arguments have separate lives.
                kept.Add(layer == 0 ? state.alias() : state);
            }
        }

        return [.. kept.Select(result => result.MoveToOuterDisposeScope())];
    }

    /// <summary>Applies the final norm.</summary>
    /// <param name="tokens">[..., C].</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="InvalidOperationException">The tower was built without it.</exception>
    public Tensor Normalize(Tensor tokens) =>
        (norm ?? throw new InvalidOperationException("This tower was built to a lesser depth, without its final norm.")).call(tokens);

    /// <summary>The position table that pictures of a grid get: [1, positioned prefix + N, C].</summary>
    public Tensor Positions(PatchGrid grid) => stem.Positions(grid);

    /// <summary>Overwrites the stored position table, [1, positioned prefix + N, C], before a training.</summary>
    internal void StartPositions(Tensor table) => stem.StartPositions(table);

    /// <summary>Drops the prefix tokens.</summary>
    /// <param name="tokens">[B, P + N, C].</param>
    /// <returns>A view, [B, N, C].</returns>
    public Tensor Patches(Tensor tokens) => tokens.narrow(1, Config.PrefixTokens, tokens.shape[1] - Config.PrefixTokens);

    private Tensor RunBlock(EncoderBlock block, Tensor state) =>
        RecomputesActivations ? Recomputation.Run(block, kept => block.call(kept[0]), state) : block.call(state);

    private void RequireBuilt(IReadOnlyList<int> layers)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i] < (i == 0 ? 0 : layers[i - 1] + 1) || layers[i] > blocks.Count)
            {
                throw new ArgumentException($"Layers must ascend within 0..{blocks.Count}; got {string.Join(", ", layers)}.", nameof(layers));
            }
        }
    }
}
