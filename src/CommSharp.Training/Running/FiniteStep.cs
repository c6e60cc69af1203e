using CommSharp.Text;
using CommSharp.Training.Batching;

namespace CommSharp.Training.Running;

/// <summary>A step that ends the training where its loss is no number.</summary>
internal static class FiniteStep
{
    private const string DumpName = "bad-batch";

    /// <summary>Does a step.</summary>
    /// <param name="step">Does it.</param>
    /// <param name="batch">Its samples.</param>
    /// <param name="folder">The run's folder, which gets a bad batch.</param>
    /// <param name="tokenizer">Reads the tokens of a bad batch.</param>
    /// <exception cref="CommSharpException">Loss or gradients are no numbers; nothing was updated.</exception>
    public static StepOutcome Run(TrainingStep step, StepBatch batch, RunFolder folder, LlamaTokenizer tokenizer)
    {
        StepOutcome outcome = step.Run(batch);
        return outcome.IsFinite
            ? outcome
            : throw new CommSharpException(
                $"{folder.Path}: step {batch.Step} has a loss of {outcome.Loss:g4} and gradients of length {outcome.GradientNorm:g4}, and nothing was updated; "
                    + $"its samples are {Dump(folder[DumpName], batch, outcome, tokenizer)}. A lower schedule.learningRate, a longer schedule.warmUp or "
                    + "precision.compute float32 often helps; commsharp inspect --values tells whether the model itself holds such numbers.");
    }

    /// <summary>That the batch cannot be saved must not hide why it was bad.</summary>
    private static string Dump(string dump, StepBatch batch, StepOutcome outcome, LlamaTokenizer tokenizer)
    {
        try
        {
            BatchDump.Write(dump, batch, outcome, tokenizer);
            return $"in {dump}";
        }
        catch (Exception error) when (error is CommSharpException or IOException or UnauthorizedAccessException)
        {
            return $"lost ({error.Message})";
        }
    }
}
