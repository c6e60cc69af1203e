namespace CommSharp.Text;

/// <summary>Who speaks.</summary>
public enum TurnRole
{
    /// <summary>The person who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>A part of a turn: <see cref="TextPart"/> or <see cref="ImagePart"/>.</summary>
public abstract record TurnPart;

/// <summary>Words. Nothing in them is a command: "&lt;/s&gt;" is four characters, "&lt;image&gt;" seven.</summary>
/// <param name="Text">The words.</param>
public sealed record TextPart(string Text) : TurnPart;

/// <summary>The place of a picture; the first one in a conversation stands for its first picture, and so on.</summary>
public sealed record ImagePart : TurnPart;

/// <summary>What one side says at a time.</summary>
/// <param name="Role">Who says it.</param>
/// <param name="Parts">Words and pictures in their order.</param>
public sealed record Turn(TurnRole Role, IReadOnlyList<TurnPart> Parts)
{
    /// <summary>The number of pictures.</summary>
    public int ImageCount => Parts.Count(part => part is ImagePart);

    /// <summary>A turn of the user without pictures.</summary>
    public static Turn User(string text) => new(TurnRole.User, [new TextPart(text)]);

    /// <summary>A turn of the model.</summary>
    public static Turn Assistant(string text) => new(TurnRole.Assistant, [new TextPart(text)]);

    /// <summary>A turn as data sets write it, with a mark at the place of each picture. Not for what a stranger typed.</summary>
    /// <param name="role">Who says it.</param>
    /// <param name="text">Words and marks.</param>
    /// <param name="mark">The mark.</param>
    public static Turn Parse(TurnRole role, string text, string mark = "<image>")
    {
        var parts = new List<TurnPart>();
        string[] texts = text.Split(mark);
        for (int i = 0; i < texts.Length; i++)
        {
            if (i > 0)
            {
                parts.Add(new ImagePart());
            }

            if (texts[i].Length > 0)
            {
                parts.Add(new TextPart(texts[i]));
            }
        }

        return new Turn(role, parts);
    }
}

/// <summary>Turns of the user and the model by turns, the user first.</summary>
public sealed record Conversation
{
    /// <summary>Makes a conversation.</summary>
    /// <param name="turns">At least one; the first is the user's, and no side speaks twice in a row.</param>
    /// <param name="system">What stands before the first turn; the template's own sentence when null.</param>
    /// <exception cref="CommSharpException">The turns are in another order, a question is empty, or the model's turn has a picture.</exception>
    public Conversation(IReadOnlyList<Turn> turns, string? system = null)
    {
        for (int i = 0; i < turns.Count; i++)
        {
            Check(turns[i], i);
        }

        Turns = turns.Count > 0 ? turns : throw new CommSharpException("The conversation is empty; it needs at least one question.");
        System = system;
    }

    /// <summary>The turns.</summary>
    public IReadOnlyList<Turn> Turns { get; }

    /// <summary>What stands before the first turn; the template's own sentence when null.</summary>
    public string? System { get; }

    /// <summary>The number of pictures.</summary>
    public int ImageCount => Turns.Sum(turn => turn.ImageCount);

    /// <summary>Whether the next to speak is the model.</summary>
    public bool AwaitsAnswer => Turns[^1].Role == TurnRole.User;

    /// <summary>The same with one more turn.</summary>
    /// <exception cref="CommSharpException">It is not this side's turn, or the turn is empty.</exception>
    public Conversation With(Turn turn) => new([.. Turns, turn], System);

    private static void Check(Turn turn, int index)
    {
        if (turn.Role != (index % 2 == 0 ? TurnRole.User : TurnRole.Assistant))
        {
            throw new CommSharpException(
                $"Turn {index + 1} of the conversation is the {Name(turn.Role)}'s, but user and assistant speak by turns, the user first.");
        }

        if (turn.Role == TurnRole.Assistant && turn.ImageCount > 0)
        {
            throw new CommSharpException($"Turn {index + 1} of the conversation is the assistant's and has an image; only the user can show images.");
        }

        if (turn.Role == TurnRole.User && turn.Parts.All(part => part is TextPart text && string.IsNullOrWhiteSpace(text.Text)))
        {
            throw new CommSharpException($"Turn {index + 1} of the conversation is an empty question; ask something or show an image.");
        }
    }

    private static string Name(TurnRole role) => role == TurnRole.User ? "user" : "assistant";
}
