using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Data.Pages;
using CommSharp.Grounding;

namespace CommSharp.Cli.Demo;

/// <summary>The page of a demonstration: every question with its answer, and the boxes beside the truth.</summary>
internal static class DemoPage
{
    private const int ShownSide = 480;

    /// <summary>Writes the page, whole or not at all.</summary>
    public static void Write(string path, DemoScene scene, IReadOnlyList<DemoAnswer> answers)
    {
        var html = new StringBuilder(HtmlPage.Beginning($"Scene {scene.Scene.Seed}"));
        html.Append("<p>Green: what is true. Orange: what the model answered.</p>\n");
        foreach (DemoAnswer answer in answers)
        {
            LabeledBox[] boxes =
            [
                .. answer.Question.TrueBox is { } box ? [new LabeledBox(box, null, HtmlPage.TrueBoxColor)] : Array.Empty<LabeledBox>(),
                .. Answered(answer),
            ];
            html.Append("<article>\n").Append(HtmlPage.Picture(HtmlPage.Shrunk(scene.Picture, ShownSide), scene.Picture, boxes, answer.Question.Text)).Append("<div>\n<h2>")
                .Append(HtmlPage.Text(answer.Question.Text)).Append("</h2>\n<dl>\n");
            HtmlPage.AppendEntry(html, "answer", answer.Answer.Text);
            HtmlPage.AppendEntry(html, "true", answer.Question.Expected);
            HtmlPage.AppendEntry(html, "so it is", answer.IsRight ? "right" : "wrong");
            html.Append("</dl>\n</div>\n</article>\n");
        }

        AtomicFile.WriteText(path, html.Append(HtmlPage.End).ToString());
    }

    private static IEnumerable<LabeledBox> Answered(DemoAnswer answer) =>
        answer.Answer.Phrases.SelectMany(phrase => phrase.Regions).Select(region => new LabeledBox(region.Pixels, null, HtmlPage.AnsweredBoxColor));
}
