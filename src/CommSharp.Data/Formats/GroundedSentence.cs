using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats;

/// <summary>Words in a row, with boxes or without.</summary>
/// <param name="Text">The words, with the blanks around them as they stand.</param>
/// <param name="Boxes">The boxes that the words mean, in pixels of the original picture; empty for words without.</param>
public sealed record GroundedRun(string Text, IReadOnlyList<PixelBox> Boxes);

/// <summary>A sentence some of whose phrases have boxes.</summary>
/// <param name="Runs">The phrases and what stands between, in their order.</param>
public sealed record GroundedSentence(IReadOnlyList<GroundedRun> Runs)
{
    private const string Start = "<ph_st>", End = "<ph_ed>";

    /// <summary>The words without boxes.</summary>
    public string Text => string.Concat(Runs.Select(run => run.Text));

    /// <summary>A sentence from its words and the places of its phrases.</summary>
    /// <param name="text">The words.</param>
    /// <param name="phrases">Where each phrase starts, where it ends, and its boxes, in the order of the words; one without is plain words.</param>
    public static GroundedSentence Of(string text, IEnumerable<(int Start, int End, IReadOnlyList<PixelBox> Boxes)> phrases)
    {
        var runs = new List<GroundedRun>();
        int at = 0;
        foreach ((int start, int end, IReadOnlyList<PixelBox> boxes) in phrases.Where(phrase => phrase.Boxes.Count > 0))
        {
            if (start > at)
            {
                runs.Add(new GroundedRun(text[at..start], []));
            }

            runs.Add(new GroundedRun(text[start..end], boxes));
            at = end;
        }

        return new GroundedSentence(at < text.Length ? [.. runs, new GroundedRun(text[at..], [])] : runs);
    }

    /// <summary>
    /// Reads a sentence in Shikra's form: "&lt;ph_st&gt;" and "&lt;ph_ed&gt;" around each phrase, and for the k-th phrase a list of its boxes'
    /// numbers.
    /// </summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="sequence">The lists; null where the record has none, which fits a sentence without phrases only.</param>
    /// <param name="boxes">The boxes that the numbers count.</param>
    /// <exception cref="DataException">The marks do not pair, there are not as many lists as phrases, or a number counts no box.</exception>
    internal static GroundedSentence Read(JsonField sentence, JsonField? sequence, IReadOnlyList<PixelBox> boxes)
    {
        IReadOnlyList<JsonField> lists = sequence?.Items ?? [];
        var runs = new List<GroundedRun>();
        int phrases = 0;
        foreach ((string text, bool isPhrase) in Split(sentence))
        {
            IReadOnlyList<PixelBox> own = isPhrase && phrases < lists.Count ? BoxList.Choose(lists[phrases], boxes) : [];
            phrases += isPhrase ? 1 : 0;
            if (text.Length > 0 || own.Count > 0)
            {
                runs.Add(new GroundedRun(text, own));
            }
        }

        return phrases == lists.Count
            ? new GroundedSentence(runs)
            : throw (sequence ?? sentence).Problem(
                $"has {lists.Count} lists of boxes for the {phrases} phrases between {Start} and {End}; each phrase needs one");
    }

    private static IEnumerable<(string Text, bool IsPhrase)> Split(JsonField sentence)
    {
        string text = sentence.FilledText;
        int at = 0;
        while (text.IndexOf(Start, at, StringComparison.Ordinal) is >= 0 and var start)
        {
            yield return (Plain(sentence, text[at..start]), false);
            start += Start.Length;
            int end = text.IndexOf(End, start, StringComparison.Ordinal);
            if (end < 0 || text.IndexOf(Start, start, end - start, StringComparison.Ordinal) >= 0)
            {
                throw sentence.Problem($"has a {Start} without its {End}");
            }

            yield return (text[start..end], true);
            at = end + End.Length;
        }

        yield return (Plain(sentence, text[at..]), false);
    }

    private static string Plain(JsonField sentence, string text) => text.Contains(End, StringComparison.Ordinal)
        ? throw sentence.Problem($"has a {End} without its {Start}")
        : text;
}
