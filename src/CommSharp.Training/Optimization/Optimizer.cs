using CommSharp.Layers;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2), with the constants and the order of operations of torch.optim.AdamW; where a recipe
/// says so <see cref="Muon"/> in its place for the matrices of blocks. Its state is plain tensors by parameter name, so that a checkpoint holds all of it
/// (docs/decisions/0017).
/// </summary>
public sealed class Optimizer : IDisposable
{
    private readonly OptimizerSettings _settings;
    private readonly Moments[] _moments;

    /// <summary>Begins with moments of 0.</summary>
    /// <param name="parameters">What is trained, in float32.</param>
    /// <param name="settings">The constants.</param>
    public Optimizer(IReadOnlyList<TrainedParameter> parameters, OptimizerSettings settings)
    {
        _settings = settings;
        using var unrecorded = no_grad();
        _moments = [.. parameters.Select(trained => new Moments(trained, hasSquare: !Muon.Serves(settings, trained.Name, trained.Parameter.dim())))];
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
        double rate = share * moments.Trained.LearningRate, decay = 1 - (rate * moments.Trained.WeightDecay * decayShare);
        if (moments.Square is { } square)
        {
            UpdateByAdamW(moments, square, gradient, rate, decay, scale);
        }
        else
        {
            Muon.Update(moments.Trained.Parameter, gradient, moments.Mean, rate, decay);
        }
    }

    private void UpdateByAdamW(Moments moments, Tensor square, Tensor gradient, double rate, double decay, double scale)
    {
        var update = new AdamWUpdate(
            Decay: (float)decay,
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
            AdamWKernel.Run(update, parameter, gradient.contiguous(), moments.Mean, square);
            return;
        }

        using DisposeScope scope = NewDisposeScope(); // one parameter's intermediates at a time
        gradient.ScaleInPlace(update.GradientScale);
        parameter.ScaleInPlace(update.Decay);
        moments.Mean.ScaleInPlace(update.Beta1).AddInPlace(gradient, update.Rest1);
        square.ScaleInPlace(update.Beta2).AddProductInPlace(gradient, gradient, update.Rest2);
        Tensor denominator = square.sqrt().Over(update.SquareScale).AddInPlace(update.Epsilon);
        parameter.AddQuotientInPlace(moments.Mean, denominator, -update.StepSize);
    }
}
