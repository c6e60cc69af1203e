using CommSharp.Data.Reading;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Formats.Llava;

/// <summary>A turn of a conversation as LLaVA's files hold it.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">The words, with "&lt;image&gt;" where the picture is shown.</param>
public sealed record LlavaTurn(TurnRole Role, string Text);

/// <summary>A conversation of LLaVA's files, about a picture or about none.</summary>
public sealed record LlavaRecord : IDataRecord
{
    /// <summary>The mark of the picture.</summary>
    public const string ImageMark = "<image>";

    /// <inheritdoc/>
    public required DataPlace Place { get; init; }

    /// <summary>What the file calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Always null: LLaVA-Instruct-150K and the 665k mixture name records after their pictures, so that several have one name.</summary>
    public string? Id => null;

    /// <inheritdoc/>
    public required string? Picture { get; init; }

    /// <summary>Always null: the format does not state sizes.</summary>
    public PictureSize? StatedSize => null;

    /// <summary>Always empty: boxes stand in the words, as fractions of the padded square.</summary>
    public IEnumerable<RecordBox> Boxes => [];

    /// <summary>The turns by turns, the last one the model's. The first may be the model's too, and is then answered by nobody's question.</summary>
    public required IReadOnlyList<LlavaTurn> Turns { get; init; }

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => Turns.Select((turn, i) => new RecordText($"conversations[{i}].value", turn.Text));

    internal static LlavaRecord From(JsonField record, string picturePrefix)
    {
        IReadOnlyList<JsonField> conversation = record["conversations"].Items;
        LlavaTurn[] turns = [.. conversation.Select(turn => new LlavaTurn(RoleOf(turn["from"]), turn["value"].FilledText))];
        JsonField? image = record.Optional("image");
        RequireOrder(record["conversations"], conversation, turns);
        RequireMarks(record, image, conversation, turns);
        return new()
        {
            Place = record.Place,
            Name = record["id"].Identity,
            Picture = image is null ? null : picturePrefix + image.FilledText,
            Turns = turns,
        };
    }

    private static TurnRole RoleOf(JsonField speaker) => speaker.Text switch
    {
        "human" => TurnRole.User,
        "gpt" => TurnRole.Assistant,
        _ => throw speaker.Problem($"is {Checkpoints.Printable.Name(speaker.Text)}; only human and gpt can speak"),
    };

    private static void RequireOrder(JsonField list, IReadOnlyList<JsonField> fields, LlavaTurn[] turns)
    {
        for (int i = 1; i < turns.Length; i++)
        {
            if (turns[i].Role == turns[i - 1].Role)
            {
                throw fields[i]["from"].Problem($"is {fields[i]["from"].Text} a second time; human and gpt speak by turns");
            }
        }

        if (!turns.Any(turn => turn.Role == TurnRole.User) || turns[^1].Role == TurnRole.User)
        {
            throw list.Problem("has no question with an answer at its end; a record is questions of human, each with an answer of gpt");
        }
    }

    /// <summary>A picture is shown in one turn; two marks in it are taken as one, as LLaVA takes them.</summary>
    private static void RequireMarks(JsonField record, JsonField? image, IReadOnlyList<JsonField> fields, LlavaTurn[] turns)
    {
        int[] shown = [.. Enumerable.Range(0, turns.Length).Where(i => turns[i].Text.Contains(ImageMark, StringComparison.Ordinal))];
        foreach (int i in shown)
        {
            string? problem = image is null ? $"has the mark {ImageMark}, but the record has no image"
                : turns[i].Role == TurnRole.Assistant ? $"has the mark {ImageMark}, but only human can show a picture"
                : i != shown[0] ? $"has the mark {ImageMark} a second time; the record has one image"
                : null;
            if (problem is not null)
            {
                throw fields[i]["value"].Problem(problem);
            }
        }

        if (image is not null && shown.Length == 0)
        {
            throw record["conversations"].Problem($"nowhere has the mark {ImageMark}, but the record has an image");
        }
    }
}
