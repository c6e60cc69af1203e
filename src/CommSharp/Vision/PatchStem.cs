using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>Turns pixels into positioned tokens: [class, distillation?, registers..., patches].</summary>
internal sealed class PatchStem : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly VisionTransformerConfig config;
    private readonly Dense patch;
    private readonly Parameter classToken;
    private readonly Parameter? distillationToken;
    private readonly Parameter? registerTokens;
    private readonly Parameter positions;
    private readonly LayerNorm? norm;

    internal PatchStem(VisionTransformerConfig config, TensorOptions options)
        : base(nameof(PatchStem))
    {
        this.config = config;
        patch = new Dense(3 * config.PatchSize * config.PatchSize, config.Width, options, config.PatchBias);
        classToken = Tokens(1);
        distillationToken = config.DistillationToken ? Tokens(1) : null;
        registerTokens = config.RegisterTokens > 0 ? Tokens(config.RegisterTokens) : null;
        positions = Tokens(config.PositionedPrefixTokens + config.NativeGrid.Count);
        norm = config.StemNorm ? new LayerNorm(config.Width, config.NormEpsilon, options) : null;
        RegisterComponents();

        Parameter Tokens(int count) => new(empty(1, count, config.Width, options.Dtype, options.Device));
    }

    public override Tensor forward(Tensor pixels) => Embed(pixels, masked: null, maskToken: null);

    /// <summary>The same with another token in the place of masked patches, before positions are added.</summary>
    internal Tensor Embed(Tensor pixels, Tensor? masked, Tensor? maskToken)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = pixels.shape[0];
        PatchGrid grid = config.GridAt(pixels.shape[2], pixels.shape[3]);
        Tensor patches = patch.call(Cut(pixels, grid)); // [B, N, C]
        patches = masked is null ? patches : where(masked.unsqueeze(-1), maskToken!.to(patches.dtype), patches);
        Tensor table = Positions(grid).to(patches.dtype);

        int positionedPrefix = config.PositionedPrefixTokens;
        Tensor prefix = Repeated(classToken, patches, batch);
        if (distillationToken is not null)
        {
            prefix = cat([prefix, Repeated(distillationToken, patches, batch)], 1);
        }

        if (positionedPrefix > 0)
        {
            prefix = prefix.Plus(table.narrow(1, 0, positionedPrefix));
        }

        Tensor positioned = patches.Plus(table.narrow(1, positionedPrefix, grid.Count));
        Tensor tokens = registerTokens is null
            ? cat([prefix, positioned], 1)
            : cat([prefix, Repeated(registerTokens, patches, batch), positioned], 1);
        return (norm is null ? tokens : norm.call(tokens)).MoveToOuterDisposeScope();
    }

    /// <summary>The position table for a grid: [1, positioned prefix + N, C].</summary>
    internal Tensor Positions(PatchGrid grid) =>
        PositionTable.Resample(positions, config.PositionedPrefixTokens, config.NativeGrid, grid, config.Resampling);

    /// <summary>Overwrites the position table, [1, positioned prefix + N, C].</summary>
    internal void StartPositions(Tensor table)
    {
        using var unrecorded = no_grad();
        positions.copy_(table);
    }

    /// <summary>Normal with deviation 0.02, as the families' own code starts them.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        foreach (Parameter? table in new[] { classToken, distillationToken, registerTokens, positions })
        {
            table?.normal_(0, 0.02, generator);
        }
    }

    /// <summary>Cuts pixels into flattened patches, each ordered channel, row, column like a convolution's weight.</summary>
    private Tensor Cut(Tensor pixels, PatchGrid grid)
    {
        int side = config.PatchSize;
        return pixels.reshape(pixels.shape[0], 3, grid.Rows, side, grid.Columns, side)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(pixels.shape[0], grid.Count, 3 * side * side); // [B, N, 3 * side * side]
    }

    private static Tensor Repeated(Tensor tokens, Tensor like, long batch) =>
        tokens.to(like.dtype).expand(batch, -1, -1);
}
