using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>The table of token embeddings.</summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter weight;

    internal TokenEmbedding(int count, int width, TensorOptions options)
        : base(nameof(TokenEmbedding))
    {
        weight = new Parameter(empty(count, width, options.Dtype, options.Device));
        RegisterComponents();
    }

    internal Tensor Weight => weight;

    /// <summary>Looks tokens up: int64 [...] -> [..., C].</summary>
    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]).MoveToOuterDisposeScope();
    }

    /// <summary>Normal with deviation 0.02, as Llama's own code starts them.</summary>
    void IFreshWeights.Draw(Generator generator) => weight.normal_(0, 0.02, generator);
}
