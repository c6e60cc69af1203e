using System.Diagnostics;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Running;

/// <summary>One step of a pretraining: every batch forward and backward, and one update.</summary>
/// <param name="objective">What is trained.</param>
/// <param name="optimizer">Updates it.</param>
/// <param name="schedule">The learning rate's way.</param>
/// <param name="seed">With the step's number it decides what is drawn, so that a resumed run needs no generator's state.</param>
/// <param name="device">Where to compute.</param>
internal sealed class PretrainingStep(PretrainingObjective objective, Optimizer optimizer, LearningRateSchedule schedule, long seed, Device device)
{
    /// <summary>Does a step. Where the loss or the gradients are not finite, nothing is updated.</summary>
    /// <param name="step">Its pictures.</param>
    /// <param name="measures">Takes numbers beside the loss.</param>
    public StepOutcome Run(PictureStep step, StepMeasures measures)
    {
        var place = new StepPlace(seed, step.Step, schedule.Steps, 0, step.Batches.Count);
        TimeSpan transfer = TimeSpan.Zero;
        double loss = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < step.Batches.Count; i++)
        {
            long before = Stopwatch.GetTimestamp();
            using var tensors = new PictureTensors(step.Batches[i], objective.Views, objective.Normalization, device);
            transfer += Stopwatch.GetElapsedTime(before);
            loss += objective.Backpropagate(tensors, place with { Batch = i }, measures);
        }

        TimeSpan compute = Stopwatch.GetElapsedTime(start) - transfer;
        start = Stopwatch.GetTimestamp();
        objective.BeforeUpdate(place);
        double norm = optimizer.GradientNorm();
        var outcome = new StepOutcome(loss, Guidance: null, WordGuidance: null, norm, transfer, compute, TimeSpan.Zero);
        if (outcome.IsFinite)
        {
            optimizer.Step(schedule.At(step.Step), norm, objective.DecayShare(place));
            objective.AfterUpdate(place);
        }

        return outcome with { Update = Stopwatch.GetElapsedTime(start) };
    }
}
