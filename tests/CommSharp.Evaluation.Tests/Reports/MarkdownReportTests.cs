using CommSharp.Evaluation.Reports;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Tests.Reports;

public sealed class MarkdownReportTests
{
    [Fact]
    public void Scores_stand_beside_those_of_the_controls()
    {
        string[] lines = MarkdownReport.Write(ReportSamples.Result()).Split('\n');
        Assert.Equal("# RefCOCO val", lines[0]);
        Assert.Contains("**accuracy: 81.25 % over 40 items**", lines);
        Assert.Contains("| score | model | pictures exchanged | best constant answer |", lines);
        Assert.Contains("| accuracy | 81.25 % | 11.50 % | 33.13 % |", lines);
        Assert.Contains("| mean IoU | 70.5000 | 22.0000 | - |", lines);
        Assert.Contains("| precision | - | - | - |", lines);
        Assert.Contains("- Best constant answer: the best of 5 answers, each given to every sample, is \"\\[0.1,0.2,0.3,0.4\\]\".", lines);
    }

    [Fact]
    public void What_words_give_away_stands_beside_them_where_questions_have_sorts()
    {
        EvaluationResult result = ReportSamples.Result();
        string[] lines = MarkdownReport.Write(result with { Controls = result.Controls! with { SortScores = result.Controls.Exchanged } }).Split('\n');
        Assert.Contains("| score | model | pictures exchanged | best constant answer | best of each sort |", lines);
        Assert.Contains("| accuracy | 81.25 % | 11.50 % | 33.13 % | 11.50 % |", lines);
        Assert.Contains(lines, line => line.StartsWith("- Best of each sort: ", StringComparison.Ordinal));
        Assert.DoesNotContain(MarkdownReport.Write(result).Split('\n'), line => line.Contains("each sort", StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_counts_conventions_and_the_run_are_told()
    {
        string[] lines = MarkdownReport.Write(ReportSamples.Result()).Split('\n');
        Assert.Contains("| left side | 30 | 90.00 % |", lines);
        Assert.Contains("| right side | 10 | - |", lines);
        Assert.Contains("| without a box | 7 | - | - |", lines);
        Assert.Contains(lines, line => line.Contains("because they are bad: 3", StringComparison.Ordinal));
        Assert.All(["IoU of more than 0.5 is right.", "The first box counts.", "Pictures are padded.", "Greedy decoding."], convention => Assert.Contains($"- {convention}", lines));
        string[] run =
        [
            "| CommSharp | 1.2.3 |", "| benchmark | rec |", "| model | models/comm |", "| model fingerprint | aaf1 |", "| data fingerprint | bbf2 |", "| items | 40 |",
            "| asked together | 8 |", "| longest answer in tokens | 64 |", "| template | \\<image\\> Where is \\<expr\\>? |",
        ];
        Assert.All(run, row => Assert.Contains(row, lines));
    }

    [Fact]
    public void Hostile_words_stay_words_of_one_cell()
    {
        EvaluationResult result = ReportSamples.Result();
        string text = MarkdownReport.Write(result with { Scores = result.Scores! with { Groups = [new ScoreGroup("a|b\n# c <i> http://x `*", 1, [])] } });
        Assert.Contains("\n| a\\|b \\# c \\<i\\> http\\://x \\`\\* | 1 |\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_published_truth_has_no_scores()
    {
        string text = MarkdownReport.Write(ReportSamples.Result() with { Scores = null, Controls = null, LeftOut = 0 });
        Assert.Contains("**40 answers without scores: the truth of this benchmark is not published.**", text, StringComparison.Ordinal);
        Assert.DoesNotContain("## Scores", text, StringComparison.Ordinal);
        Assert.Contains("- Greedy decoding.\n", text, StringComparison.Ordinal);
        Assert.Contains("are bad: 0.", text, StringComparison.Ordinal);
    }
}
