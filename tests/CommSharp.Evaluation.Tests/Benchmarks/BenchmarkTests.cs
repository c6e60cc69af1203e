using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Data;
using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Benchmarks.Tasks;
using CommSharp.Evaluation.Running;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Evaluation.Tests.Benchmarks;

public sealed class BenchmarkTests(BenchmarkTests.TinyModel model) : IClassFixture<BenchmarkTests.TinyModel>
{
    private const int Limit = 6;

    public static TheoryData<string> Names => [.. BenchmarkCatalog.All.Select(benchmark => benchmark.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tiny_model_runs_it_end_to_end_and_a_killed_run_ends_the_same(string name)
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write(name, folder, "data");
        EvaluationResult result = Run(name, folder, "whole", model.Answerer);
        string[] log = File.ReadAllLines(folder["whole", "samples.jsonl"]);
        Assert.Equal(result.Run.Items, log.Length);
        bool isPublished = !name.StartsWith("vqav2-test", StringComparison.Ordinal);
        Assert.Equal(isPublished, result.Scores is not null);
        Assert.Equal(isPublished ? result.Run.Items : 0, result.Scores?.Count ?? 0);
        Assert.Equal(!isPublished, File.Exists(folder["whole", "answers.submission.json"]));
        Assert.All(log, line => Assert.Equal(isPublished, JsonDocument.Parse(line).RootElement.GetProperty("target").ValueKind == JsonValueKind.String));

        Assert.Throws<OperationCanceledException>(() => Run(name, folder, "killed", new Killed(model.Answerer, after: (result.Run.Items - 1) / 2 / 2)));
        Run(name, folder, "killed", model.Answerer);
        Assert.Equal(log, File.ReadAllLines(folder["killed", "samples.jsonl"]));
        Assert.Equal(File.ReadAllText(folder["whole", "result.json"]), File.ReadAllText(folder["killed", "result.json"]));
    }

    [Theory]
    [InlineData("vqav2-val")]
    [InlineData("mme")]
    [InlineData("coco-captions")]
    [InlineData("voc-rec")]
    [InlineData("voc-reg")]
    [InlineData("voc-count")]
    [InlineData("voc-presence")]
    [InlineData("tabletop-reg")]
    [InlineData("tabletop-captions")]
    public void Controls_stand_beside_the_score(string name)
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write(name, folder, "data");
        EvaluationResult result = Run(name, folder, "run", model.Answerer, controls: true);
        Assert.Equal(result.Scores!.Count, result.Controls!.Exchanged.Count);
        Assert.True(result.Controls.ConstantScores.Scores[0].Value > 0);
    }

    [Theory]
    [InlineData(399)]
    [InlineData(200)]
    public void At_most_two_hundred_boxes_and_the_whole_picture_are_tried_as_constant_answers(int count)
    {
        var size = new PictureSize(1000, 1000);
        EvaluationItem[] items =
        [
            .. Enumerable.Range(0, count).Select(i => new EvaluationItem
            {
                Place = new DataPlace("rec"), Id = $"{i}", Picture = "a.png", StatedSize = size, Target = new BoxTarget(new PixelBox(i, i, i + 500, i + 500)),
            }),
        ];
        var context = new ScoringContext(_ => ImageGeometry.Pad(1000, 1000, 1000), BoxFormat.Shikra);
        Assert.Equal(201, new ReferringEvaluation().ConstantAnswers(items, context).Count);
    }

    [Fact]
    public void Pictures_cannot_be_exchanged_where_there_is_one()
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write("refcoco-val", folder, "data");
        string message = Assert.Throws<CommSharpException>(() => Run("refcoco-val", folder, "run", model.Answerer, controls: true)).Message;
        Assert.Contains("all samples have the same one", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[0.510,0.505,0.776,0.682]", 1)]
    [InlineData("none", 0)]
    public void The_right_box_of_an_expression_is_the_one_of_the_padded_square(string answer, double hits)
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write("refcoco-val", folder, "data");
        EvaluationResult result = Run("refcoco-val", folder, "run", new FixedAnswerer(answer));
        Assert.Equal(100 * hits, result.Scores!.Scores[0].Value);
    }

    [Fact]
    public void Half_of_a_picture_of_mme_is_refused_before_the_first_question()
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write("mme", folder, "data");
        string message = Assert.Throws<CommSharpException>(() => Plan(limit: 3)).Message;
        Assert.Contains("of the two questions about 'existence/000000000025.jpg' only one would be asked; take an even number as --limit", message, StringComparison.Ordinal);
        Assert.Equal(4, Plan(limit: 4).Items.Count);
        Assert.Equal(8, Plan(limit: 9).Items.Count); // all that there are

        EvaluationPlan Plan(int limit) => EvaluationPlan.Read(BenchmarkCatalog.Find("mme")!, folder["data"], null, new EvaluationOptions { Limit = limit });
    }

    [Fact]
    public void Questions_and_annotations_must_be_of_the_same_questions()
    {
        using var folder = new TemporaryFolder();
        OfficialLayout.Write("okvqa", folder, "data");
        Damage.Edit(folder["data", "mscoco_val2014_annotations.json"], root => root["annotations"]![0]!["question_id"] = 1);
        Assert.Contains("has no annotation", Assert.Throws<DataException>(() => Run("okvqa", folder, "run", new FixedAnswerer("a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_benchmark_s_needs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data/readme.txt");
        Assert.Contains("refs(umd).p", Assert.Throws<CommSharpException>(() => Run("refcocog-val", folder, "run", new FixedAnswerer("a"))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<CommSharpException>(() => Run("mme", new TemporaryFolder(), "run", new FixedAnswerer("a"))).Message, StringComparison.Ordinal);
    }

    private static EvaluationResult Run(string name, TemporaryFolder folder, string run, IAnswerer answerer, bool controls = false)
    {
        Benchmark benchmark = BenchmarkCatalog.Find(name)!;
        var options = new EvaluationOptions { Batch = 2, Limit = Limit, MaxTokens = 6, Controls = controls };
        EvaluationPlan plan = EvaluationPlan.Read(benchmark, folder["data"], null, options);
        return EvaluationRun.Open(plan, answerer, new EvaluatedModel(BundledModel.Folder, "tiny"), folder[run], options).Complete(null, CancellationToken.None);
    }

    /// <summary>The bundled model, loaded once.</summary>
    public sealed class TinyModel : IDisposable
    {
        private readonly Assistant _assistant = Assistant.Load((MultimodalFolder)ModelFolder.Open(BundledModel.Folder), new TensorOptions(TorchSharp.torch.ScalarType.Float32, TorchSharp.torch.CPU));

        public IAnswerer Answerer => new AssistantAnswerer(_assistant);

        public void Dispose() => _assistant.Dispose();
    }

    private sealed class Killed(IAnswerer inner, int after) : IAnswerer
    {
        private int _calls;

        public BoxFormat Boxes => inner.Boxes;

        public IReadOnlyList<string> Conventions => inner.Conventions;

        public ImageGeometry GeometryOf(PictureSize size) => inner.GeometryOf(size);

        public IReadOnlyList<string> Answer(IReadOnlyList<PictureQuestion> questions, int maxTokens, CancellationToken cancellationToken) =>
            _calls++ < after ? inner.Answer(questions, maxTokens, cancellationToken) : throw new OperationCanceledException();
    }
}
