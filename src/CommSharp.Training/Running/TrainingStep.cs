using System.Diagnostics;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Training.Batching;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>What a step found, and how long its parts took.</summary>
/// <param name="Loss">The mean cross-entropy of the answer tokens before the update, weighted as the batches say, in nats.</param>
/// <param name="Guidance">The mean over answers' guided tokens of -log of the attention's share that falls on what they speak of, in nats; null where none were guided.</param>
/// <param name="WordGuidance">The same of words of questions and what they mean.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="Transfer">Bringing the batches to the device.</param>
/// <param name="Compute">Forward and backward passes.</param>
/// <param name="Update">Clipping and the optimiser.</param>
public readonly record struct StepOutcome(double Loss, double? Guidance, double? WordGuidance, double GradientNorm, TimeSpan Transfer, TimeSpan Compute, TimeSpan Update)
{
    /// <summary>Whether loss and gradients are numbers that can be used.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
}

/// <summary>
/// One step: forward and backward passes of every batch, and one update. The loss is the weighted mean over all answer tokens of the step, so that four batches of
/// four give the update of one batch of sixteen, however long the answers are.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">Updates it.</param>
/// <param name="schedule">The learning rate's way.</param>
/// <param name="seed">With the step's number it decides what is dropped, so that a resumed run needs no generator's state.</param>
/// <param name="guidance">How a head is taught where to look; not at all when null.</param>
public sealed class TrainingStep(MultimodalModel model, Optimizer optimizer, LearningRateSchedule schedule, long seed, GuidanceSettings? guidance = null)
{
    /// <summary>Does a step. Where the loss or the gradients are not finite, nothing is updated.</summary>
    /// <param name="batch">Its samples.</param>
    public StepOutcome Run(StepBatch batch)
    {
        using Generator seeded = manual_seed(SeedOf(batch.Step));
        var whole = new StepWeight(batch.Batches.Sum(each => (long)each.AnswerTokens), batch.Batches.Sum(each => each.AnswerWeight));
        TimeSpan transfer = TimeSpan.Zero;
        double loss = 0, looks = 0, wordLooks = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (TrainingBatch each in batch.Batches)
        {
            long before = Stopwatch.GetTimestamp();
            using var tensors = new BatchTensors(each, model.Options.Device, model.Options.ComputeDtype);
            transfer += Stopwatch.GetElapsedTime(before);
            (double answers, double guided, double words) = Backpropagate(tensors, whole);
            (loss, looks, wordLooks) = (loss + answers, looks + guided, wordLooks + words);
        }

        TimeSpan compute = Stopwatch.GetElapsedTime(start) - transfer;
        start = Stopwatch.GetTimestamp();
        double norm = optimizer.GradientNorm();
        var outcome = new StepOutcome(loss, Mean(looks, areWords: false), Mean(wordLooks, areWords: true), norm, transfer, compute, TimeSpan.Zero);
        if (outcome.IsFinite)
        {
            optimizer.Step(schedule.At(batch.Step), norm);
        }

        return outcome with { Update = Stopwatch.GetElapsedTime(start) };

        double? Mean(double sum, bool areWords)
        {
            int guided = guidance is null ? 0 : batch.Batches.Sum(each => each.Guided.Count(place => place.IsWord == areWords));
            return guided == 0 ? null : sum / guided;
        }
    }

    /// <summary>The learning rate of every group of parameters at a step.</summary>
    /// <param name="step">The step, from 1.</param>
    public IReadOnlyList<GroupRate> RatesAt(long step) =>
    [
        .. optimizer.State.Select(moments => moments.Trained)
            .DistinctBy(trained => (trained.Group, trained.LearningRate))
            .Select(trained => new GroupRate(trained.Group, trained.LearningRate * schedule.At(step))),
    ];

    private (double Answers, double Looks, double WordLooks) Backpropagate(BatchTensors tensors, StepWeight whole)
    {
        using DisposeScope scope = NewDisposeScope();
        int depth = model.Config.Language.Architecture.Depth;
        using AttentionGuide? words = guidance is null ? null : tensors.Guide(guidance, depth, areWords: true);
        using AttentionGuide? spoken = guidance is null ? null : tensors.Guide(guidance, depth, areWords: false);
        AttentionGuide[] guides = [.. new[] { words, spoken }.OfType<AttentionGuide>()];
        if (guidance is null || guides.Length == 0)
        {
            Tensor loss = model.AnswerLoss(tensors.Images, tensors.Ids, tensors.Labels, tensors.Questions, tensors.Weights).Over(whole.AnswerWeight);
            Backpropagate(loss);
            return (loss.item<float>(), 0, 0);
        }

        (Tensor answers, IReadOnlyList<Tensor> looks) = model.GuidedLoss(tensors.Images, tensors.Ids, tensors.Labels, tensors.Questions, guides, tensors.Weights);
        Tensor astray = looks.Aggregate((sum, each) => sum.Plus(each));
        Backpropagate(answers.Over(whole.AnswerWeight).Plus(astray.Times(guidance.Weight / whole.AnswerTokens)));
        return (answers.item<float>() / whole.AnswerWeight, spoken is null ? 0 : looks[^1].item<float>(), words is null ? 0 : looks[0].item<float>());
    }

    /// <summary>Words alone teach a vision side nothing: where nothing else is trained, nothing leads from their loss to a parameter, and they only count in the step's mean.</summary>
    private static void Backpropagate(Tensor loss)
    {
        if (loss.requires_grad)
        {
            Recomputation.Backward(loss);
        }
    }

    /// <summary>The answers of a step: what guidance's sums are divided by, and what the weighted sum of answers' losses is.</summary>
    private readonly record struct StepWeight(long AnswerTokens, double AnswerWeight);

    private long SeedOf(long step) => unchecked((seed * 0x5851f42d4c957f2d) + step);
}
