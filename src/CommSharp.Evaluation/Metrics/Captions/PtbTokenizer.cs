using System.Collections.Frozen;
using CommSharp.Evaluation.Metrics.Captions.Tokenization;

namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// Cuts captions into words as COCO's caption evaluation does: Stanford's PTBTokenizer 3.4.1 with -lowerCase, then punctuation is dropped.
/// The source is ptbtokenizer.py of COCO's evaluation. Each caption is cut on its own: what the next caption of a file begins with decides nothing,
/// whereas the original sees it behind a caption that ends with an abbreviation.
/// </summary>
public static class PtbTokenizer
{
    /// <summary>The longest caption that is cut, in characters: rules that look far ahead would make longer ones slow.</summary>
    public const int LongestCaption = 20_000;

    // Compared after the words were lower-cased, so that the round brackets' names stay in the text: as in ptbtokenizer.py.
    private static readonly FrozenSet<string> Punctuation = FrozenSet.ToFrozenSet(
        ["''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".", "?", "!", ",", ":", "-", "--", "...", ";"], StringComparer.Ordinal);

    /// <summary>The tokens of a caption, with punctuation, in lower case.</summary>
    /// <param name="caption">The caption; line ends in it count as blanks.</param>
    /// <returns>The tokens. A token has no blank in it, but may have a no-break space: "1 1/2" is one token.</returns>
    /// <exception cref="CommSharpException">The caption has more than <see cref="LongestCaption"/> characters.</exception>
    public static IReadOnlyList<string> Tokens(string caption)
    {
        if (caption.Length > LongestCaption)
        {
            throw new CommSharpException(
                $"a caption has {caption.Length} characters, and none of more than {LongestCaption} is scored; is this a caption?");
        }

        // The original reads a file with a caption on each line, so a line end follows every caption.
        List<string> tokens = PtbRules.Scanner.Scan(caption.Replace('\n', ' ') + '\n');
        for (int i = 0; i < tokens.Count; i++)
        {
            tokens[i] = tokens[i].ToLowerInvariant();
        }

        return tokens;
    }

    /// <summary>A caption as the scorers see it: its tokens but punctuation, with a blank between them.</summary>
    /// <param name="caption">The caption; line ends in it count as blanks.</param>
    /// <exception cref="CommSharpException">The caption has more than <see cref="LongestCaption"/> characters.</exception>
    public static string Words(string caption) => string.Join(' ', Tokens(caption).Where(token => !Punctuation.Contains(token)));
}
