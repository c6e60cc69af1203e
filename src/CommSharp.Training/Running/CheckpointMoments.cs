using CommSharp.Training.Recipes;

namespace CommSharp.Training.Running;

/// <summary>When a run's state is saved.</summary>
internal static class CheckpointMoments
{
    /// <summary>Whether it is time: at the end, after so many steps, or after so long.</summary>
    /// <param name="settings">The recipe's.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="sinceLast">How long ago it was saved.</param>
    public static bool IsDue(CheckpointSettings settings, RunState state, TimeSpan sinceLast) =>
        state.Step == state.TotalSteps
        || (settings.EverySteps is { } every && state.Step % every == 0)
        || sinceLast.TotalMinutes >= settings.EveryMinutes;

    /// <summary>Saves what is done when something else went wrong, whose message is the one that counts.</summary>
    /// <param name="save">Saves.</param>
    /// <param name="step">The last step that was done.</param>
    /// <param name="note">Is told where that fails.</param>
    public static void SaveInSpite(Action save, long step, Action<string> note)
    {
        try
        {
            save();
        }
        catch (Exception error) when (error is CommSharpException or IOException or UnauthorizedAccessException)
        {
            note($"the state after step {step} could not be saved; the last checkpoint is untouched: {error.Message}");
        }
    }
}
