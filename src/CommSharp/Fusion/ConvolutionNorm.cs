using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>
/// BatchNorm(Conv1x1(v)). A 1x1 convolution over patches is a Dense layer per patch; the batch norm's statistics run over batch and patches.
/// </summary>
internal sealed class ConvolutionNorm : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly Dense convolution;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor runningMean;
    private readonly Tensor runningVariance;
    private readonly double epsilon;

    internal ConvolutionNorm(int width, double epsilon, TensorOptions options)
        : base(nameof(ConvolutionNorm))
    {
        this.epsilon = epsilon;
        convolution = new Dense(width, width, options);
        weight = new Parameter(empty(width, options.Dtype, options.Device));
        bias = new Parameter(empty(width, options.Dtype, options.Device));
        runningMean = empty(width, options.Dtype, options.Device);
        runningVariance = empty(width, options.Dtype, options.Device);
        RegisterComponents(); // tensor fields become persistent buffers
    }

    public override Tensor forward(Tensor layer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor channels = convolution.call(layer).transpose(1, 2); // [B, C, N]
        Tensor normalised = training
            ? Train(channels)
            : nn.functional.batch_norm(channels, As(runningMean), As(runningVariance), As(weight), As(bias), eps: epsilon);
        return normalised.transpose(1, 2).MoveToOuterDisposeScope();

        Tensor As(Tensor held) => held.to(layer.dtype);
    }

    /// <summary>
    /// Statistics of a batch are sums over thousands of patches, so they are taken in float32, and go back into the element type that holds them.
    /// </summary>
    private Tensor Train(Tensor channels)
    {
        ScalarType wide = promote_types(channels.dtype, ScalarType.Float32);
        Tensor mean = runningMean.to(wide), variance = runningVariance.to(wide);
        Tensor normalised = nn.functional.batch_norm(
            channels.to(wide), mean, variance, weight.to(wide), bias.to(wide), training: true, eps: epsilon);
        if (runningMean.dtype != wide)
        {
            runningMean.copy_(mean);
            runningVariance.copy_(variance);
        }

        return normalised.to(channels.dtype);
    }

    void IFreshWeights.Draw(Generator generator)
    {
        weight.Fill(1);
        bias.Fill(0);
        runningMean.Fill(0);
        runningVariance.Fill(1);
    }
}
