namespace CommSharp.Training.Planning;

/// <summary>What one block of a tower or a decoder takes for one token, in bytes.</summary>
/// <param name="Kept">What autograd keeps from the forward to the backward pass.</param>
/// <param name="Working">What lives beside it until the block has run, forward or backward, whichever is more.</param>
internal readonly record struct BlockMemory(double Kept, double Working);

/// <summary>
/// The tensors of a block, counted from the library's own layers (LlamaBlock, LlamaAttention, EncoderBlock, RmsNorm, Dense) and from what libtorch's derivative formulas save
/// (tools/autograd/derivatives.yaml): a product saves its input where its weight is trained; a softmax over positions is not kept, since attention saves queries, keys,
/// values, result and one number a row.
/// </summary>
internal sealed class BlockCounting(ModelInventory inventory, bool isOnGpu)
{
    private const int Single = sizeof(float); // norms and the sums of attention are float32 whatever is computed in

    private readonly long _number = inventory.ComputeBytes;

    /// <summary>A block of the decoder, with gradients.</summary>
    /// <param name="block">Its name in the model.</param>
    public BlockMemory Decoder(string block)
    {
        Language.LlamaConfig config = inventory.Config.Language.Architecture;
        double width = config.Width, hidden = config.HiddenWidth, queries = (double)config.Heads * config.HeadWidth, keys = (double)config.KeyValueHeads * config.HeadWidth;
        double attended = config.Heads == config.KeyValueHeads ? queries + (2 * keys) : 3 * queries; // grouped keys and values are repeated
        double kept = RmsNorm("input_layernorm") + RmsNorm("post_attention_layernorm")
            + Inputs(config.Width, Name("self_attn.q_proj"), Name("self_attn.k_proj"), Name("self_attn.v_proj"))
            + ((attended + queries) * _number) + (config.Heads * Single) + Dropped((long)queries, Name("self_attn.o_proj"))
            + Inputs(config.Width, Name("mlp.gate_proj"), Name("mlp.up_proj"))
            + (3 * hidden * _number) // gate, silu(gate) and up
            + Inputs(config.HiddenWidth, Name("mlp.down_proj"));
        double forward = (4.5 * (queries + keys)) + (5 * width) + hidden; // rotations leave four and a half tensors behind until the block ends
        double backward = Math.Max((3 * hidden) + (2 * width), (4 * (queries + keys)) + (2 * width));
        return new BlockMemory(kept, Math.Max(forward, backward) * _number);

        string Name(string layer) => $"{block}.{layer}";

        double RmsNorm(string norm) => ((config.Width + 1) * Single) + (inventory.IsTrained(Name($"{norm}.weight")) ? width * _number : 0);
    }

    /// <summary>A block of a tower, with gradients.</summary>
    /// <param name="block">Its name in the model.</param>
    /// <param name="config">The tower.</param>
    public BlockMemory Tower(string block, Vision.VisionTransformerConfig config)
    {
        double width = config.Width, hidden = config.HiddenWidth;
        double inner = config.FeedForward == Vision.FeedForwardKind.SwiGlu ? 3 * hidden // both halves and silu of one
            : config.Activation == Layers.ActivationKind.QuickGelu ? 2 * hidden
            : hidden;
        double scaled = inventory.IsTrained($"{block}.scale1") ? 2 * width : 0;
        double kept = (((2 * width) + (4 * width) + inner + scaled) * _number) // two norms' inputs, queries, keys, values, result
            + ((config.Heads + 4) * Single)
            + Inputs(config.Width, $"{block}.attention.qkv") + Dropped(config.Width, $"{block}.attention.output")
            + Inputs(config.Width, $"{block}.feedForward.input") + Inputs(config.HiddenWidth, $"{block}.feedForward.output");
        return new BlockMemory(kept, ((3 * hidden) + (4 * width)) * _number);
    }

    /// <summary>A block of a tower that needs no gradients: everything it computes lives until it has run.</summary>
    public double FrozenTower(Vision.VisionTransformerConfig config)
    {
        double inner = config.FeedForward == Vision.FeedForwardKind.SwiGlu || config.Activation == Layers.ActivationKind.QuickGelu ? 4 : 2;
        return ((10.0 * config.Width) + (inner * config.HiddenWidth)) * _number;
    }

    /// <summary>What products of one input keep of it.</summary>
    public double Inputs(long width, params IReadOnlyList<string> layers)
    {
        bool shared = layers.Any(layer => inventory.IsTrained($"{layer}.weight") || (inventory.HasAdapter(layer) && inventory.Dropout == 0));
        return (shared ? width * _number : 0) + layers.Sum(layer => Dropped(width, layer));
    }

    /// <summary>What an adapter keeps of its own: its input with numbers dropped, what says which were (libtorch: a mask on a GPU, factors elsewhere), and the low-rank middle.</summary>
    private double Dropped(long width, string layer)
    {
        if (!inventory.HasAdapter(layer))
        {
            return 0;
        }

        double dropped = inventory.Dropout == 0 ? 0 : width * (_number + (isOnGpu ? 1 : _number));
        return dropped + (inventory.RankOf(layer, width) * _number);
    }
}
