using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Running;

/// <summary>Runs trainings in this process.</summary>
internal static class Trainings
{
    public static TrainingOptions Quiet { get; } = new() { Device = CPU };

    /// <summary>To the end, or to an error.</summary>
    public static TrainingResult Complete(RecipeFile recipe, string folder, Action<string>? note = null) =>
        TrainingRun.Run(recipe, folder, Quiet with { Note = note ?? Quiet.Note }, [], TestContext.Current.CancellationToken);

    /// <summary>Cancelled after so many steps.</summary>
    public static void Stop(RecipeFile recipe, string folder, int after)
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(recipe, folder, Quiet, [new StoppingTracker(after, source)], source.Token));
    }
}
