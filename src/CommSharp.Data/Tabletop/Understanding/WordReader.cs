namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>A text as words, read from left to right. Capitals do not matter, nor does a full stop or a question mark at the end; a comma is a word.</summary>
internal sealed class WordReader
{
    private const int MostWords = 200; // nobody says more in a sentence, and reading goes as deep as a text is long

    private readonly string[] _words;

    private WordReader(string[] words) => _words = words;

    /// <summary>How many words are behind; set to go back.</summary>
    public int Position { get; set; }

    /// <summary>Whether nothing is left.</summary>
    public bool AtEnd => Position == _words.Length;

    /// <summary>The next word; null at the end.</summary>
    public string? Next => AtEnd ? null : _words[Position];

    /// <summary>The words of a text. One that is far too long has none.</summary>
    public static WordReader Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = text.Trim().TrimEnd('.', '?', '!').ToLowerInvariant().Replace(",", " , ", StringComparison.Ordinal);
        string[] words = plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new WordReader(words.Length <= MostWords ? words : []);
    }

    /// <summary>Takes the next word.</summary>
    public string Take() => _words[Position++];

    /// <summary>Takes words if they come next.</summary>
    /// <param name="phrase">The words, with blanks between them; none of them for a phrase without words.</param>
    public bool TryTake(string phrase)
    {
        string[] wanted = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!_words.AsSpan(Position).StartsWith(wanted))
        {
            return false;
        }

        Position += wanted.Length;
        return true;
    }

    /// <summary>Takes the first of several phrases that comes next.</summary>
    public bool TryTakeAny(params ReadOnlySpan<string> phrases)
    {
        foreach (string phrase in phrases)
        {
            if (TryTake(phrase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes an article if one comes next.</summary>
    public bool TryTakeArticle() => TryTakeAny("the", "a", "an");
}
