using CommSharp.Evaluation.Metrics.Captions;
using CommSharp.Imaging;
using CsCheck;

namespace CommSharp.Evaluation.Tests.Metrics.Captions;

public sealed class CaptionMetricTests
{
    private static readonly PictureRegion Left = new("a.jpg", new PixelBox(0, 0, 10, 10.5));
    private static readonly PictureRegion Right = new("a.jpg", new PixelBox(10, 0, 20, 10.5));

    [Fact]
    public void A_caption_that_is_a_reference_has_all_of_bleu_and_rouge_and_cider_of_its_words()
    {
        CaptionResult result = Evaluate([new("1", "A cat sits on a mat.", ["a cat sits on a mat"]), new("2", "Two dogs run in the snow", ["Two dogs run in the snow!"])]);

        Assert.Equal(10, result.Scores.Cider, 1e-9); // each length of sequence has a similarity of 1
        Assert.All(new[] { result.Scores.Bleu1, result.Scores.Bleu2, result.Scores.Bleu3, result.Scores.Bleu4, result.Scores.RougeL }, score => Assert.Equal(1, score, 1e-6));
    }

    [Fact]
    public void An_empty_caption_scores_nothing_and_breaks_nothing()
    {
        CaptionResult result = Evaluate([new("1", "", ["a cat"]), new("2", "...", ["two dogs", ""])]);

        Assert.Equal(new CaptionScores(0, 0, 0, 0, 0, 0), result.Items[0].Scores);
        Assert.Equal(1, result.Items[1].Scores.RougeL); // as in the original: an empty caption and an empty reference share one empty word
        Assert.True(double.IsFinite(result.Scores.Cider));
    }

    [Fact]
    public void A_blank_that_does_not_break_parts_words_for_all_but_rouge()
    {
        CaptionScores scores = Evaluate([new("1", "1 1/2 cups", ["1/2 cups"]), new("2", "dogs", ["cats"])]).Items[0].Scores;

        Assert.Equal(2.0 / 3, scores.Bleu1, 1e-6);   // 1, 1/2 and cups: two of three
        Assert.Equal(1.0 / 2, scores.RougeL, 1e-6);  // "1 1/2" and "cups": one of two, both ways
    }

    [Fact]
    public void The_order_of_items_and_references_changes_no_score()
    {
        string[] words = ["a", "man", "rides", "the", "horse", "on", "sand", "near", "water", "dog's", "U.S.", "two-wheeled"];
        Gen<string> caption = Gen.OneOfConst(words).Array[0, 12].Select(chosen => string.Join(' ', chosen));
        Gen.Select(caption, caption.Array[1, 5]).Array[2, 12].Sample(
            drawn =>
            {
                CaptionItem[] items = [.. drawn.Select((each, i) => new CaptionItem($"{i}", each.Item1, each.Item2))];
                CaptionItem[] turned = [.. items.Reverse().Select(item => item with { References = [.. item.References.Reverse()] })];
                CaptionResult result = Evaluate(items), again = Evaluate(turned);
                AssertClose(result.Scores, again.Scores);
                Assert.All(result.Items.Zip(again.Items.Reverse()), pair => AssertClose(pair.First.Scores, pair.Second.Scores));
                Assert.Equal(result.Items, Evaluate(items).Items); // and the same items give the same bits
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused_by_name()
    {
        AssertRefused("There is nothing to score", () => Evaluate([]));
        AssertRefused("'7' has no reference", () => Evaluate([new("7", "a cat", [])]));
        AssertRefused("'7': a caption has 20001 characters", () => Evaluate([new("6", "a", ["b"]), new("7", new string('a', 20_001), ["b"])]));
        AssertRefused("The region a.jpg [10, 0, 20, 10.5] has no caption", () => Regions([Left, Right], [Left]));
        AssertRefused("The region a.jpg [10, 0, 20, 10.5] has a caption but no expression", () => Regions([Left], [Left, Right]));
        AssertRefused("There is nothing to score", () => Regions([], []));
    }

    [Fact]
    public void The_sheet_says_what_is_not_counted()
    {
        ScoreSheet sheet = Evaluate([new("1", "a cat", ["a cat", "cats"])]).Sheet;

        Assert.Equal(("captions", 1), (sheet.Metric, sheet.Count));
        Assert.Contains("METEOR and SPICE are not counted.", sheet.Conventions);
        Assert.Equal(new ScoreCount("references", 2), Assert.Single(sheet.Counts));
        Assert.Equal(("reg", 2), Regions([Left, Right, Left], [Left, Right]) is { Sheet: var reg } ? (reg.Metric, reg.Count) : default);
    }

    private static CaptionResult Evaluate(IReadOnlyList<CaptionItem> items) => CaptionMetric.Evaluate(items, CaptionWords.Ptb, TestContext.Current.CancellationToken);

    private static CaptionResult Regions(PictureRegion[] expressions, PictureRegion[] captions) => RegionCaptionMetric.Evaluate(
        expressions.Select(region => new RegionExpression(region, "the cup")), captions.ToDictionary(region => region, _ => "a cup"));

    private static void AssertClose(CaptionScores expected, CaptionScores actual)
    {
        double[] Values(CaptionScores scores) => [scores.Cider, scores.Bleu1, scores.Bleu2, scores.Bleu3, scores.Bleu4, scores.RougeL];
        Assert.All(Values(expected).Zip(Values(actual)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private static void AssertRefused(string problem, Action action) =>
        Assert.Contains(problem, Assert.Throws<CommSharpException>(action).Message, StringComparison.Ordinal);
}
