using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>A Dense layer over one normalised token: ViT's and DeiT's pooler (with tanh), or a classifier (without).</summary>
public sealed class TokenHead : nn.Module<Tensor, Tensor>
{
    private readonly Dense dense;
    private readonly bool tanh;

    /// <summary>Makes a head with uninitialised weights.</summary>
    /// <param name="width">The width of a token.</param>
    /// <param name="outputs">The width of the result, or the number of classes.</param>
    /// <param name="tanh">Whether the result goes through tanh.</param>
    /// <param name="options">How weights are held.</param>
    public TokenHead(int width, int outputs, bool tanh, TensorOptions options)
        : base(nameof(TokenHead))
    {
        this.tanh = tanh;
        dense = new Dense(width, outputs, options);
        RegisterComponents();
    }

    /// <summary>Reads the class token.</summary>
    /// <param name="tokens">Tokens after the final norm, [B, P + N, C].</param>
    /// <returns>[B, outputs].</returns>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor result = dense.call(tokens.select(1, 0));
        return (tanh ? result.tanh() : result).MoveToOuterDisposeScope();
    }
}
