using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>Layer normalisation over the last dimension, in the input's element type whatever the weights are held in.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double epsilon;
    private readonly long[] shape;

    /// <summary>Makes a layer with uninitialised weights, to be loaded or drawn.</summary>
    /// <param name="width">The width of the last dimension.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="options">How the weights are held.</param>
    public LayerNorm(long width, double epsilon, TensorOptions options)
        : base(nameof(LayerNorm))
    {
        this.epsilon = epsilon;
        shape = [width];
        weight = new Parameter(empty(width, options.Dtype, options.Device));
        bias = new Parameter(empty(width, options.Dtype, options.Device));
        RegisterComponents();
    }

    /// <summary>Normalises.</summary>
    /// <param name="input">[..., width].</param>
    /// <returns>The same shape.</returns>
    public override Tensor forward(Tensor input)
    {
        if (weight.dtype == input.dtype)
        {
            return nn.functional.layer_norm(input, shape, weight, bias, epsilon);
        }

        using DisposeScope scope = NewDisposeScope();
        return nn.functional.layer_norm(input, shape, weight.to(input.dtype), bias.to(input.dtype), epsilon).MoveToOuterDisposeScope();
    }

    void IFreshWeights.Draw(Generator generator)
    {
        weight.Fill(1);
        bias.Fill(0);
    }
}
