using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision.Clip;

/// <summary>CLIP's text encoder: a causal transformer whose end-of-text token stands for the sentence.</summary>
public sealed class ClipTextEncoder : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter tokens;
    private readonly Parameter positions;
    private readonly ModuleList<EncoderBlock> blocks;
    private readonly LayerNorm norm;
    private readonly ScalarType compute;

    /// <summary>Makes an encoder with uninitialised weights.</summary>
    public ClipTextEncoder(ClipTextConfig config, TensorOptions options)
        : base(nameof(ClipTextEncoder))
    {
        Config = config;
        compute = options.ComputeDtype;
        tokens = new Parameter(empty(config.VocabularySize, config.Block.Width, options.Dtype, options.Device));
        positions = new Parameter(empty(config.ContextLength, config.Block.Width, options.Dtype, options.Device));
        blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, config.Depth).Select(_ => new EncoderBlock(config.Block, options))]);
        norm = new LayerNorm(config.Block.Width, config.Block.NormEpsilon, options);
        RegisterComponents();
    }

    /// <summary>The architecture.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>The sentence features of unpadded texts.</summary>
    /// <param name="ids">int64 [B, L].</param>
    /// <returns>[B, C].</returns>
    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return Pool(ids, Normalize(HiddenStates(ids, mask: null)[^1])).MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings and every block's raw output.</summary>
    /// <param name="ids">int64 [B, L], padded on the right.</param>
    /// <param name="mask">[B, L], 0 for padding; null when there is none.</param>
    /// <returns>Depth + 1 tensors, [B, L, C].</returns>
    public IReadOnlyList<Tensor> HiddenStates(Tensor ids, Tensor? mask)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = ids.shape[1];
        Tensor state = tokens[ids].Plus(positions.narrow(0, 0, length)).to(compute);
        Tensor seen = ones(length, length, ScalarType.Bool, ids.device).tril();
        seen = mask is null ? seen : seen.logical_and(mask.to(ScalarType.Bool).unsqueeze(1).unsqueeze(1)); // [B, 1, L, L]
        var states = new List<Tensor> { state };
        foreach (EncoderBlock block in blocks)
        {
            state = block.Transform(state, seen);
            states.Add(state);
        }

        return [.. states.Select(kept => kept.MoveToOuterDisposeScope())];
    }

    /// <summary>Applies the final norm.</summary>
    public Tensor Normalize(Tensor hidden) => norm.call(hidden);

    /// <summary>Picks the token that stands for each sentence.</summary>
    /// <param name="ids">int64 [B, L].</param>
    /// <param name="hidden">[B, L, C].</param>
    /// <returns>[B, C].</returns>
    public Tensor Pool(Tensor ids, Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = Config.EndOfText is int end ? ids.IsEqualTo(end).to(ScalarType.Int32) : ids.to(ScalarType.Int32);
        Tensor rows = TensorArithmetic.Range(0, ids.shape[0], device: ids.device);
        return hidden[rows, scores.argmax(1)].MoveToOuterDisposeScope();
    }

    /// <summary>Deviations as in OpenAI's CLIP.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        tokens.normal_(0, 0.02, generator);
        positions.normal_(0, 0.01, generator);
    }
}
