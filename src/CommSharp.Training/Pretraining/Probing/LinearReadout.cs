using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Probing;

/// <summary>Least squares from standardised features to one-hot labels, with a ridge of 1 % of the number of pictures, in closed form.</summary>
internal sealed class LinearReadout : IDisposable
{
    private const double Ridge = 1e-2;

    private readonly Tensor _mean, _deviation, _weights, _bias;

    private LinearReadout(Tensor mean, Tensor deviation, Tensor weights, Tensor bias) => (_mean, _deviation, _weights, _bias) = (mean, deviation, weights, bias);

    /// <summary>Its tensors, in float64.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors => [("mean", _mean), ("deviation", _deviation), ("weights", _weights), ("bias", _bias)];

    /// <summary>Fits.</summary>
    /// <param name="features">[M, D].</param>
    /// <param name="labels">int64 [M].</param>
    /// <param name="classes">The number of classes.</param>
    public static LinearReadout Fit(Tensor features, Tensor labels, int classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = features.to(ScalarType.Float64);
        Tensor mean = x.mean([0], keepdim: true), deviation = x.std(0, unbiased: false, keepdim: true).AtLeast(1e-12);
        x = (x - mean) / deviation;
        Tensor y = nn.functional.one_hot(labels, classes).to(ScalarType.Float64);
        Tensor bias = y.mean([0], keepdim: true);
        Tensor gram = x.t().matmul(x).Plus(eye(x.shape[1], dtype: ScalarType.Float64, device: x.device).Times(Ridge * x.shape[0]));
        Tensor weights = linalg.solve(gram, x.t().matmul(y - bias));
        return new LinearReadout(mean.DetachFromDisposeScope(), deviation.DetachFromDisposeScope(), weights.DetachFromDisposeScope(), bias.DetachFromDisposeScope());
    }

    /// <summary>Scores, [N, classes].</summary>
    /// <param name="features">[N, D].</param>
    public Tensor Scores(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return ((features.to(ScalarType.Float64) - _mean) / _deviation).matmul(_weights).Plus(_bias).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach ((_, Tensor tensor) in Tensors)
        {
            tensor.Dispose();
        }
    }
}
