using System.Globalization;
using System.Text;
using CommSharp.Data.Pages;
using CommSharp.Grounding;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tracking.Pages;

/// <summary>A validation that is shown in short.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Loss">The mean cross-entropy of the answer tokens, in nats.</param>
/// <param name="ExactAnswers">The share of exact answers; null when none was asked for.</param>
/// <param name="MeanIoU">The mean overlap; null where no answer has a true box.</param>
/// <param name="Answers">The answers.</param>
internal sealed record EarlierValidation(long Step, double Loss, double? ExactAnswers, double? MeanIoU, IReadOnlyList<AnswerRecord> Answers);

/// <summary>
/// A page of held-out samples with the model's own answers, which holds its pictures, loads nothing and runs nothing. Words of models and data are shown
/// as words, whatever they are.
/// </summary>
internal static class AnswerPage
{
    private const int LongestSide = 320; // pixels of a shown picture
    private const int MostBoxes = 50;    // of each kind on a picture
    private const string Undefined = "-";

    public static string Write(string name, ValidationReport newest, IReadOnlyList<EarlierValidation> earlier)
    {
        var html = new StringBuilder(HtmlPage.Beginning($"{name}: answers to held-out samples", HtmlPage.TableStyle));
        html.Append("<h2>After step ").Append(Number(newest.Step)).Append("</h2>\n<p>").Append(Scores(newest.Loss, newest.ExactAnswers, newest.MeanIoU));
        html.Append(newest.IsBest ? ", the best so far" : "").Append(". Green: true boxes. Orange: answered boxes.</p>\n");
        foreach (AnsweredSample sample in newest.Answers)
        {
            AppendSample(html, sample);
        }

        foreach (EarlierValidation validation in earlier)
        {
            AppendEarlier(html, validation);
        }

        return html.Append(HtmlPage.End).ToString();
    }

    private static void AppendSample(StringBuilder html, AnsweredSample sample)
    {
        html.Append("<article>\n").Append(PictureOf(sample)).Append("<div>\n<p class=\"place\" dir=\"auto\">").Append(HtmlPage.Text(sample.Place)).Append("</p>\n<dl>\n");
        HtmlPage.AppendEntry(html, "question", sample.Question);
        HtmlPage.AppendEntry(html, "truth", sample.Truth);
        HtmlPage.AppendEntry(html, "answer", sample.Answer.Text);
        HtmlPage.AppendEntry(html, "exact", sample.Exact ? "yes" : "no");
        HtmlPage.AppendEntry(html, "IoU", Rounded(sample.IoU));
        if (sample.Answer.Problems.Count > 0)
        {
            HtmlPage.AppendEntry(html, "unreadable boxes", string.Join(' ', sample.Answer.Problems.Select(problem => problem.Message)));
        }

        html.Append("</dl>\n</div>\n</article>\n");
    }

    private static string PictureOf(AnsweredSample sample)
    {
        if (sample.Picture is not { } picture)
        {
            return "";
        }

        LabeledBox[] boxes =
        [
            .. sample.TrueBoxes.Take(MostBoxes).Select(box => new LabeledBox(box, Color: HtmlPage.TrueBoxColor)),
            .. sample.Answer.Phrases.SelectMany(phrase => phrase.Regions).Take(MostBoxes).Select(region => new LabeledBox(region.Pixels, Color: HtmlPage.AnsweredBoxColor)),
        ];
        return HtmlPage.Picture(HtmlPage.Shrunk(picture, LongestSide), picture, boxes, $"{sample.Place} with {Number(boxes.Length)} boxes");
    }

    private static void AppendEarlier(StringBuilder html, EarlierValidation validation)
    {
        html.Append("<h2>After step ").Append(Number(validation.Step)).Append("</h2>\n<p>");
        html.Append(Scores(validation.Loss, validation.ExactAnswers, validation.MeanIoU)).Append(".</p>\n<table>\n");
        HtmlPage.AppendRow(html, ["sample", "truth", "answer", "exact", "IoU"], "th");
        foreach (AnswerRecord answer in validation.Answers)
        {
            HtmlPage.AppendRow(html, [answer.Place, answer.Truth, answer.Answer, answer.Exact ? "yes" : "no", Rounded(answer.IoU)], "td");
        }

        html.Append("</table>\n");
    }

    private static string Scores(double loss, double? exact, double? iou) =>
        $"Loss {Rounded(loss)}"
        + (exact is { } share ? $", exact answers {(100 * share).ToString("0.#", CultureInfo.InvariantCulture)} %" : "")
        + (iou is { } overlap ? $", mean IoU {Rounded(overlap)}" : "");

    private static string Rounded(double? number) => number?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Undefined;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
