using System.Text.Json;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Evaluation.Metrics.Mme;
using CommSharp.Evaluation.Metrics.Pope;
using CommSharp.Evaluation.Metrics.Rec;
using CommSharp.Evaluation.Metrics.Vqa;
using CommSharp.Evaluation.Metrics.YesNo;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Metrics;

/// <summary>Every value that the published scorers gave for VQA, OK-VQA, POPE, MME and REC.</summary>
public sealed class AnswerGoldenTests
{
    private static readonly string[] Kinds = ["vqa", "okvqa", "pope", "mme", "rec"];

    private static readonly Dictionary<string, Action<AnswerFixtures, GoldenJson>> Comparers = new(StringComparer.Ordinal)
    {
        ["vqa/normalisation.json"] = CompareNormalization,
        ["vqa/expected.json"] = (fixtures, golden) => CompareVqa(
            fixtures,
            golden,
            "vqa/v2_OpenEnded_mscoco_val2014_questions.json",
            "vqa/v2_mscoco_val2014_annotations.json",
            "vqa/v2_OpenEnded_mscoco_val2014_commsharp_results.json",
            "rounding"),
        ["okvqa/expected.json"] = (fixtures, golden) => CompareVqa(
            fixtures, golden, "okvqa/OpenEnded_mscoco_val2014_questions.json", "okvqa/mscoco_val2014_annotations.json", "okvqa/results.json", "note"),
        ["pope/yesno.json"] = ComparePopeRule,
        ["pope/expected.json"] = ComparePope,
        ["mme/yesno.json"] = CompareMmeRule,
        ["mme/expected.json"] = CompareMme,
        ["rec/answers.json"] = CompareRec,
        ["rec/qwen_vl.json"] = CompareQwen,
    };

    // Texts of boxes are the library's; its own tests compare these files, each value of each case.
    private static readonly string[] OfTheLibrary = ["rec/box_text.json", "rec/text_to_pixels.json", "rec/short_answer.json"];

