using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// What low-rank adaptation adds to a matrix product that stays as it is (Hu et al. 2021, arXiv 2106.09685): alpha / rank * B A drop(x). It is held in
/// float32 beside weights of any element type, and computes in its input's.
/// </summary>
public sealed class LowRankAdapter : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Parameter a;
    private readonly Parameter b;
    private readonly double dropout;

    /// <summary>Makes an adapter that changes nothing yet: B is zero. <see cref="FreshWeights.Draw"/> or loading gives A its values.</summary>
    /// <param name="inputs">The width of the input.</param>
    /// <param name="outputs">The width of the output.</param>
    /// <param name="settings">Rank, scale and dropout.</param>
    /// <param name="device">Where the adapted layer is.</param>
    /// <exception cref="CommSharpException">Settings of which no adapter can be made.</exception>
    public LowRankAdapter(long inputs, long outputs, AdapterSettings settings, Device device)
        : base(nameof(LowRankAdapter))
    {
        settings.Validate();
        dropout = settings.Dropout;
        Scale = settings.Alpha / settings.Rank;
        a = new Parameter(zeros(settings.Rank, inputs, ScalarType.Float32, device));
        b = new Parameter(zeros(outputs, settings.Rank, ScalarType.Float32, device));
        RegisterComponents();
    }

    /// <summary>The way down, float32 [rank, inputs].</summary>
    public Tensor A => a;

    /// <summary>The way up, float32 [outputs, rank].</summary>
    public Tensor B => b;

    /// <summary>What the product is multiplied with, alpha / rank.</summary>
    public double Scale { get; }

    /// <summary>What is to be added. In training a share of the input is dropped, drawn from torch's global generator.</summary>
    /// <param name="input">[..., inputs].</param>
    /// <returns>[..., outputs], in the input's element type.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = training && dropout > 0 ? nn.functional.dropout(input, dropout, training: true) : input;
        Tensor down = nn.functional.linear(kept, a.to(input.dtype));
        return nn.functional.linear(down, b.to(input.dtype)).Times(Scale).MoveToOuterDisposeScope();
    }

    /// <summary>A weight, or some rows of it, with the adapter's change in it, computed in float32.</summary>
    /// <param name="weight">[rows, inputs], or of another shape with the same numbers in the same order.</param>
    /// <param name="firstRow">Where the rows begin in the whole weight.</param>
    /// <returns>A new tensor in the element type and shape of <paramref name="weight"/>, without gradients.</returns>
    internal Tensor AddTo(Tensor weight, long firstRow = 0)
    {
        using DisposeScope scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor change = b.narrow(0, firstRow, weight.shape[0]).matmul(a).Times(Scale);
        Tensor wide = weight.to(promote_types(weight.dtype, ScalarType.Float32));
        return wide.Plus(change.view(weight.shape)).to(weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A is uniform within 1 / sqrt(inputs), which is torch's kaiming_uniform with a = sqrt(5); B is zero. Both as in the reference, peft's LoraLayer.
    /// </summary>
    void IFreshWeights.Draw(Generator generator)
    {
        double bound = 1 / Math.Sqrt(a.shape[1]);
        a.uniform_(-bound, bound, generator);
        b.Fill(0);
    }
}
