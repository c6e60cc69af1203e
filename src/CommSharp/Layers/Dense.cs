using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// The one layer through which every matrix product with learned weights goes: y = x W^T + b. Weights may be held in half precision while
/// activations are float32; one layer at a time is then widened for the product.
/// </summary>
public sealed class Dense : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>Makes a layer with uninitialised weights, to be loaded or drawn.</summary>
    /// <param name="inputs">The width of the input.</param>
    /// <param name="outputs">The width of the output.</param>
    /// <param name="options">How the weights are held.</param>
    /// <param name="hasBias">Whether an offset is added.</param>
    public Dense(long inputs, long outputs, TensorOptions options, bool hasBias = true)
        : base(nameof(Dense))
    {
        weight = new Parameter(empty(outputs, inputs, options.Dtype, options.Device));
        bias = hasBias ? new Parameter(empty(outputs, options.Dtype, options.Device)) : null;
        RegisterComponents();
    }

    /// <summary>The weights, [outputs, inputs].</summary>
    public Tensor Weight => weight;

    /// <summary>The offsets, [outputs], or null.</summary>
    public Tensor? Bias => bias;

    /// <summary>Multiplies.</summary>
    /// <param name="input">[..., inputs], in the element type to compute in.</param>
    /// <returns>[..., outputs], in the input's element type.</returns>
    public override Tensor forward(Tensor input)
    {
        if (weight.dtype == input.dtype)
        {
            return nn.functional.linear(input, weight, bias);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor result = HalfPrecisionProduct.Serves(input, weight)
            ? HalfPrecisionProduct.Multiply(input, weight)
            : nn.functional.linear(input, weight.to(input.dtype));
        return (bias is null ? result : result + bias.to(input.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Uniform within 1 / sqrt(inputs), weights and offsets alike, as torch.nn.Linear starts.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        double bound = 1 / Math.Sqrt(weight.shape[1]);
        weight.uniform_(-bound, bound, generator);
        bias?.uniform_(-bound, bound, generator);
    }
}
