using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Evaluation.Tests.Metrics.Captions;

/// <summary>Every value that COCO's evaluation gave for captions and for captions of regions.</summary>
public sealed class CaptionGoldenTests
{
    private static readonly Dictionary<string, Action<CaptionFixtures, GoldenJson, double>> Comparers = new(StringComparer.Ordinal)
    {
        ["captions/ptb_tokens.json"] = CompareTokens,
        ["captions/tokenized.json"] = CompareWords,
        ["captions/expected.json"] = CompareCaptions,
        ["captions/scorers_only.json"] = CompareScorers,
        ["captions/small.json"] = CompareSmall,
        ["reg/expected.json"] = CompareRegions,
    };

    // METEOR and SPICE are not counted.
    private static readonly string[] NotCounted = ["captions/meteor_without_paraphrase.json"];

    public static TheoryData<string> Expected => [.. CaptionFixtures.Manifest.Where(file => file.Value is not null).Select(file => file.Key).Except(NotCounted)];

    [Theory]
    [MemberData(nameof(Expected))]
    public void Values_are_those_of_the_published_scorer(string path)
    {
        Assert.True(Comparers.ContainsKey(path), $"Nothing compares {path}.");
        var fixtures = new CaptionFixtures();
        Comparers[path](fixtures, fixtures.Golden(path), CaptionFixtures.Manifest[path]!.Value);
    }

    [Fact]
    public void Every_item_of_the_manifest_is_read()
    {
        var fixtures = new CaptionFixtures();
        foreach ((string path, Action<CaptionFixtures, GoldenJson, double> compare) in Comparers)
        {
            compare(fixtures, fixtures.Golden(path), CaptionFixtures.Manifest[path]!.Value);
        }

        Assert.Equal(CaptionFixtures.Manifest.Keys.Order(StringComparer.Ordinal), fixtures.Opened.Concat(NotCounted).Order(StringComparer.Ordinal));
    }

    private static void CompareTokens(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        Assert.Equal((44, 0), (golden.Root["cases"].Items.Count(), tolerance));
        Assert.All(golden.Root["cases"].Items, item =>
        {
            string text = item["text"].Text!;
            Assert.Equal(item["raw_tokens"].Items.Select(token => token.Text!), PtbTokenizer.Tokens(text));
            Assert.Equal(item["caption"].Text, PtbTokenizer.Words(text));
            if (item.Names.Contains("raw_line_in_batch"))
            {
                // In a file the original sees the next line and gives the stop a second time; dropping punctuation hides that.
                Assert.Equal(item["raw_line_in_batch"].Text, string.Join(' ', PtbTokenizer.Tokens(text).Append(".")));
            }
        });
        golden.AssertAllCompared("tokenizer", "fields"); // explanations
    }

    private static void CompareWords(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        var raw = fixtures.Raw().ToDictionary(item => item.Id);
        IReadOnlyList<CaptionItem> expected = CaptionFixtures.ItemsIn(golden.Root["images"]);
        Assert.Equal((60, 0), (expected.Count, tolerance));
        Assert.Equal(raw.Keys.Order(), expected.Select(item => item.Id).Order());
        Assert.All(expected, item =>
        {
            Assert.Equal(item.Candidate, PtbTokenizer.Words(raw[item.Id].Candidate));
            Assert.Equal(item.References, raw[item.Id].References.Select(PtbTokenizer.Words));
        });
        golden.AssertAllCompared("tokenizer");
    }

    private static void CompareCaptions(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        CaptionResult result = CaptionMetric.Evaluate(fixtures.Raw());
        Assert.Equal(golden.Root["n_images"].Number, result.Sheet.Count);
        AssertScores(golden.Root, result, image => $"{image["image_id"].Number}", "per_image", tolerance);
        AssertSheet(golden.Root["corpus"], result, tolerance);
        golden.AssertAllCompared("metrics_version", "tolerance");
    }

    private static void CompareScorers(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        CaptionResult result = CaptionMetric.Evaluate(CaptionFixtures.ItemsIn(golden.Root["images"]), CaptionWords.AsTheyStand);
        AssertScores(golden.Root, result, image => $"{image["image_id"].Number}", "per_image", tolerance);
        golden.AssertAllCompared("note", "tolerance");
    }

