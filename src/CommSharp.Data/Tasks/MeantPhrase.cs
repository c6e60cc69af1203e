using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tasks;

/// <summary>Words of a text and everything in its picture that they fit: in "the small red star" the word "red" with the boxes of all that is small and red.</summary>
/// <param name="Words">The words, as they stand in the text.</param>
/// <param name="Boxes">The boxes, in pixels of the original picture; none where nothing fits.</param>
public sealed record MeantPhrase(string Words, IReadOnlyList<PixelBox> Boxes)
{
    /// <summary>Finds phrases in their text: each behind the one before, and never a part of a longer word.</summary>
    /// <param name="text">The text.</param>
    /// <param name="phrases">The phrases in the text's order.</param>
    /// <returns>Their places, up to the first that is not there.</returns>
    public static IEnumerable<TextSpan> Find(string text, IEnumerable<MeantPhrase> phrases)
    {
        int from = 0;
        foreach (MeantPhrase phrase in phrases)
        {
            int at = text.IndexOf(phrase.Words, from, StringComparison.Ordinal);
            while (at >= 0 && !IsWhole(text, at, at + phrase.Words.Length))
            {
                at = text.IndexOf(phrase.Words, at + 1, StringComparison.Ordinal);
            }

            if (at < 0)
            {
                yield break;
            }

            from = at + phrase.Words.Length;
            yield return new TextSpan(at, from);
        }
    }

    private static bool IsWhole(string text, int start, int end) =>
        (start == 0 || !char.IsLetterOrDigit(text[start - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
}
