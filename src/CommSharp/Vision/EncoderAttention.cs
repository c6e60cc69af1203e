using CommSharp.Layers;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>Multi-head self-attention with queries, keys and values from one product.</summary>
internal sealed class EncoderAttention : nn.Module<Tensor, Tensor>
{
    private readonly Dense qkv;
    private readonly Dense output;
    private readonly int heads;

    internal EncoderAttention(int width, int heads, TensorOptions options)
        : base(nameof(EncoderAttention))
    {
        this.heads = heads;
        qkv = new Dense(width, 3 * width, options);
        output = new Dense(width, width, options);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => Attend(tokens, mask: null);

    internal Tensor Attend(Tensor tokens, Tensor? mask)
    {
        long batch = tokens.shape[0], count = tokens.shape[1], width = tokens.shape[2];
        Tensor parts = qkv.call(tokens).view(batch, count, 3, heads, width / heads).permute(2, 0, 3, 1, 4); // [3, B, H, N, D]
        Tensor mixed = AttentionProduct.Of(parts[0], parts[1], parts[2], mask); // [B, H, N, D]
        return output.call(mixed.transpose(1, 2).reshape(batch, count, width));
    }
}
