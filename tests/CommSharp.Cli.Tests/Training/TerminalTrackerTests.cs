using CommSharp.Cli.Training;
using CommSharp.Training.Tests.Tracking;
using CommSharp.Training.Tracking;
using Spectre.Console;

namespace CommSharp.Cli.Tests.Training;

public sealed class TerminalTrackerTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StringWriter _written = new();

    [Fact]
    public void A_file_gets_a_line_every_ten_seconds_and_at_validations()
    {
        using TerminalTracker tracker = new(Terminal.On(_written), _clock);
        tracker.Start(MadeUp.Start(".", totalSteps: 1000));
        Steps(tracker, 1, 25, 1);
        tracker.Validate(MadeUp.Validation(25, 1.5));
        string[] lines = Lines();
        Assert.Equal("tiny run: 1,000 steps over 320 samples, 1,200 of 34,000 parameters are trained", lines[0]);
        Assert.Equal(["step 1/1,000", "step 11/1,000", "step 21/1,000"], lines[1..^1].Select(line => line.Split("  ")[0]));
        Assert.Equal("step 25: held-out loss 1.5000, exact answers 75.0 %, mean IoU 0.500, the best so far", lines[^1]);
        Assert.DoesNotContain('\u001b', _written.ToString());
    }

    [Fact]
    public void A_line_tells_loss_rate_speed_memory_and_what_is_left()
    {
        using TerminalTracker tracker = new(Terminal.On(_written), _clock);
        tracker.Start(MadeUp.Start(".", totalSteps: 3611));
        Steps(tracker, 1, 11, 1);
        string[] parts = Lines()[^1].Split("  ");
        Assert.Equal(
            ["step 11/3,611", "1 h 00 min left", "rate 1.00e-4", "8.00 samples/s", "500 tokens/s", "memory 1.50 GB", "data 13 %"],
            parts.Where(part => !part.StartsWith("loss", StringComparison.Ordinal)));
    }

    [Fact]
    public void After_a_stop_the_time_left_comes_from_this_machines_own_steps()
    {
        using TerminalTracker tracker = new(Terminal.On(_written), _clock);
        tracker.Start(MadeUp.Start(".", firstStep: 900, totalSteps: 1000));
        _clock.Advance(300); // loading the model and finding the data's place
        tracker.Step(MadeUp.Step(901));
        Assert.DoesNotContain("left", Lines()[^1], StringComparison.Ordinal); // one step has no pace yet
        Steps(tracker, 902, 907, 2);
        Assert.Contains("3 min 08 s left", Lines()[^1], StringComparison.Ordinal); // shown at step 906: 94 steps of 2 s
        Assert.Equal("goes on after step 900", Lines()[1]);
    }

    [Fact]
    public void A_validation_between_steps_counts_for_the_time_left()
    {
        RecentSteps recent = new(_clock);
        recent.Add(MadeUp.Step(1));
        _clock.Advance(1);
        recent.Add(MadeUp.Step(2));
        _clock.Advance(9);
        recent.Add(MadeUp.Step(3));
        Assert.Equal(TimeSpan.FromSeconds(5), recent.TimePerStep);
        Assert.Equal(1.6, recent.SamplesPerSecond);
    }

    [Fact]
    public void Only_the_last_steps_count()
    {
        RecentSteps recent = new(_clock, most: 3);
        for (int step = 1; step <= 5; step++)
        {
            _clock.Advance(step < 4 ? 100 : 2);
            recent.Add(MadeUp.Step(step));
        }

        Assert.Equal(TimeSpan.FromSeconds(2), recent.TimePerStep);
        recent.Clear();
        Assert.Null(recent.TimePerStep);
        Assert.Null(recent.DataShare);
    }

    [Fact]
    public void A_screen_has_one_line_that_is_drawn_anew_and_fits()
    {
        using TerminalTracker tracker = new(Screen(60), _clock);
        tracker.Start(MadeUp.Start("."));
        Steps(tracker, 1, 100, 0.05);
        tracker.Finish(new TrainingEnd(100, true, null));
        string[] drawn = [.. _written.ToString().Split("\r\u001b[2K").Skip(1).Select(part => part.Split('\r', '\n')[0])];
        Assert.InRange(drawn.Length, 45, 60); // every tenth of a second, not every step
        Assert.All(drawn, line => Assert.InRange(line.Length, 0, 59));
        Assert.StartsWith("step 100/100  loss ", drawn[^2], StringComparison.Ordinal);
        Assert.Equal("done after step 100, 5 s since the start", drawn[^1]);
        Assert.EndsWith("\n", _written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_shown_and_hostile_names_stay_on_their_line()
    {
        using TerminalTracker tracker = new(Terminal.On(_written), _clock);
        tracker.Start(MadeUp.Start(".") with { Name = "[red]a\u001b[2J\nb[/]" });
        tracker.Step(MadeUp.Step(1, double.NaN));
        Assert.StartsWith("[red]a\\u001b[2J\\u000ab[/]: 100 steps", Lines()[0], StringComparison.Ordinal);
        Assert.Contains("loss NaN", Lines()[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(59.5, "1 min 00 s")]
    [InlineData(3599.5, "1 h 00 min")]
    [InlineData(100_000, "1 d 03 h")]
    public void Times_are_said_with_two_units_at_most(double seconds, string expected) =>
        Assert.Equal(expected, TrainingLine.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(200, "[==========..........]  step 1  loss 2")]
    [InlineData(16, "step 1  loss 2")]
    [InlineData(10, "step 1")]
    [InlineData(3, "ste")]
    public void What_matters_least_goes_first_where_there_is_no_room(int width, string expected) =>
        Assert.Equal(expected, TrainingLine.Fitted(["step 1", "loss 2"], 0.5, width));

    public void Dispose() => _written.Dispose();

    private void Steps(TerminalTracker tracker, long from, long to, double seconds)
    {
        for (long step = from; step <= to; step++)
        {
            _clock.Advance(seconds);
            tracker.Step(MadeUp.Step(step));
        }
    }

    private string[] Lines() => _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private IAnsiConsole Screen(int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_written),
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = width;
        return console;
    }
}
