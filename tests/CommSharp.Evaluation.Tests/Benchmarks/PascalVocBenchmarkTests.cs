using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Benchmarks.Tasks;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Tests.Benchmarks;

public sealed class PascalVocBenchmarkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The cells of v1 and v3 and the cat of v2 are alone.
    [Theory]
    [InlineData("Answer: [0.250,0.250,0.750,0.750] .", 100 * (2.0 / 3), 100, 0)]
    [InlineData("Answer: [0.000,0.125,0.500,0.875] .", 100 * (1.0 / 3), 0, 100)]
    public void Boxes_are_scored_over_all_classes_and_by_class(string answer, double all, double cells, double cats)
    {
        ScoreSheet sheet = Run("voc-rec", answer);
        Assert.Equal((3, all), (sheet.Count, sheet.Scores[0].Value!.Value));
        Assert.Equal([("WBC", 2, cells), ("cat", 1, cats)], sheet.Groups.Select(group => (group.Name, group.Count, group.Scores[0].Value!.Value)));
    }

    [Theory]
    [InlineData("The answer is yes.", 50, 50, 100)]
    [InlineData("No, there are none.", 50, 50, 0)]
    [InlineData("Nothing.", 0, 0, 0)]
    public void Presence_has_a_balanced_accuracy_and_what_is_neither_is_wrong(string answer, double accuracy, double balanced, double yes)
    {
        ScoreSheet sheet = Run("voc-presence", answer);
        Assert.Equal((4, accuracy, balanced, yes), (sheet.Count, sheet.Scores[0].Value!.Value, sheet.Scores[1].Value!.Value, sheet.Scores[2].Value!.Value));
        Assert.Equal([("WBC", 2), ("cat", 2)], sheet.Groups.Select(group => (group.Name, group.Count)));
    }

    [Fact]
    public void Counts_stand_beside_what_needs_no_picture()
    {
        // Asked: cells 1, 0, 1 and cats 2, 1, 0. Train: cells 1, 0, 0, 1, so median 0 (the lower) and mean 1; cats 1, 1, 2, 0, so median 1 and mean 1.
        ScoreSheet sheet = Run("voc-count", "The answer is 2.");
        (string Name, double Value)[] expected =
        [
            ("exact", 100.0 / 6), ("mean absolute error", 7.0 / 6),
            ("exact, saying train's median", 200.0 / 6), ("mean absolute error, saying train's median", 4.0 / 6),
            ("exact, saying train's mean", 50), ("mean absolute error, saying train's mean", 0.5),
        ];
        Assert.Equal(expected.Select(score => score.Name), sheet.Scores.Select(score => score.Name));
        Assert.All(expected.Zip(sheet.Scores), pair => Assert.Equal(pair.First.Value, pair.Second.Value!.Value, 1e-9));
        Assert.Equal([("WBC", 0.0), ("cat", 100 * (1.0 / 3))], sheet.Groups.Select(group => (group.Name, group.Scores[0].Value!.Value)));

        ScoreSheet unread = Run("voc-count", "many");
        Assert.Equal((0, 5.0 / 6, 6), (unread.Scores[0].Value, unread.Scores[1].Value!.Value, unread.Counts.Single().Count));
    }

    [Fact]
    public void Without_other_training_pictures_there_is_nothing_to_set_beside_counts()
    {
        Assert.Equal(2, Run("voc-count", "1", new EvaluationOptions { Split = "train" }).Scores.Count);
        Assert.Equal(6, Run("voc-count", "1", new EvaluationOptions { Split = "train", Every = 2, Keep = [1] }).Scores.Count);
        File.Delete(_folder["data", "ImageSets", "Main", "train.txt"]);
        Assert.Equal(2, Run("voc-count", "1", write: false).Scores.Count);
    }

    [Theory]
    [InlineData("12 red blood cells", 12)]
    [InlineData("The answer is Seven.", 7)]
    [InlineData("I see about 3.5", 3)]
    [InlineData("99999999999", null)]
    [InlineData("none", null)]
    [InlineData("", null)]
    public void The_first_number_of_an_answer_counts(string answer, int? number) => Assert.Equal(number, CountEvaluation.Read(answer));

    [Theory]
    [InlineData("white blood cell", 50)]
    [InlineData("A White Blood Cell.", 50)]
    [InlineData("The answer is WBC.", 50)]
    [InlineData("cats", 50)]
    [InlineData("a white cell", 0)]
    [InlineData("white blood cell and cat", 0)]
    public void The_class_must_be_the_whole_answer_and_classes_weigh_alike(string answer, double meanOfClasses)
    {
        ScoreSheet sheet = Run("voc-reg", answer);
        Assert.Equal((5, "mean class accuracy", meanOfClasses), (sheet.Count, sheet.Scores[1].Name, sheet.Scores[1].Value!.Value));
    }

    [Fact]
    public void A_split_a_part_of_its_pictures_and_a_class_can_be_chosen_and_the_result_says_so()
    {
        var options = new EvaluationOptions { Split = "train", Every = 2, Keep = [0], Part = "cat" };
        EvaluationResult result = Complete("voc-rec", "none", options);
        Assert.Equal(["t1/cat"], Plan("voc-rec", options).Items.Select(item => item.Id));
        Assert.Contains("The split is train; of its pictures those are asked about whose number, from 0, modulo 2 is 0.", result.Run.Conventions);
        Assert.Contains("Only items of the part cat are asked.", result.Run.Conventions);
        Assert.Contains("The split is val.", Complete("voc-rec", "none").Run.Conventions);
        Assert.Contains("is there a part 'dog'", Assert.Throws<CommSharpException>(() => Run("voc-rec", "a", new EvaluationOptions { Part = "dog" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_cannot_be_is_refused()
    {
        Assert.All(
            [new() { Every = 5 }, new() { Keep = [1] }, new() { Every = 1, Keep = [0] }, new() { Every = 5, Keep = [] }, new() { Every = 5, Keep = [5] }, new EvaluationOptions { Every = 5, Keep = [-1] }],
            options => Assert.Contains("every N", Assert.Throws<CommSharpException>(options.Validate).Message, StringComparison.Ordinal));
        OfficialLayout.Write("refcoco-val", _folder, "refcoco");
        var part = new EvaluationOptions { Split = "val" };
        string message = Assert.Throws<CommSharpException>(() => EvaluationPlan.Read(BenchmarkCatalog.Find("refcoco-val")!, _folder["refcoco"], null, part)).Message;
        Assert.Contains("refcoco-val is one split", message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_real_blood_cells_the_best_box_for_all_finds_one_white_cell_in_seven()
    {
        Benchmark benchmark = BenchmarkCatalog.Find("voc-rec")!;
        var options = new EvaluationOptions { Part = "WBC", Controls = true };
        EvaluationPlan plan = EvaluationPlan.Read(benchmark, SharedFolder.Require("data", "bccd"), null, options);
        Assert.Equal(85, plan.Items.Count);
        EvaluationResult result = EvaluationRun.Open(plan, new FixedAnswerer("none"), new EvaluatedModel(BundledModel.Folder, "tiny"), _folder["run"], options).Complete(null, TestContext.Current.CancellationToken);
        Assert.Equal(0, result.Scores!.Scores[0].Value);
        Assert.Equal(100 * (12.0 / 85), result.Controls!.ConstantScores.Scores[0].Value!.Value, 1e-9);
    }

    [Theory]
    [InlineData("voc-rec", 108)]
    [InlineData("voc-presence", 94)]
    [InlineData("voc-count", 257)]
    public void Real_blood_cells_have_as_many_items(string name, int count)
    {
        EvaluationPlan plan = EvaluationPlan.Read(BenchmarkCatalog.Find(name)!, SharedFolder.Require("data", "bccd"), null, new EvaluationOptions());
        Assert.Equal(count, plan.Items.Count);
        Assert.Equal(3, plan.Items.Select(item => item.Part).Distinct().Count() + (name == "voc-rec" ? 1 : 0));
    }

    private ScoreSheet Run(string name, string answer, EvaluationOptions? options = null, bool write = true) => Complete(name, answer, options, write).Scores!;

    private EvaluationResult Complete(string name, string answer, EvaluationOptions? options = null, bool write = true)
    {
        options ??= new EvaluationOptions();
        EvaluationPlan plan = Plan(name, options, write);
        return EvaluationRun.Open(plan, new FixedAnswerer(answer), new EvaluatedModel(BundledModel.Folder, "tiny"), _folder[Guid.NewGuid().ToString()], options).Complete(null, TestContext.Current.CancellationToken);
    }

    private EvaluationPlan Plan(string name, EvaluationOptions options, bool write = true)
    {
        if (write)
        {
            OfficialLayout.Write(name, _folder, "data");
        }

        return EvaluationPlan.Read(BenchmarkCatalog.Find(name)!, _folder["data"], null, options);
    }
}
