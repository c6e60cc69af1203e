using CommSharp.Layers;
using CommSharp.Training.Pretraining.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>Makes assignments of a teacher's scores, and keeps their running mean: centre = m * centre + (1 - m) * mean of the step's scores.</summary>
internal sealed class TeacherCentre : IDisposable
{
    private readonly DinoSettings _settings;
    private Tensor? _sum;
    private int _assigned;

    public TeacherCentre(DinoSettings settings, Device device)
    {
        _settings = settings;
        Value = zeros([1, settings.Head.Prototypes], device: device).DetachFromDisposeScope();
    }

    /// <summary>The centre, [1, K].</summary>
    public Tensor Value { get; }

    /// <summary>Assigns, and remembers the scores for <see cref="Update"/>.</summary>
    /// <param name="scores">[N, K].</param>
    /// <param name="temperature">The teacher's.</param>
    public Tensor Assign(Tensor scores, double temperature)
    {
        if (_settings.Centring == TeacherCentring.SinkhornKnopp)
        {
            return DinoLosses.Sinkhorn(scores, temperature);
        }

        if (_settings.Centring == TeacherCentring.None)
        {
            return DinoLosses.Assign(scores, null, temperature);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor mean = scores.mean([0], keepdim: true), sum = (_sum is null ? mean : _sum.Plus(mean)).DetachFromDisposeScope();
        _sum?.Dispose();
        _sum = sum;
        _assigned++;
        return DinoLosses.Assign(scores, Value, temperature).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the centre towards the scores of the step.</summary>
    public void Update()
    {
        if (_sum is not null)
        {
            // Of a step's batches those count that had something to assign: patches may be hidden in some only.
            Value.ScaleInPlace(_settings.CentreMomentum).AddInPlace(_sum, (1 - _settings.CentreMomentum) / _assigned);
            _sum.Dispose();
            (_sum, _assigned) = (null, 0);
        }
    }

    public void Dispose()
    {
        Value.Dispose();
        _sum?.Dispose();
    }
}
