using System.Text.Json.Nodes;
using CommSharp.Answering;
using CommSharp.Data;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Benchmarks.Tasks;
using CommSharp.Evaluation.Running;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Evaluation.Tests.Benchmarks;

public sealed class TabletopBenchmarkTests : IDisposable
{
    private static readonly ScoringContext Context = new(size => ImageGeometry.Pad(size.Width, size.Height, 112), BoxFormat.Shikra);

    private readonly TemporaryFolder _folder = new();

    public TabletopBenchmarkTests() => OfficialLayout.WriteScenes(_folder, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Boxes_are_scored_by_size_by_sort_and_for_unseen_kinds()
    {
        EvaluationPlan all = Plan("tabletop-rec"), sorts = Plan("tabletop-rec-sorts"), unseen = Plan("tabletop-rec-unseen");
        string[] right = [.. all.Items.Select(item => BoxFormat.Shikra.Write(Context.Normalize(item, ((BoxTarget)item.Target!).Box)))];
        ScoreSheet sheet = all.Benchmark.Task.Score(all.Items, right, Context).Sheet;
        Assert.Equal(100, sheet.Scores[0].Value);
        Assert.InRange(all.Benchmark.Task.ConstantAnswers(all.Items, Context).Max(box => all.Benchmark.Task.Score(all.Items, [.. right.Select(_ => box)], Context).Sheet.Scores[0].Value!.Value), 1, 40);
        Assert.Equal(["large", "medium", "small"], sheet.Groups.Select(group => group.Name).Order(StringComparer.Ordinal));
        Assert.Equal(WorldRegion.Sorts.Order(StringComparer.Ordinal), sorts.Benchmark.Task.Score(sorts.Items, right, Context).Sheet.Groups.Select(group => group.Name).Order(StringComparer.Ordinal));
        Assert.Equal(all.Items.Select(item => item.Id), sorts.Items.Select(item => item.Id));
        string[] heldOut = [.. WorldRegion.Read(_folder["data", "rec.jsonl"]).Where(region => region.IsHeldOut).Select(region => region.Expression)];
        Assert.Equal(heldOut, unseen.Items.Select(item => item.Words));
        Assert.InRange(heldOut.Length, 1, all.Items.Count / 2);
    }

    [Fact]
    public void Descriptions_single_out_their_object_or_another_or_none_or_cannot_be_read()
    {
        EvaluationPlan plan = Plan("tabletop-reg");
        string[] right = [.. WorldRegion.Read(_folder["data", "reg.jsonl"]).Select(region => region.Expression)];
        Assert.Equal((100, 100), Shares(right));
        Assert.Equal((0, 100), Shares([.. right.Select((_, i) => Target(i).Truth.Objects.Count > 1 ? "the thing" : right[i])], Target));
        Assert.Equal([0, 0, 0, right.Length], Counts("the gray cat"));
        Assert.Equal(right.Length, Counts("the second thing from the left").Take(3).Sum() + (int)Math.Round(Shares([.. right.Select(_ => "the second thing from the left")]).Right * right.Length / 100));
        IReadOnlyList<string> constants = plan.Benchmark.Task.ConstantAnswers(plan.Items, Context);
        Assert.All(constants, constant => Assert.NotNull(WorldDescription.Read(constant)));
        Assert.Contains("the largest thing", constants);

        TruthTarget Target(int i) => (TruthTarget)plan.Items[i].Target!;

        (double Right, double True) Shares(string[] answers, Func<int, TruthTarget>? many = null)
        {
            EvaluationItem[] items = many is null ? [.. plan.Items] : [.. plan.Items.Where((_, i) => many(i).Truth.Objects.Count > 1)];
            string[] own = many is null ? answers : [.. answers.Where(answer => answer == "the thing")];
            IReadOnlyList<Score> scores = plan.Benchmark.Task.Score(items, own, Context).Sheet.Scores;
            return (scores[0].Value!.Value, scores[1].Value!.Value);
        }

        int[] Counts(string answer) => [.. plan.Benchmark.Task.Score(plan.Items, [.. plan.Items.Select(_ => answer)], Context).Sheet.Counts.Select(count => count.Count)];
    }

    [Fact]
    public void Captions_are_scored_by_what_exists_of_what_they_mention()
    {
        EvaluationPlan plan = Plan("tabletop-captions");
        WorldTruth[] truths = [.. plan.Items.Select(item => ((TruthTarget)item.Target!).Truth)];
        int objects = truths.Sum(truth => truth.Objects.Count);
        string[] whole = [.. truths.Select(truth => string.Join(", ", truth.Objects.Select(shown => $"a {shown.Size} {shown.Kind}")))];
        Assert.Equal([100, 100, (double)objects / truths.Length, 100, null, null], Values(whole));
        Assert.Equal([50, 100, 2.0 * objects / truths.Length, 0, null, null], Values([.. whole.Select(caption => $"{caption}, {caption}")]));
        Assert.Equal([0, 0, 3, 0, null, null], Values([.. truths.Select(_ => "Three cats.")]));
        Assert.Equal([null, 0, 0, 0, null, null], Values([.. truths.Select(_ => "Look: stars!")]));
        ScoreSheet sheet = plan.Benchmark.Task.Score(plan.Items, [.. truths.Select((_, i) => i == 0 ? "Stars" : "A cat is left of a dog on tiles.")], Context).Sheet;
        Assert.Equal([1, 2 * (truths.Length - 1), 2 * (truths.Length - 1), truths.Length - 1, truths.Length - 1], sheet.Counts.Select(count => count.Count));
        Assert.Equal(100.0 * truths.Skip(1).Count(truth => truth.Ground == "tiles") / (truths.Length - 1), sheet.Scores[5].Value!.Value, 1e-9);

        double?[] Values(string[] answers) => [.. plan.Benchmark.Task.Score(plan.Items, answers, Context).Sheet.Scores.Select(score => score.Value)];
    }

    [Theory]
    [InlineData("vqav2-val")]
    [InlineData("pope-random")]
    [InlineData("pope-popular")]
    [InlineData("pope-adversarial")]
    public void Questions_and_those_of_pope_are_asked_by_the_benchmarks_of_those_names(string name)
    {
        using var assistant = Assistant.Load((MultimodalFolder)ModelFolder.Open(BundledModel.Folder), new TensorOptions(TorchSharp.torch.ScalarType.Float32, TorchSharp.torch.CPU));
        var options = new EvaluationOptions { Batch = 8, MaxTokens = 3, Limit = 24, Controls = true };
        EvaluationPlan plan = EvaluationPlan.Read(BenchmarkCatalog.Find(name)!, _folder["data"], null, options);
        EvaluationResult result = EvaluationRun.Open(plan, new AssistantAnswerer(assistant), new EvaluatedModel(BundledModel.Folder, "tiny"), _folder["run"], options).Complete(null, TestContext.Current.CancellationToken);
        Assert.Equal(24, result.Scores!.Count);
        Assert.InRange(result.Controls!.ConstantScores.Scores[0].Value!.Value, name == "vqav2-val" ? 20 : 50, name == "vqav2-val" ? 60 : 50);
        Assert.Equal(name == "vqav2-val" ? MostCommonAnswers(plan) : null, result.Controls.SortScores?.Scores[0].Value);
        string[] types = ["colour", "comparison", "count", "existence", "pattern", "relation", "shape"];
        Assert.Equal(name == "vqav2-val" ? types.Select(type => $"questions: {type}") : [], result.Scores.Groups.Select(group => group.Name)
            .Where(group => group.StartsWith("questions: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Lines_that_do_not_belong_to_the_scenes_are_refused()
    {
        Damage.EditLine(_folder["data", "scenes.jsonl"], 1, line =>
        {
            foreach (JsonNode? shown in line["objects"]!.AsArray())
            {
                shown!["bbox"]![0] = 0;
            }
        });
        Assert.Contains("the files do not belong together", Assert.Throws<DataException>(() => Plan("tabletop-rec")).Message, StringComparison.Ordinal);
        File.Delete(_folder["data", "scenes.jsonl"]);
        Assert.Contains("there is no scenes.jsonl", Assert.Throws<CommSharpException>(() => Plan("tabletop-reg")).Message, StringComparison.Ordinal);
    }

    /// <summary>The share of questions that the most common answer to their sort is right for: all of this world's annotators say the same.</summary>
    private static double MostCommonAnswers(EvaluationPlan plan)
    {
        int right = plan.Items.Select(item => ((VqaTarget)item.Target!).Annotation).GroupBy(annotation => annotation.QuestionType, StringComparer.Ordinal)
            .Sum(sort => sort.GroupBy(annotation => annotation.Answers[0].Answer, StringComparer.Ordinal).Max(answer => answer.Count()));
        return Math.Round(100.0 * right / plan.Items.Count, 2); // the official program rounds to two digits
    }

    private EvaluationPlan Plan(string name) => EvaluationPlan.Read(BenchmarkCatalog.Find(name)!, _folder["data"], null, new EvaluationOptions());
}
