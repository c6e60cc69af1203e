using System.Text.Json;
using CommSharp.Data;
using CommSharp.Data.Pictures;
using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Running;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Evaluation.Tests.Running;

public sealed class EvaluationRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluationRunTests()
    {
        for (int i = 0; i < 5; i++)
        {
            string file = _folder.Write($"data/{i}.png");
            PngFile.Write(file, new RgbImage(4, 3, [.. Enumerable.Repeat((byte)(i * 40), 36)]));
        }

        _folder.Write("model/config.json", "{}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_is_stopped_anywhere_ends_as_one_that_is_not()
    {
        Run("whole", new PixelReader());
        string[] expected = Files("whole");

        for (int stop = 1; stop <= 4; stop++)
        {
            string folder = $"stopped{stop}";
            Assert.Throws<OperationCanceledException>(() => Run(folder, new PixelReader { StopsAtCall = stop }));
            File.AppendAllText(_folder[folder, "answers.jsonl"], "{\"index\": 99, \"id\": \"half a li"); // killed while it wrote
            Run(folder, new PixelReader());
            Assert.Equal(expected, Files(folder));
        }
    }

    [Fact]
    public void Every_sample_is_logged_with_all_that_led_to_its_score()
    {
        EvaluationResult result = Run("run", new PixelReader());
        SampleLine[] samples = [.. File.ReadLines(_folder["run", "samples.jsonl"]).Select(line => JsonSerializer.Deserialize<SampleLine>(line, JsonSerializerOptions.Web)!)];
        Assert.Equal(7, samples.Length);
        Assert.Equal(new SampleLine(2, "q2", "2.png", "<image> How bright is {braces} <image>?", "80", "80", "80", 1), samples[2]);
        Assert.Equal(100, result.Scores!.Scores[0].Value);
        Assert.Equal(0, result.LeftOut);
    }

    [Fact]
    public void With_pictures_exchanged_a_model_that_looks_fails()
    {
        EvaluationResult result = Run("run", new PixelReader(), new EvaluationOptions { Batch = 2, Controls = true });
        Assert.Equal(0, result.Controls!.Exchanged.Scores[0].Value);
        Assert.Equal("0", result.Controls.Constant);
        Assert.Equal(200.0 / 7, result.Controls.ConstantScores.Scores[0].Value!.Value, 1e-9);
        Assert.Equal(
            File.ReadLines(_folder["run", "samples.jsonl"]).Count(),
            File.ReadLines(_folder["run", "samples.exchanged.jsonl"]).Count());
    }

    [Fact]
    public void A_folder_belongs_to_one_run()
    {
        Run("run", new PixelReader());
        string other = Assert.Throws<CommSharpException>(() => Run("run", new PixelReader(), new EvaluationOptions { Batch = 3 })).Message;
        Assert.Contains("batch: 2 there, 3 now", other, StringComparison.Ordinal);

        _folder.Write("model/config.json", "{ }");
        Assert.Contains("model: ", Assert.Throws<CommSharpException>(() => Run("run", new PixelReader())).Message, StringComparison.Ordinal);
        Assert.Contains("holds something else", Assert.Throws<CommSharpException>(() => Run("data", new PixelReader())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_with_other_answers_is_refused()
    {
        Run("run", new PixelReader());
        Damage.Replace(_folder["run", "answers.jsonl"], "\"q3\"", "\"q9\"");
        Assert.Contains("belongs to 'q9'", Assert.Throws<CommSharpException>(() => Run("run", new PixelReader())).Message, StringComparison.Ordinal);

        Damage.Replace(_folder["run", "answers.jsonl"], "{", "[");
        Assert.Contains("line 1", Assert.Throws<DataException>(() => Run("run", new PixelReader())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_records_end_a_run_unless_they_are_borne_and_then_they_are_counted()
    {
        File.Delete(_folder["data", "3.png"]);
        Assert.Contains("there is no file", Assert.Throws<DataException>(() => Run("run", new PixelReader())).Message, StringComparison.Ordinal);

        EvaluationResult result = Run("run", new PixelReader(), new EvaluationOptions { Batch = 2, MostBadRecords = 1 });
        Assert.Equal(1, result.LeftOut);
        Assert.Equal(6, result.Scores!.Count);
        Assert.Contains("3.png", Assert.Single(File.ReadLines(_folder["run", "problems.txt"])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("How bright is <question>?", "<image> 0 times")]
    [InlineData("<image> <image> <question>", "<image> 2 times")]
    [InlineData("<image>", "<question> 0 times")]
    public void A_template_must_have_each_mark_once(string template, string problem)
    {
        string message = Assert.Throws<DataException>(() => Run("run", new PixelReader(), new EvaluationOptions { Template = template })).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    private EvaluationResult Run(string name, PixelReader answerer, EvaluationOptions? options = null)
    {
        options ??= new EvaluationOptions { Batch = 2 };
        var benchmark = new Benchmark("bright", "Brightness", new BrightnessTask(), ["pictures"], source => new BenchmarkData(Items(), new PictureFolder(source.Folder)));
        EvaluationPlan plan = EvaluationPlan.Read(benchmark, _folder["data"], null, options);
        return EvaluationRun.Open(plan, answerer, new EvaluatedModel(_folder["model"], ModelFingerprint.Of(_folder["model"])), _folder[name], options).Complete(null, CancellationToken.None);
    }

    private string[] Files(string name) =>
        [.. new[] { "run.json", "answers.jsonl", "samples.jsonl", "result.json" }.Select(file => File.ReadAllText(_folder[name, file]))];

    private static IEnumerable<EvaluationItem> Items() => Enumerable.Range(0, 7).Select(i => new EvaluationItem
    {
        Place = new DataPlace("items", Record: i),
        Id = $"q{i}",
        Picture = $"{i % 5}.png",
        Words = "{braces} <image>",
        Target = new TextTarget([$"{i % 5 * 40}"]),
    });

    private sealed record SampleLine(int Index, string Id, string Picture, string Prompt, string Answer, string? Parsed, string? Target, double? Score);

    /// <summary>Sees how bright a picture is, and can be stopped.</summary>
    private sealed class PixelReader : IAnswerer
    {
        private int _calls;

        public int? StopsAtCall { get; init; }

        public BoxFormat Boxes => BoxFormat.Shikra;

        public IReadOnlyList<string> Conventions => ["The first pixel counts."];

        public ImageGeometry GeometryOf(PictureSize size) => ImageGeometry.Pad(size.Width, size.Height, 8);

        public IReadOnlyList<string> Answer(IReadOnlyList<PictureQuestion> questions, int maxTokens, CancellationToken cancellationToken)
        {
            if (++_calls == StopsAtCall)
            {
                throw new OperationCanceledException();
            }

            Assert.All(questions, question => Assert.Equal(1, question.Question.ImageCount));
            return [.. questions.Select(question => $"{question.Picture.Pixels[0]}")];
        }
    }

    private sealed class BrightnessTask : EvaluationTask
    {
        public override TemplateKind Kind => TemplateKind.ShortAnswer;

        public override string Template => "<image> How bright is <question>?";

        public override int MaxTokens => 3;

        public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
        {
            Judgement[] judgements = [.. items.Zip(answers, (item, answer) => new Judgement(answer, Right(item), answer == Right(item) ? 1 : 0))];
            double share = 100 * judgements.Average(each => each.Score!.Value);
            return new Scoring(new ScoreSheet { Metric = "brightness", Conventions = [], Count = items.Count, Scores = [new Score("accuracy", share, "%")] }, judgements);
        }

        public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) => [.. items.Select(Right).Distinct()];

        private static string Right(EvaluationItem item) => ((TextTarget)item.Target!).References[0];
    }
}
