using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// The one layer through which every matrix product with learned weights goes: y = x W^T + b. Weights may be held in another element type than
/// activations are computed in; one layer at a time is then cast for the product, and its gradients come back in the element type that is held.
/// </summary>
public sealed class Dense : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private const string AdapterName = "adapter";

    private readonly Parameter weight;
    private readonly Parameter? bias;
    private LowRankAdapter? adapter;

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

    /// <summary>What is added to the product, or null.</summary>
    public LowRankAdapter? Adapter => adapter;

    /// <summary>Multiplies, and adds what the adapter gives.</summary>
    /// <param name="input">[..., inputs], in the element type to compute in.</param>
    /// <returns>[..., outputs], in the input's element type.</returns>
    public override Tensor forward(Tensor input)
    {
        if (adapter is null)
        {
            return Multiply(input);
        }

        using DisposeScope scope = NewDisposeScope();
        return Multiply(input).Plus(adapter.call(input)).MoveToOuterDisposeScope();
    }

    /// <summary>Puts an adapter on the layer, which owns it from now on.</summary>
    /// <param name="added">The adapter, of the layer's widths and on its device.</param>
    /// <exception cref="CommSharpException">The layer has an adapter, or this one has other widths.</exception>
    public void Adapt(LowRankAdapter added)
    {
        ArgumentNullException.ThrowIfNull(added);
        if (adapter is not null)
        {
            throw new CommSharpException("The layer has an adapter already; merge it before another is put on.");
        }

        if (added.A.shape[1] != weight.shape[1] || added.B.shape[0] != weight.shape[0])
        {
            throw new CommSharpException(
                $"An adapter from {added.A.shape[1]} to {added.B.shape[0]} channels does not fit a layer from {weight.shape[1]} to {weight.shape[0]}.");
        }

        adapter = added;
        added.train(training);
        register_module(AdapterName, added);
    }

    /// <summary>
    /// Puts the adapter's change into the weight, computed in float32 whatever the weight is held in, and removes the adapter; does nothing without one.
    /// </summary>
    public void MergeAdapter()
    {
        if (adapter is null)
        {
            return;
        }

        using (DisposeScope scope = NewDisposeScope())
        using (no_grad())
        {
            weight.set_(adapter.AddTo(weight)); // not copied into: the weight may lie in a file's own memory
        }

        RemoveAdapter();
    }

    /// <summary>Changes the weights so that (y - <paramref name="mean"/>) / <paramref name="deviation"/> comes out where y did.</summary>
    /// <param name="mean">[outputs], float32.</param>
    /// <param name="deviation">One number, float32, positive.</param>
    /// <exception cref="CommSharpException">The layer has an adapter, or no offsets.</exception>
    internal void Standardize(Tensor mean, Tensor deviation)
    {
        if (adapter is not null || bias is null)
        {
            throw new CommSharpException("A layer whose outputs are to be standardised has offsets, and no adapter.");
        }

        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            weight.set_(weight.to(ScalarType.Float32).div(deviation).to(weight.dtype)); // not written into, as above
            bias.set_(bias.to(ScalarType.Float32).sub(mean).div(deviation).to(bias.dtype));
        }
    }

    /// <summary>Takes the adapter off and disposes of it, without a trace in the weight.</summary>
    public void RemoveAdapter()
    {
        register_module(AdapterName, null!); // null takes it out of the registry
        adapter?.Dispose();
        adapter = null;
    }

    /// <summary>Whether a tensor of a model's state belongs to an adapter.</summary>
    internal static bool IsOfAdapter(string name) => name.Split('.').Contains(AdapterName);

    private Tensor Multiply(Tensor input)
    {
        if (weight.dtype == input.dtype)
        {
            return nn.functional.linear(input, weight, bias);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor? offset = bias?.to(input.dtype);
        if (!HalfPrecisionProduct.Serves(input, weight))
        {
            return nn.functional.linear(input, weight.to(input.dtype), offset).MoveToOuterDisposeScope();
        }

        Tensor product = HalfPrecisionProduct.Multiply(input, weight);
        return (offset is null ? product : product.Plus(offset)).MoveToOuterDisposeScope();
    }

    /// <summary>Uniform within 1 / sqrt(inputs), weights and offsets alike, as torch.nn.Linear starts.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        double bound = 1 / Math.Sqrt(weight.shape[1]);
        weight.uniform_(-bound, bound, generator);
        bias?.uniform_(-bound, bound, generator);
    }
}
