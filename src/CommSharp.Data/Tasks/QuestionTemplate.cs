using CommSharp.Data.Reading;

namespace CommSharp.Data.Tasks;

/// <summary>One wording of a question, with the places of the picture and of what is asked about.</summary>
public sealed record QuestionTemplate
{
    private const string Image = "<image>";

    private static readonly string[] Placeholders = [Image, "<expr>", "<objs>", "<question>"];

    private readonly string[] _pieces; // texts and placeholders in their order
    private readonly string? _slot;

    private QuestionTemplate(string text, string[] pieces, string? slot) => (Text, _pieces, _slot) = (text, pieces, slot);

    /// <summary>The wording with its placeholders.</summary>
    public string Text { get; }

    /// <summary>Reads a wording.</summary>
    /// <param name="line">The wording and where it stands.</param>
    /// <param name="kind">What it asks for.</param>
    /// <exception cref="DataException">A placeholder of this kind is not there exactly once, or one of another kind is there.</exception>
    internal static QuestionTemplate Parse(TextLine line, TemplateKind kind)
    {
        string text = line.Text.Trim();
        string? slot = SlotOf(kind);
        foreach (string placeholder in Placeholders)
        {
            int count = text.Split(placeholder).Length - 1, wanted = placeholder == Image || placeholder == slot ? 1 : 0;
            if (count != wanted)
            {
                throw new DataException(line.Place, wanted == 1
                    ? $"has the placeholder {placeholder} {count} times; a template of this task needs it once"
                    : $"has the placeholder {placeholder}, which this task does not fill");
            }
        }

        return new QuestionTemplate(text, [.. Pieces(text, slot)], slot);
    }

    /// <summary>The question.</summary>
    /// <param name="content">What stands at the placeholder beside the picture's; nothing for captions.</param>
    public IReadOnlyList<SamplePart> Fill(params IReadOnlyList<SamplePart> content)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(content.Count > 0, _slot is not null, nameof(content));
        return [.. _pieces.SelectMany(piece => piece == Image ? [new SampleImage()] : piece == _slot ? content : [piece])];
    }

    private static string? SlotOf(TemplateKind kind) => kind switch
    {
        TemplateKind.Referring or TemplateKind.Detection or TemplateKind.Counting or TemplateKind.Presence => "<expr>",
        TemplateKind.RegionDescription or TemplateKind.RegionCaption or TemplateKind.RegionClass => "<objs>",
        TemplateKind.Caption or TemplateKind.GroundedCaption or TemplateKind.Inventory => null,
        TemplateKind.ShortAnswer or TemplateKind.ReasoningText or TemplateKind.ReasoningBoxes or TemplateKind.ReasoningPoints => "<question>",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };

    private static IEnumerable<string> Pieces(string text, string? slot)
    {
        int start = 0;
        foreach ((int at, string placeholder) in Places(text, slot))
        {
            if (at > start)
            {
                yield return text[start..at];
            }

            yield return placeholder;
            start = at + placeholder.Length;
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }

    private static IEnumerable<(int At, string Placeholder)> Places(string text, string? slot) =>
        new[] { Image, slot }.OfType<string>().Select(placeholder => (text.IndexOf(placeholder, StringComparison.Ordinal), placeholder)).Order();
}
