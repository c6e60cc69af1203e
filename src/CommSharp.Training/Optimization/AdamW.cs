using CommSharp.Layers;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2), with the constants and the order of operations of torch.optim.AdamW. Its state
/// is plain tensors by parameter name, so that a checkpoint holds all of it (docs/decisions/0017).
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly OptimizerSettings _settings;
    private readonly Moments[] _moments;

    /// <summary>Begins with moments of 0.</summary>
    /// <param name="parameters">What is trained, in float32.</param>
    /// <param name="settings">The constants.</param>
    public AdamW(IReadOnlyList<TrainedParameter> parameters, OptimizerSettings settings)
    {
        _settings = settings;
        using var unrecorded = no_grad();
        _moments = [.. parameters.Select(trained => new Moments(trained))];
    }

    /// <summary>The moments by parameter, for checkpoints.</summary>
    public IEnumerable<Moments> State => _moments;

    /// <summary>The Euclidean norm of all gradients together; 0 where there are none.</summary>
    public double GradientNorm()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Tensor[] squares = [.. _moments.Select(moments => moments.Trained.Parameter.grad).OfType<Tensor>().Select(gradient => gradient.norm())];
        return squares.Length == 0 ? 0 : stack(squares).to(ScalarType.Float64).norm().item<double>();
    }

    /// <summary>Updates every parameter that has a gradient, and takes the gradients away.</summary>
    /// <param name="share">The learning rate as a share of each parameter's highest.</param>
    /// <param name="gradientNorm">What <see cref="GradientNorm"/> said; longer than the limit, gradients are scaled down to it.</param>
    /// <param name="decayShare">The weight decay as a share of each parameter's own, for trainings in which it rises.</param>
    public void Step(double share, double gradientNorm, double decayShare = 1)
    {
        double limit = _settings.MaxGradientNorm;
        double scale = limit > 0 && gradientNorm > limit ? limit / (gradientNorm + 1e-6) : 1; // the 1e-6 is torch.nn.utils.clip_grad_norm_'s
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        foreach (Moments moments in _moments)
        {
            if (moments.Trained.Parameter.grad is { } gradient)
            {
                Update(moments, gradient, share, scale, decayShare);
                moments.Trained.Parameter.grad = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Moments moments in _moments)
        {
            moments.Dispose();
        }
    }

    private void Update(Moments moments, Tensor gradient, double share, double scale, double decayShare)
    {
        moments.Steps++;
        double rate = share * moments.Trained.LearningRate;
        var update = new AdamWUpdate(
            Decay: (float)(1 - (rate * moments.Trained.WeightDecay * decayShare)),
            Beta1: (float)_settings.Beta1,
            Rest1: (float)(1 - _settings.Beta1),
            Beta2: (float)_settings.Beta2,
            Rest2: (float)(1 - _settings.Beta2),
            GradientScale: (float)scale,
            StepSize: (float)(rate / (1 - Math.Pow(_settings.Beta1, moments.Steps))),
            SquareScale: (float)Math.Sqrt(1 - Math.Pow(_settings.Beta2, moments.Steps)),
            Epsilon: (float)_settings.Epsilon);
        Tensor parameter = moments.Trained.Parameter;
        if (AdamWKernel.Serves(parameter))
        {
            AdamWKernel.Run(update, parameter, gradient.contiguous(), moments.Mean, moments.Square);
            return;
        }

        using DisposeScope scope = NewDisposeScope(); // one parameter's intermediates at a time
        gradient.ScaleInPlace(update.GradientScale);
        parameter.ScaleInPlace(update.Decay);
        moments.Mean.ScaleInPlace(update.Beta1).AddInPlace(gradient, update.Rest1);
        moments.Square.ScaleInPlace(update.Beta2).AddProductInPlace(gradient, gradient, update.Rest2);
        Tensor denominator = moments.Square.sqrt().Over(update.SquareScale).AddInPlace(update.Epsilon);
        parameter.AddQuotientInPlace(moments.Mean, denominator, -update.StepSize);
    }
}

/// <summary>What AdamW remembers of a parameter.</summary>
public sealed class Moments : IDisposable
{
    internal Moments(TrainedParameter trained)
    {
        Trained = trained;
        Mean = zeros_like(trained.Parameter).DetachFromDisposeScope();
        Square = zeros_like(trained.Parameter).DetachFromDisposeScope();
    }

    /// <summary>The parameter.</summary>
    public TrainedParameter Trained { get; }

    /// <summary>The running mean of its gradients, of its shape.</summary>
    public Tensor Mean { get; }

    /// <summary>The running mean of their squares, of its shape.</summary>
    public Tensor Square { get; }

    /// <summary>How often it was updated.</summary>
    public long Steps { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
