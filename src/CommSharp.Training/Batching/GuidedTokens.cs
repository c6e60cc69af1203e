using CommSharp.Grounding;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>A token from which a picture's patches are to be looked at.</summary>
/// <param name="Token">Its place in its prompt.</param>
/// <param name="FirstPatch">The place in the prompt of the picture's first token.</param>
/// <param name="Patches">For each patch, row by row, how much of it belongs to what is meant, as a share of the patch of which most does; 0 to 1, at least one above 0.</param>
public sealed record GuidedToken(int Token, int FirstPatch, IReadOnlyList<float> Patches);

/// <summary>Finds the tokens of a prompt that speak of boxes or points, and the patches that these cover.</summary>
internal static class GuidedTokens
{
    /// <summary>Finds them.</summary>
    /// <param name="prompt">A prompt with its answer.</param>
    /// <param name="format">How it writes boxes.</param>
    /// <param name="side">The number of patches in a row and in a column.</param>
    /// <param name="placeholder">The id that stands for a patch.</param>
    public static IReadOnlyList<GuidedToken> Of(AssembledPrompt prompt, BoxFormat format, int side, int placeholder)
    {
        int firstPatch = prompt.Tokens.TakeWhile(token => token.Id != placeholder).Count();
        var guided = new SortedDictionary<int, float[]>(); // a token that ends one box and starts the next belongs to the next
        IReadOnlyList<BoxMark> marks = BoxParser.Read(prompt.Text, format).Marks;
        foreach (BoxMark mark in marks)
        {
            if (Patches(mark, side) is not { } patches || Within(prompt, mark.Span) is not var (first, last))
            {
                continue;
            }

            if (prompt.Tokens[first].HasLoss)
            {
                Guide(first - 1, last - 1, patches); // what is looked at decides the next token
            }
            else
            {
                guided[last] = patches;
                if (marks.Count == 1)
                {
                    foreach (int said in prompt.Tokens.Index().Where(token => token.Item.HasLoss).Select(token => token.Index))
                    {
                        guided[said - 1] = patches;
                    }
                }
            }
        }

        return [.. guided.Where(each => each.Key >= firstPatch + (side * side)).Select(each => new GuidedToken(each.Key, firstPatch, each.Value))];

        void Guide(int from, int to, float[] patches)
        {
            for (int token = from; token <= to; token++)
            {
                guided[token] = patches;
            }
        }
    }

    private static (int First, int Last)? Within(AssembledPrompt prompt, TextSpan span)
    {
        int[] tokens = [.. prompt.Tokens.Index().Where(token => token.Item.Start < span.End && token.Item.End > span.Start).Select(token => token.Index)];
        return tokens.Length == 0 || prompt.Tokens[^1].End < span.End ? null : (tokens[0], tokens[^1]); // null where the prompt was cut before its end
    }

    private static float[]? Patches(BoxMark mark, int side)
    {
        float[] shares = new float[side * side];
        foreach (NormalizedBox box in mark.Boxes)
        {
            for (int i = 0; i < shares.Length; i++)
            {
                double across = Common(box.X1, box.X2, i % side), down = Common(box.Y1, box.Y2, i / side);
                shares[i] = Math.Max(shares[i], (float)(across * down));
            }
        }

        foreach (NormalizedPoint point in mark.Points)
        {
            if (point is { X: >= 0 and <= 1, Y: >= 0 and <= 1 })
            {
                shares[(Math.Min(side - 1, (int)(point.Y * side)) * side) + Math.Min(side - 1, (int)(point.X * side))] = 1;
            }
        }

        float most = shares.Max();
        return most > 0 ? [.. shares.Select(share => share / most)] : null;

        double Common(double from, double to, int cell) => Math.Max(0, Math.Min(to * side, cell + 1) - Math.Max(from * side, cell));
    }
}
