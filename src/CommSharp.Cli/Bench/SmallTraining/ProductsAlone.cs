using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench.SmallTraining;

/// <summary>The matrix products of a training step and nothing else: for each of the forward pass the two that its gradients take.</summary>
internal sealed class ProductsAlone : IDisposable
{
    private readonly List<(Tensor Input, Tensor Weight, Tensor Gradient, int Count)> _products = [];

    public ProductsAlone(IReadOnlyList<(long Rows, long Inputs, long Outputs, int Count)> products)
    {
        foreach ((long rows, long inputs, long outputs, int count) in products)
        {
            _products.Add((randn(rows, inputs), randn(outputs, inputs), randn(rows, outputs), count));
        }
    }

    /// <summary>Multiplications and additions of all of them.</summary>
    public double Operations => _products.Sum(product => 3 * 2.0 * product.Input.numel() * product.Weight.shape[0] * product.Count);

    /// <summary>Multiplies.</summary>
    public void Run()
    {
        using var unrecorded = no_grad();
        foreach ((Tensor input, Tensor weight, Tensor gradient, int count) in _products)
        {
            for (int i = 0; i < count; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                nn.functional.linear(input, weight);
                gradient.mm(weight);
                gradient.t().mm(input);
            }
        }
    }

    public void Dispose()
    {
        foreach ((Tensor input, Tensor weight, Tensor gradient, _) in _products)
        {
            input.Dispose();
            weight.Dispose();
            gradient.Dispose();
        }
    }
}