    private static void CompareSmall(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        GoldenValue five = golden.Root["five_images_one_reference"], single = golden.Root["single_image"];
        CaptionResult result = CaptionMetric.Evaluate(CaptionFixtures.ItemsIn(five["images"]), CaptionWords.AsTheyStand);
        AssertScores(five, result, image => $"{image["image_id"].Number}", "per_image", tolerance);

        CaptionResult alone = CaptionMetric.Evaluate(CaptionFixtures.ItemsIn(single["images"]), CaptionWords.AsTheyStand);
        AssertScores(single["corpus"], alone.Scores, tolerance);
        AssertScores(single["corpus"], Assert.Single(alone.Items).Scores, tolerance);
        Assert.Equal(0, alone.Scores.Cider);
        golden.AssertAllCompared("tolerance", "single_image/note");
    }

    private static void CompareRegions(CaptionFixtures fixtures, GoldenJson golden, double tolerance)
    {
        IReadOnlyList<RegionExpression> expressions = fixtures.Expressions();
        IReadOnlyDictionary<PictureRegion, string> captions = fixtures.RegionCaptions();
        CaptionResult result = RegionCaptionMetric.Evaluate(expressions, captions);
        Assert.Equal((golden.Root["n_regions"].Number, golden.Root["n_expressions"].Number), (result.Sheet.Count, result.Sheet.Counts.Single().Count));
        AssertScores(golden.Root, result, region => CaptionFixtures.Region(region).ToString(), "per_region", tolerance);
        AssertSheet(golden.Root["corpus"], result, tolerance);
        ILookup<PictureRegion, string> references = expressions.ToLookup(each => each.Region, each => each.Expression);
        Assert.All(golden.Root["per_region"].Items, region =>
        {
            Assert.Equal(region["candidate"].Text, PtbTokenizer.Words(captions[CaptionFixtures.Region(region)]));
            Assert.Equal(region["references"].Items.Select(reference => reference.Text!).Order(), references[CaptionFixtures.Region(region)].Select(PtbTokenizer.Words).Order());
        });

        GoldenValue wrong = golden.Root["if_every_expression_is_its_own_item"];
        CaptionItem[] rows = [.. expressions.Select((each, i) => new CaptionItem($"{i}", captions[each.Region], [each.Expression]))];
        Assert.Equal(wrong["n_items"].Number, rows.Length);
        AssertScores(wrong["corpus"], CaptionMetric.Evaluate(rows).Scores, tolerance);
        golden.AssertAllCompared("definition", "tolerance", "if_every_expression_is_its_own_item/note");
    }

    private static void AssertScores(GoldenValue expected, CaptionResult result, Func<GoldenValue, string> id, string items, double tolerance)
    {
        AssertScores(expected["corpus"], result.Scores, tolerance);
        var scores = result.Items.ToDictionary(item => item.Id, item => item.Scores);
        Assert.Equal(expected[items].Items.Select(id).Order(), scores.Keys.Order());
        Assert.All(expected[items].Items, item => AssertScores(item, scores[id(item)], tolerance));
    }

    private static void AssertScores(GoldenValue expected, CaptionScores scores, double tolerance)
    {
        Assert.True(tolerance > 0);
        foreach ((string name, double value) in new[]
        {
            ("CIDEr", scores.Cider), ("Bleu_1", scores.Bleu1), ("Bleu_2", scores.Bleu2), ("Bleu_3", scores.Bleu3), ("Bleu_4", scores.Bleu4), ("ROUGE_L", scores.RougeL),
        })
        {
            Assert.Equal(expected[name].Number!.Value, value, tolerance);
        }
    }

    private static void AssertSheet(GoldenValue corpus, CaptionResult result, double tolerance)
    {
        Assert.Equal("CIDEr", result.Sheet.Scores[0].Name);
        Assert.All(result.Sheet.Scores, score => Assert.Equal(corpus[score.Name.Replace("BLEU-", "Bleu_", StringComparison.Ordinal)].Number!.Value, score.Value!.Value, tolerance));
    }
}
