using CommSharp.Training.Models;

namespace CommSharp.Training.Running;

/// <summary>Writes the models of a training that came to its end.</summary>
internal static class RunExport
{
    private const string BestName = "model-best";

    /// <summary>The model after the last step, and beside it the best one by validation where that is another. What is there already stays.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="model">The model after the last step; has other weights afterwards.</param>
    /// <param name="checkpoints">Where the best weights are.</param>
    /// <param name="state">The last state.</param>
    /// <param name="note">Is told when the best weights cannot be read.</param>
    /// <param name="cancellationToken">Cancels; nothing half-written is left.</param>
    /// <exception cref="CommSharpException">Nothing can be written.</exception>
    public static (string Model, string? Best) Write(
        RunFolder folder, TrainingModel model, CheckpointStore<TrainingState> checkpoints, TrainingState state, Action<string> note, CancellationToken cancellationToken)
    {
        string best = folder[BestName];
        if (!Directory.Exists(folder.Model))
        {
            model.Export(folder.Model, cancellationToken);
        }

        if (state.BestStep is null || state.BestStep == state.TotalSteps)
        {
            return (folder.Model, null);
        }

        if (!Directory.Exists(best))
        {
            try
            {
                checkpoints.LoadBest(model);
            }
            catch (CommSharpException error)
            {
                note($"there is no {BestName}, for the weights of step {state.BestStep} cannot be read: {error.Message}");
                return (folder.Model, null);
            }

            model.Export(best, cancellationToken);
        }

        return (folder.Model, best);
    }
}
