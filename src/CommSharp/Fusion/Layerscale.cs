using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>sum_i alpha_i T_i(v_i), COMM's equation 1 with T_i = Linear_i(LN_i(.)).</summary>
internal sealed class Layerscale : LayerMerge, IFreshWeights
{
    private readonly LayerscaleMerge config;
    private readonly Parameter alpha;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> transforms;

    internal Layerscale(LayerscaleMerge config, int layers, int width, TensorOptions options)
        : base(nameof(Layerscale), width)
    {
        this.config = config;
        alpha = new Parameter(empty(layers, options.Dtype, options.Device));
        int count = config.Transform == LayerTransform.None ? 0 : config.SharedTransform ? 1 : layers;
        transforms = new ModuleList<nn.Module<Tensor, Tensor>>([.. Enumerable.Range(0, count).Select(_ => Transform())]);
        RegisterComponents();

        nn.Module<Tensor, Tensor> Transform() => config.Transform == LayerTransform.NormLinear
            ? new NormLinear(width, config.NormEpsilon, options)
            : new ConvolutionNorm(width, config.NormEpsilon, options);
    }

    public override IReadOnlyList<double> LayerWeights
    {
        get
        {
            using DisposeScope scope = NewDisposeScope();
            using var unrecorded = no_grad();
            return [.. Scales(ScalarType.Float64).cpu().data<double>()];
        }
    }

    public override Tensor forward(IReadOnlyList<Tensor> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scales = Scales(layers[0].dtype);
        Tensor sum = scales[0] * Transformed(layers[0], 0);
        for (int i = 1; i < layers.Count; i++)
        {
            sum = sum.Plus(scales[i] * Transformed(layers[i], i));
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>All layers start alike; under a softmax any constant gives the same start, 1 / number of layers.</summary>
    void IFreshWeights.Draw(Generator generator) => alpha.Fill(config.InitialScale ?? 1.0 / alpha.shape[0]);

    private Tensor Scales(ScalarType dtype) => config.Normalization == ScaleNormalization.Softmax
        ? alpha.to(promote_types(alpha.dtype, ScalarType.Float32)).softmax(0).to(dtype) // a few numbers: rounded once, whatever computes
        : alpha.to(dtype);

    private Tensor Transformed(Tensor layer, int index) =>
        transforms.Count == 0 ? layer : transforms[config.SharedTransform ? 0 : index].call(layer);
}

/// <summary>Linear(LN(v)).</summary>
internal sealed class NormLinear : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm;
    private readonly Dense linear;

    internal NormLinear(int width, double epsilon, TensorOptions options)
        : base(nameof(NormLinear))
    {
        norm = new LayerNorm(width, epsilon, options);
        linear = new Dense(width, width, options);
        RegisterComponents();
    }

    public override Tensor forward(Tensor layer) => linear.call(norm.call(layer));
}
