using CommSharp.Training.Tracking;

namespace CommSharp.Training.Running;

/// <summary>Everybody who is told of a run: what its folder gets always, and what the caller adds, such as a terminal.</summary>
internal static class RunTrackers
{
    /// <summary>All of them as one. The log is required, everything else is left out when it fails.</summary>
    /// <param name="timing">Adds up what the run takes, for its card.</param>
    /// <param name="options">The clock, and who is told of a tracker that fails.</param>
    /// <param name="more">The caller's own.</param>
    public static TrackerGroup Of(TimingTracker timing, TrainingOptions options, IEnumerable<ITrainingTracker> more) => new(
        [new JsonLinesTracker(options.Clock)],
        [timing, new TensorBoardTracker(options.Clock), new LossPlotTracker(), new SamplePageTracker(), .. more],
        options.Note);
}
