using CommSharp.Answering;
using CommSharp.Grounding;
using Spectre.Console;

namespace CommSharp.Cli.Asking;

/// <summary>One box of an answer, as numbers; pixels to a hundredth.</summary>
internal sealed record RegionReport(double[] Normalized, double[] Pixels);

/// <summary>Words of an answer and what they mean in the picture.</summary>
internal sealed record PhraseReport(string Phrase, int Start, int End, double Confidence, IReadOnlyList<RegionReport> Regions, IReadOnlyList<double[]> Points);

/// <summary>An answer as --json writes it.</summary>
internal sealed record AnswerReport(
    string Question,
    string Text,
    IReadOnlyList<PhraseReport> Phrases,
    IReadOnlyList<string> Problems,
    string Finish,
    AnswerUsage Usage,
    AnswerTiming Timing)
{
    public static AnswerReport Of(string question, Answer answer) => new(
        question,
        answer.Text,
        [.. answer.Phrases.Select(Of)],
        [.. answer.Problems.Select(problem => $"{answer.Text[problem.Span.Start..problem.Span.End]}: {problem.Message}")],
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(answer.Finish.ToString()),
        answer.Usage,
        answer.Timing);

    /// <summary>Writes the boxes below the text that has been shown.</summary>
    public void RenderBoxes(IAnsiConsole output)
    {
        foreach (PhraseReport phrase in Phrases)
        {
            string words = phrase.Phrase.Length > 0 ? phrase.Phrase + ": " : "";
            foreach (RegionReport region in phrase.Regions)
            {
                output.WriteLine($"  {words}pixels {string.Join(", ", region.Pixels.Select(value => $"{value:0.#}"))} (confidence {phrase.Confidence:0.00#})");
            }

            foreach (double[] point in phrase.Points)
            {
                output.WriteLine($"  {words}pixel {string.Join(", ", point.Select(value => $"{value:0.#}"))}");
            }
        }
    }

    /// <summary>The boxes to draw, each with its words.</summary>
    public static IReadOnlyList<LabeledBox> Labels(Answer answer) =>
        [.. answer.Phrases.SelectMany(phrase => phrase.Regions.Select(region => new LabeledBox(region.Pixels, phrase.Phrase.Length > 0 ? phrase.Phrase : null)))];

    private static PhraseReport Of(AnswerPhrase phrase) => new(
        phrase.Phrase,
        phrase.PhraseSpan.Start,
        phrase.PhraseSpan.End,
        phrase.Confidence,
        [.. phrase.Regions.Select(region => new RegionReport(
            [region.Normalized.X1, region.Normalized.Y1, region.Normalized.X2, region.Normalized.Y2],
            Pixels(region.Pixels.X1, region.Pixels.Y1, region.Pixels.X2, region.Pixels.Y2)))],
        [.. phrase.Points.Select(point => Pixels(point.X, point.Y))]);

    /// <summary>The model's own numbers are coarser than a hundredth of a pixel; what is beyond is the noise of reckoning.</summary>
    private static double[] Pixels(params ReadOnlySpan<double> values)
    {
        double[] rounded = values.ToArray();
        return Array.ConvertAll(rounded, value => Math.Round(value, 2));
    }
}
