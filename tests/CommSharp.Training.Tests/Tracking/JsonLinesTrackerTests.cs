using System.Text.Json.Nodes;
using CommSharp.Data;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tests.Tracking;

public sealed class JsonLinesTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    private string Log => _folder[TrainingLog.FileName];

    [Fact]
    public void Everything_that_is_told_is_read_back()
    {
        using (JsonLinesTracker tracker = Started())
        {
            tracker.Step(MadeUp.Step(1));
            _clock.Advance(2);
            tracker.Validate(MadeUp.Validation(1, 2.5, MadeUp.Sample("left\nor \"right\"")));
            tracker.Save(_folder["checkpoints", "step-1"], 1);
            tracker.Finish(new TrainingEnd(1, true, _folder["model"]));
        }

        TrainingRecord[] records = [.. TrainingLog.Read(Log)];
        Assert.Equal([typeof(StartRecord), typeof(StepRecord), typeof(ValidationRecord), typeof(SaveRecord), typeof(EndRecord)], records.Select(each => each.GetType()));
        Assert.Equal(("tiny run", 0, 100), (((StartRecord)records[0]).Name, records[0].Step, ((StartRecord)records[0]).TotalSteps));
        var step = (StepRecord)records[1];
        Assert.Equal((1, 0.025, 4.0, 1.25, 8, 500, 120, 0, 1_500_000_001), (step.Step, step.Epoch, step.Loss, step.GradientNorm, step.Samples, step.Tokens, step.AnswerTokens, step.Unreadable, step.MemoryBytes));
        Assert.Equal([new GroupRate("projector", 2e-5), new GroupRate("merges", 1e-4)], step.Rates);
        Assert.Equal(new StepSeconds(0.25, 1.5, 0.125, 0.0625, 0.0625), step.Seconds);
        var validation = (ValidationRecord)records[2];
        Assert.Equal((2.5, 0.75, 0.5, true), (validation.Loss, validation.ExactAnswers, validation.MeanIoU, validation.IsBest));
        Assert.Equal([0.1, 0.5, -0.25], validation.LayerWeights[0].Weights);
        Assert.Equal("left\nor \"right\"", Assert.Single(validation.Answers).Answer);
        Assert.Equal(TimeSpan.FromSeconds(2), validation.Time - step.Time);
        Assert.Equal("checkpoints/step-1", ((SaveRecord)records[3]).Checkpoint);
        Assert.Equal((true, "model"), (((EndRecord)records[4]).IsComplete, ((EndRecord)records[4]).Model));
    }

    [Fact]
    public void Members_keep_their_names_and_no_line_names_the_folder()
    {
        using (JsonLinesTracker tracker = Started())
        {
            tracker.Step(MadeUp.Step(1));
            tracker.Save(_folder["checkpoints", "step-1"], 1);
        }

        string[] lines = File.ReadAllLines(Log);
        string[] names = ["kind", "epoch", "loss", "gradientNorm", "rates", "samples", "tokens", "answerTokens", "unreadable", "memoryBytes", "seconds", "step", "time"];
        Assert.Equal(names, JsonNode.Parse(lines[1])!.AsObject().Select(member => member.Key));
        Assert.Equal(["data", "compute", "optimizer", "tracking", "saving"], JsonNode.Parse(lines[1])!["seconds"]!.AsObject().Select(member => member.Key));
        Assert.All(lines, line => Assert.DoesNotContain(_folder.Path, line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_is_in_the_file_as_soon_as_the_step_is_told()
    {
        using JsonLinesTracker tracker = Started();
        tracker.Step(MadeUp.Step(1));
        Assert.Equal(2, TrainingLog.Read(Log).Count());
    }

    [Fact]
    public void A_training_that_goes_on_keeps_its_steps_and_forgets_later_ones()
    {
        using (JsonLinesTracker tracker = Started())
        {
            MadeUp.Run(tracker, 1, 5);
            tracker.Validate(MadeUp.Validation(5, 1));
        }

        using (JsonLinesTracker tracker = Started(3))
        {
            MadeUp.Run(tracker, 4, 4);
        }

        TrainingRecord[] records = [.. TrainingLog.Read(Log)];
        Assert.Equal([0, 1, 2, 3, 3, 4], records.Select(record => record.Step));
        Assert.IsType<StartRecord>(records[4]);
        Assert.Equal([TrainingLog.FileName], _folder.Entries);
    }

    [Fact]
    public void A_training_from_the_beginning_forgets_all()
    {
        using (JsonLinesTracker tracker = Started())
        {
            tracker.Validate(MadeUp.Validation(0, 1));
        }

        Started().Dispose();
        Assert.IsType<StartRecord>(Assert.Single(TrainingLog.Read(Log)));
    }

    [Theory]
    [InlineData("{\"kind\":\"step\",\"step\":4,\"lo")]
    [InlineData("{\"kind\":\"end\",\"step\":2,\"time\":\"2026-01-01T00:00:00+00:00\",\"isComplete\":false,\"model\":null}")]
    public void A_last_line_without_its_end_counts_for_nothing(string half)
    {
        using (JsonLinesTracker tracker = Started())
        {
            MadeUp.Run(tracker, 1, 3);
        }

        byte[] whole = File.ReadAllBytes(Log);
        File.AppendAllText(Log, half);
        Assert.Equal(4, TrainingLog.Read(Log).Count());
        Started(3).Dispose();
        byte[] cut = File.ReadAllBytes(Log);
        Assert.Equal(whole, cut[..whole.Length]);
        Assert.Equal([0, 1, 2, 3, 3], TrainingLog.Read(Log).Select(record => record.Step));
    }

    [Fact]
    public void A_log_that_was_cut_anywhere_goes_on()
    {
        using (JsonLinesTracker tracker = Started())
        {
            MadeUp.Run(tracker, 1, 2);
            tracker.Validate(MadeUp.Validation(2, 1, MadeUp.Sample("größer")));
        }

        byte[] whole = File.ReadAllBytes(Log);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(Log, whole[..length]);
            Started(1).Dispose();
            Assert.All(TrainingLog.Read(Log), record => Assert.True(record.Step <= 1));
        }
    }

    [Theory]
    [InlineData("{\"kind\":\"stair\",\"step\":1}")]
    [InlineData("{\"kind\":\"step\",\"step\":1,\"time\":\"2026-01-01T00:00:00+00:00\"}")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_bad_line_is_named_by_its_number_and_the_log_stays_as_it_is(string bad)
    {
        using (JsonLinesTracker tracker = Started())
        {
            MadeUp.Run(tracker, 1, 3);
        }

        string[] lines = File.ReadAllLines(Log);
        lines[2] = bad;
        File.WriteAllLines(Log, lines);
        DataException error = Assert.Throws<DataException>(() => Started(2));
        Assert.Equal(3, error.Place.Line);
        Assert.Equal(lines, File.ReadAllLines(Log));
        Assert.Equal([TrainingLog.FileName], _folder.Entries);
    }

    [Fact]
    public void A_loss_that_is_no_number_can_be_told()
    {
        using (JsonLinesTracker tracker = Started())
        {
            tracker.Step(MadeUp.Step(1, double.NaN));
        }

        Assert.Equal(double.NaN, TrainingLog.Read(Log).OfType<StepRecord>().Single().Loss);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_one_plain_line()
    {
        Directory.CreateDirectory(Log);
        CommSharpException error = Assert.Throws<CommSharpException>(() => Started());
        Assert.StartsWith(Log, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private JsonLinesTracker Started(long firstStep = 0)
    {
        var tracker = new JsonLinesTracker(_clock);
        tracker.Start(MadeUp.Start(_folder.Path, firstStep));
        return tracker;
    }
}
