using CommSharp.Training.Tracking;

namespace CommSharp.Training.Tests.Tracking;

public sealed class TrackerGroupTests
{
    private readonly List<string> _calls = [];
    private readonly List<string> _reports = [];

    [Fact]
    public void Every_call_reaches_every_tracker_required_ones_first()
    {
        using (var group = new TrackerGroup([new Probe("log", _calls)], [new Probe("plot", _calls)], _reports.Add))
        {
            group.Start(MadeUp.Start("."));
            group.Step(MadeUp.Step(1));
            group.Validate(MadeUp.Validation(1, 1));
            group.Save("a", 1);
            group.Finish(new TrainingEnd(1, true, null));
        }

        string[] each = ["start", "step", "validate", "save", "finish"];
        Assert.Equal([.. each.SelectMany(call => new[] { $"log {call}", $"plot {call}" }), "plot dispose", "log dispose"], _calls);
        Assert.Empty(_reports);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_fails_is_reported_once_and_left_out(bool alsoAtItsEnd)
    {
        using (var group = new TrackerGroup([], [new Probe("bad", _calls, "step", alsoAtItsEnd ? "dispose" : "", new IOException("No space\nleft")), new Probe("good", _calls)], _reports.Add))
        {
            group.Start(MadeUp.Start("."));
            group.Step(MadeUp.Step(1));
            group.Step(MadeUp.Step(2));
        }

        Assert.Equal("Probe is left out from here on, the training goes on: IOException: No space left", Assert.Single(_reports));
        Assert.Equal(["bad start", "good start", "bad step", "good step", "good step", "good dispose", "bad dispose"], _calls);
    }

    [Fact]
    public void A_required_one_that_fails_stops_the_training()
    {
        using var group = new TrackerGroup([new Probe("log", _calls, "step", "", new CommSharpException("full"))], [new Probe("plot", _calls)], _reports.Add);
        group.Start(MadeUp.Start("."));
        Assert.Equal("full", Assert.Throws<CommSharpException>(() => group.Step(MadeUp.Step(1))).Message);
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_request_to_stop_is_no_failure()
    {
        using var group = new TrackerGroup([], [new Probe("plot", _calls, "step", "", new OperationCanceledException())], _reports.Add);
        Assert.Throws<OperationCanceledException>(() => group.Step(MadeUp.Step(1)));
        Assert.Empty(_reports);
    }

    private sealed class Probe(string name, List<string> calls, string failing = "", string alsoFailing = "", Exception? error = null) : ITrainingTracker
    {
        public void Start(TrainingStart start) => Call("start");

        public void Step(StepReport step) => Call("step");

        public void Validate(ValidationReport validation) => Call("validate");

        public void Save(string checkpoint, long step) => Call("save");

        public void Finish(TrainingEnd end) => Call("finish");

        public void Dispose() => Call("dispose");

        private void Call(string call)
        {
            calls.Add($"{name} {call}");
            if (call == failing || call == alsoFailing)
            {
                throw error!;
            }
        }
    }
}
