using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>x / sqrt(mean(x^2) + epsilon) * weight, with the mean in float32 whatever the input is.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter weight;
    private readonly double epsilon;

    internal RmsNorm(int width, double epsilon, TensorOptions options)
        : base(nameof(RmsNorm))
    {
        this.epsilon = epsilon;
        weight = new Parameter(empty(width, options.Dtype, options.Device));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wide = input.to(ScalarType.Float32);
        Tensor normalised = wide * wide.Squared().mean([-1], keepdim: true).Plus(epsilon).rsqrt();
        return (weight.to(input.dtype) * normalised.to(input.dtype)).MoveToOuterDisposeScope();
    }

    void IFreshWeights.Draw(Generator generator) => weight.Fill(1);
}
