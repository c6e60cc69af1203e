using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Cards;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tests.Tracking;

public sealed class TimingTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void Times_of_steps_add_up()
    {
        using var tracker = new TimingTracker(_clock);
        tracker.Start(MadeUp.Start(_folder.Path));
        Steps(tracker, 1, 4);
        tracker.Validate(MadeUp.Validation(4, 2));
        _clock.Advance(3);
        tracker.Finish(new TrainingEnd(4, true, null));
        TrainingTotals totals = tracker.Totals;
        Assert.Equal(new StepSeconds(1, 6, 0.5, 0.25, 0.25), totals.Seconds);
        Assert.Equal((4, 32, 2000, 4.0, 250.0, 1_500_000_004), (totals.Steps, totals.Samples, totals.Tokens, totals.SamplesPerSecond, totals.TokensPerSecond, totals.PeakMemoryBytes));
        Assert.Equal((1, 11.0), (totals.Sessions, totals.WallSeconds));
        Assert.Equal([4, 2, 4.0 / 3, 1], tracker.Outcome.LastLosses);
        Assert.True(tracker.Outcome.IsComplete);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_training_that_went_on_sums_up_as_one_whether_the_log_is_told_before_or_after(bool logFirst)
    {
        Run(logFirst, 0, 1, 7, out _);
        _clock.Advance(1000); // nobody worked
        Run(logFirst, 5, 6, 8, out TimingTracker tracker);
        TrainingTotals totals = tracker.Totals;
        Assert.Equal((8, 64, 2), (totals.Steps, totals.Samples, totals.Sessions));
        Assert.Equal(16, totals.WallSeconds); // steps 6 and 7 of the first time are lost
        Assert.Equal(8 * 1.5, totals.Seconds.Compute);
        Assert.Equal(8, tracker.Outcome.LastStep);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), totals.Start);
    }

    [Fact]
    public void The_best_validation_is_that_of_lowest_loss()
    {
        using var tracker = new TimingTracker(_clock);
        tracker.Start(MadeUp.Start(_folder.Path));
        tracker.Validate(MadeUp.Validation(10, 2));
        tracker.Validate(MadeUp.Validation(20, 1));
        tracker.Validate(MadeUp.Validation(30, 3));
        Assert.Equal((20, 30), (tracker.Outcome.BestValidation!.Step, tracker.Outcome.LastValidation!.Step));
    }

    [Fact]
    public void Before_the_first_step_nothing_is_divided_by_nothing()
    {
        using var tracker = new TimingTracker(_clock);
        Assert.Equal((0, 0, 0), (tracker.Totals.SamplesPerSecond, tracker.Totals.WallSeconds, tracker.Totals.Sessions));
        tracker.Start(MadeUp.Start(_folder.Path));
        Assert.Equal(0, tracker.Totals.TokensPerSecond);
        Assert.Null(tracker.Outcome.BestValidation);
    }

    public void Dispose() => _folder.Dispose();

    private void Run(bool logFirst, long done, long from, long to, out TimingTracker tracker)
    {
        using var log = new JsonLinesTracker(_clock);
        tracker = new TimingTracker(_clock);
        using var group = new TrackerGroup(logFirst ? [log, tracker] : [tracker, log], [], _ => { });
        group.Start(MadeUp.Start(_folder.Path, done));
        Steps(group, from, to);
    }

    private void Steps(ITrainingTracker tracker, long from, long to)
    {
        for (long step = from; step <= to; step++)
        {
            _clock.Advance(2);
            tracker.Step(MadeUp.Step(step));
        }
    }
}