    public static TheoryData<string> Expected => [.. Manifest().Where(file => file.HasTolerance && !OfTheLibrary.Contains(file.Path)).Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Expected))]
    public void Values_are_those_of_the_published_scorer(string path)
    {
        Assert.True(Comparers.ContainsKey(path), $"Nothing compares {path}.");
        var fixtures = new AnswerFixtures();
        Comparers[path](fixtures, new GoldenJson(fixtures.Local(path)));
    }

    [Fact]
    public void Every_item_of_the_manifest_is_read()
    {
        var fixtures = new AnswerFixtures();
        foreach ((string path, Action<AnswerFixtures, GoldenJson> compare) in Comparers)
        {
            compare(fixtures, new GoldenJson(fixtures.Local(path)));
        }

        Assert.Equal(Manifest().Select(file => file.Path).Order(), fixtures.Opened.Concat(OfTheLibrary).Order());
    }

    private static void CompareNormalization(AnswerFixtures fixtures, GoldenJson golden)
    {
        Assert.Equal(84, golden.Root["cases"].Items.Count());
        foreach (GoldenValue item in golden.Root["cases"].Items)
        {
            string text = item["text"].Text!;
            Assert.Equal(item["punctuation"].Text, VqaNormalization.WithoutPunctuation(text));
            Assert.Equal(item["normalised"].Text, VqaNormalization.Normalize(text));
        }

        golden.AssertAllCompared("steps"); // an explanation
    }

    private static void CompareVqa(AnswerFixtures fixtures, GoldenJson golden, string questions, string annotations, string results, string explanation)
    {
        VqaResult result = VqaMetric.Evaluate(fixtures.Vqa(annotations, results));
        GoldenValue expected = golden.Root;
        Dictionary<string, VqaItemScore> items = result.Items.ToDictionary(item => item.Id);
        Assert.Equal(expected["perQuestion"].Items.Count(), items.Count);
        Assert.Equal(VqaQuestion.Read(fixtures.Local(questions)).Select(question => question.Id).Order(), items.Keys.Order());
        foreach (GoldenValue question in expected["perQuestion"].Items)
        {
            VqaItemScore item = items[$"{question["question_id"].Number}"];
            Assert.Equal(question["accuracy"].Number, VqaMetric.Rounded(100 * item.Accuracy));
            if (question.Names.Contains("normalised"))
            {
                Assert.Equal(question["normalised"].Flag, item.Normalized);
            }
        }

        Assert.Equal(expected["overall"].Number, Assert.Single(result.Sheet.Scores).Value);
        foreach ((string member, string kind) in new[] { ("perQuestionType", "questions: "), ("perAnswerType", "answers: ") })
        {
            ScoreGroup[] groups = [.. result.Sheet.Groups.Where(group => group.Name.StartsWith(kind, StringComparison.Ordinal))];
            Assert.Equal(expected[member].Names.Order(), groups.Select(group => group.Name[kind.Length..]).Order());
            Assert.All(groups, group => Assert.Equal(expected[member][group.Name[kind.Length..]].Number, Assert.Single(group.Scores).Value));
            if (expected.Names.Contains("counts"))
            {
                Assert.All(groups, group => Assert.Equal(expected["counts"][member][group.Name[kind.Length..]].Number, group.Count));
            }
        }

        Assert.Equal(expected.Names.Contains("n_questions") ? expected["n_questions"].Number : items.Count, result.Sheet.Count);
        golden.AssertAllCompared(explanation);
    }

    private static void ComparePopeRule(AnswerFixtures fixtures, GoldenJson golden)
    {
        Assert.Equal(60, golden.Root["cases"].Items.Count());
        Assert.All(golden.Root["cases"].Items, item => AssertSaid(item["label"].Text!, PopeMetric.Read(item["text"].Text!)));
        golden.AssertAllCompared();
    }

    private static void ComparePope(AnswerFixtures fixtures, GoldenJson golden)
    {
        foreach (string set in new[] { "small", "random", "popular", "adversarial" })
        {
            GoldenValue expected = golden.Root["sets"][set], values = expected["result"];
            string questions = expected["question_file"].Text!, answers = $"pope/{expected["answer_file"].Text}";
            IEnumerable<PopeItem> items = set == "small"
                ? AnswerFixtures.Pope(fixtures.Local($"pope/{questions}"), fixtures.Local(answers))
                : AnswerFixtures.Pope(fixtures.Shared($"../data/pope/{questions}"), fixtures.Shared(answers));
            PopeResult result = PopeMetric.Evaluate(items);
            YesNoCounts counts = result.Counts;
            Assert.Equal(
                [values["n"].Number, values["TP"].Number, values["FP"].Number, values["TN"].Number, values["FN"].Number],
                new double?[] { counts.Count, counts.TruePositives, counts.FalsePositives, counts.TrueNegatives, counts.FalseNegatives });
            Assert.Equal(0, counts.Other);
            (string Name, double? Value)[] shares =
                [("Accuracy", counts.Accuracy), ("Precision", counts.Precision), ("Recall", counts.Recall), ("F1 score", counts.F1), ("Yes ratio", counts.YesRatio)];
            Assert.All(shares.Zip(result.Sheet.Scores), pair =>
            {
                Assert.Equal(values[pair.First.Name].Number!.Value, pair.First.Value!.Value, 1e-9);
                Assert.Equal(100 * pair.First.Value, pair.Second.Value);
            });
        }

        golden.AssertAllCompared(
            ["tolerance", .. golden.Root["sets"].Names.Select(set => $"sets/{set}/printed")]); // printed: the same numbers as a text
    }

    private static void CompareMmeRule(AnswerFixtures fixtures, GoldenJson golden)
    {
        Assert.Equal(37, golden.Root["cases"].Items.Count());
        Assert.All(golden.Root["cases"].Items, item => AssertSaid(item["label"].Text!, MmeMetric.Read(item["text"].Text!)));
        golden.AssertAllCompared("note");
    }

    private static void CompareMme(AnswerFixtures fixtures, GoldenJson golden)
    {
        MmeResult result = MmeMetric.Evaluate(fixtures.Mme());
        GoldenValue total = golden.Root["total"], tasks = golden.Root["per_task"];
        Assert.Equal(total["Perception"].Number!.Value, result.Perception!.Value, 1e-6);
        Assert.Equal(total["Cognition"].Number!.Value, result.Cognition!.Value, 1e-6);
        Assert.Equal([result.Perception, result.Cognition], result.Sheet.Scores.Select(score => score.Value));
        Assert.Equal(tasks.Names, result.Tasks.Select(task => task.Task));
        foreach (MmeTaskScore task in result.Tasks)
        {
            GoldenValue expected = tasks[task.Task];
            (string Name, double? Value)[] values =
            [
                ("TP", task.Counts.TruePositives), ("FN", task.Counts.FalseNegatives), ("TN", task.Counts.TrueNegatives), ("FP", task.Counts.FalsePositives),
                ("precision", task.Counts.Precision), ("recall", task.Counts.Recall), ("other_num", task.Counts.Other), ("acc", task.Accuracy),
                ("acc_plus", task.AccuracyPlus), ("images", task.Pictures), ("score", task.Score),
            ];
            Assert.All(values, value => Assert.Equal(expected[value.Name].Number!.Value, value.Value!.Value, 1e-6));
        }

        golden.AssertAllCompared("tolerance", "printed"); // printed: the same numbers as a text
    }

    private static void CompareRec(AnswerFixtures fixtures, GoldenJson golden)
    {
        GoldenValue[] cases = [.. golden.Root["cases"].Items];
        Assert.Equal(122, cases.Length);
        RecItem[] items = [.. cases.Select(item => new RecItem(null, item["answer"].Text!, RecTarget.FromText(item["target"].Text!, RecConvention.Shikra)))];
        RecResult shikra = RecMetric.Evaluate(items), lmmsEval = RecMetric.Evaluate(items, RecConvention.LmmsEval);
        for (int i = 0; i < cases.Length; i++)
        {
            CompareBox(cases[i], "iou", "hit", shikra.Items[i]);
            Assert.Equal(cases[i]["failed"].Flag, shikra.Items[i].Box is null);
            GoldenValue other = cases[i]["lmms_eval"];
            CompareBox(other, "iou", "hit_at_0.5", lmmsEval.Items[i]);
        }

        CompareRun(golden.Root["all_cases_as_one_run"], shikra);
        Assert.Equal(golden.Root["all_cases_as_one_run"]["n"].Number, shikra.Sheet.Count);
        GoldenValue run = golden.Root["run_with_unreadable_targets"];
        RecItem[] unreadable = [.. run["answers"].Items.Zip(run["targets"].Items)
            .Select(pair => new RecItem(null, pair.First.Text!, RecTarget.FromText(pair.Second.Text!, RecConvention.Shikra)))];
        RecResult result = RecMetric.Evaluate(unreadable);
        CompareRun(run["result"], result);
        Assert.Equal(1.0, result.AccuracyOfParsed); // one answer and its target can be read, and it is a hit
        golden.AssertAllCompared(
        [
            "rule", "lmms_eval_rule", "tolerance",
            .. Enumerable.Range(0, cases.Length).SelectMany(i => new[] { "extracted_boxes", "extracted_points" }
                .Where(name => HasValues(cases[i][name])).Select(name => $"cases/{i}/{name}")),
        ]); // what was extracted is compared by the library's tests of BoxParser

        static bool HasValues(GoldenValue list) => list.Items.Any();
    }

    private static void CompareQwen(AnswerFixtures fixtures, GoldenJson golden)
    {
        Assert.Equal(10, golden.Root["cases"].Items.Count());
        foreach (GoldenValue item in golden.Root["cases"].Items)
        {
            var size = new PictureSize((int)item["width"].Number!, (int)item["height"].Number!);
            PixelBox target = item["target_pixels"].Numbers is [var x1, var y1, var x2, var y2] ? new PixelBox(x1, y1, x2, y2) : default;
            RecItemScore score = RecMetric.Score(
                new RecItem(null, item["answer"].Text!, RecTarget.FromPixels(target, size, RecConvention.QwenVl)), RecConvention.QwenVl);
            Assert.Equal(item["iou"].Number!.Value, score.Overlap!.Value, 1e-4);
            Assert.Equal(item["hit"].Flag, score.IsHit);
            NormalizedBox box = score.Box ?? default;
            double[] pixels = [box.X1 * size.Width, box.Y1 * size.Height, box.X2 * size.Width, box.Y2 * size.Height];
            Assert.All(item["pixels"].Numbers!.Zip(pixels), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }

        golden.AssertAllCompared("rule", "tolerance");
    }

    /// <summary>Where the reference divides by zero, lmms-eval's has no hit either: here it is a miss.</summary>
    private static void CompareBox(GoldenValue expected, string overlap, string hit, RecItemScore score)
    {
        Assert.Equal(expected["box"].Numbers is [var x1, var y1, var x2, var y2] ? new NormalizedBox(x1, y1, x2, y2) : default, score.Box ?? default);
        double? wanted = expected[overlap].Number;
        Assert.Equal(wanted is null, score.Overlap is null);
        Assert.Equal(wanted ?? 0, score.Overlap ?? 0, 1e-5);
        Assert.Equal(expected[hit].Flag ?? false, score.IsHit);
    }

    private static void CompareRun(GoldenValue expected, RecResult result)
    {
        Assert.Equal(expected["accuracy"].Number!.Value, result.Accuracy, 1e-12);
        Assert.Equal(expected["target_failed"].Number, result.UnreadTargets);
        Assert.Equal(expected["failed"].Number, result.UnreadAnswers);
        double? mean = expected["iou"].Number;
        Assert.Equal(mean is null, result.MeanOverlap is null);
        Assert.Equal(mean ?? 0, result.MeanOverlap ?? 0, 1e-5);
    }

    private static void AssertSaid(string expected, YesNoAnswer said) => Assert.Equal(expected, said.ToString().ToLowerInvariant());

    private static List<(string Path, bool HasTolerance)> Manifest()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics", "manifest.json")));
        return [.. manifest.RootElement.GetProperty("files").EnumerateArray()
            .Where(file => Kinds.Contains(file.GetProperty("kind").GetString()))
            .Select(file => (file.GetProperty("path").GetString()!, file.TryGetProperty("tolerance", out _)))];
    }
}
