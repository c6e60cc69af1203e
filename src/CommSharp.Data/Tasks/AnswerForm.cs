using CommSharp.Data.Formats;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>How much an answer says.</summary>
public enum AnswerForm
{
    /// <summary>The answer alone.</summary>
    Brief,

    /// <summary>Reasons in words, then the answer.</summary>
    Text,

    /// <summary>Reasons in which things have boxes, then the answer.</summary>
    Boxes,

    /// <summary>Reasons in which things have points, the middles of their boxes, then the answer.</summary>
    Points,
}

/// <summary>What the forms of answers have in common.</summary>
internal static class AnswerForms
{
    /// <summary>The kind of wordings that ask for such an answer.</summary>
    public static TemplateKind Templates(this AnswerForm form) => form switch
    {
        AnswerForm.Brief => TemplateKind.ShortAnswer,
        AnswerForm.Text => TemplateKind.ReasoningText,
        AnswerForm.Boxes => TemplateKind.ReasoningBoxes,
        AnswerForm.Points => TemplateKind.ReasoningPoints,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Unknown form."),
    };

    /// <summary>A sentence with the places of its phrases as the form wants them.</summary>
    public static IReadOnlyList<SamplePart> AsParts(this GroundedSentence sentence, AnswerForm form) =>
        [.. sentence.Runs.Select(run => AsPart(run.Text, run.Boxes, form))];

    /// <summary>Words with their places as the form wants them.</summary>
    public static SamplePart AsPart(string text, IReadOnlyList<PixelBox> boxes, AnswerForm form) => form switch
    {
        AnswerForm.Boxes when boxes.Count > 0 => new SampleBoxes(boxes, text),
        AnswerForm.Points when boxes.Count > 0 => new SamplePoints([.. boxes.Select(Middle)], text),
        _ => text,
    };

    private static PixelPoint Middle(PixelBox box) => new((box.X1 + box.X2) / 2, (box.Y1 + box.Y2) / 2);
}
