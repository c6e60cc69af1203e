using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>A token from which a part of its prompt is to be looked at: patches of the picture or, where nothing is there of what was asked, the prompt's first token.</summary>
/// <param name="Token">Its place in its prompt.</param>
/// <param name="First">The place in the prompt of the first token that may be looked at.</param>
/// <param name="Worth">
/// From there on, how much each token is worth looking at; 0 to 1, at least one above 0. For patches, row by row, how much of each belongs to what is meant, as a share of the
/// patch of which most does.
/// </param>
public sealed record GuidedToken(int Token, int First, IReadOnlyList<float> Worth)
{
    /// <summary>Whether it is a word of a question, which looks at what it means; else it is one from which an answer follows.</summary>
    public bool IsWord { get; init; }
}

/// <summary>Finds the tokens of a prompt that speak of places in its picture, and the patches that these cover.</summary>
/// <param name="format">How the prompt writes boxes.</param>
/// <param name="geometry">What was done to the picture.</param>
/// <param name="side">The number of patches in a row and in a column.</param>
/// <param name="placeholder">The id that stands for a patch.</param>
internal sealed class GuidedTokens(BoxFormat format, ImageGeometry geometry, int side, int placeholder)
{
    /// <summary>The prompt's first token, which is the same in all: a head that finds nothing of what it seeks needs a place to look at.</summary>
    private static readonly float[] Nothing = [1];

    private static readonly char[] SentenceEnds = ['.', '?', '!', '\n'];

    /// <summary>Finds them.</summary>
    /// <param name="prompt">A prompt with its answers.</param>
    /// <param name="sample">What it was made of.</param>
    public IReadOnlyList<GuidedToken> Of(AssembledPrompt prompt, TaskSample sample)
    {
        int firstPatch = prompt.Tokens.TakeWhile(token => token.Id != placeholder).Count();
        var guided = new SortedDictionary<int, float[]>(); // a token that ends one box and starts the next belongs to the next
        foreach ((TextSpan answer, SampleTurn turn) in prompt.Answers.Zip(sample.Turns.Where(turn => turn.Role == TurnRole.Assistant)))
        {
            if (turn.Evidence is { } evidence && (evidence.Count == 0 ? Nothing : Patches([.. evidence.Select(geometry.ToModel)], [])) is { } shown)
            {
                Guide(Saying(prompt, answer), shown);
            }
        }

        IReadOnlyList<BoxMark> marks = BoxParser.Read(prompt.Text, format).Marks;
        foreach ((int i, BoxMark mark) in marks.Index())
        {
            if (Patches(mark.Boxes, mark.Points) is not { } patches || prompt.Tokens[^1].End < mark.Span.End || Touching(prompt, mark.Span) is not [.., var last])
            {
                continue; // also where the prompt was cut before its end
            }

            if (prompt.Tokens[last].HasLoss)
            {
                Guide(Saying(prompt, Phrase(prompt, mark, i == 0 ? 0 : marks[i - 1].Span.End)), patches);
            }
            else
            {
                guided[last] = patches;
                if (AnswerTo(prompt, mark, marks) is { } answer)
                {
                    Guide(Saying(prompt, answer), patches);
                }
            }
        }

        return [.. Words(prompt, sample, firstPatch).Concat(guided.Where(each => each.Key >= firstPatch + (side * side)).Select(each => Token(each.Key, each.Value, firstPatch)))];

        void Guide(IEnumerable<int> tokens, float[] worth)
        {
            foreach (int token in tokens)
            {
                guided[token] = worth;
            }
        }
    }

    /// <summary>The answer to a question that holds one box or point; null where the question or its answer holds others.</summary>
    private static TextSpan? AnswerTo(AssembledPrompt prompt, BoxMark mark, IReadOnlyList<BoxMark> marks)
    {
        int begin = prompt.Answers.Where(answer => answer.End <= mark.Span.Start).Select(answer => answer.End).DefaultIfEmpty().Max();
        TextSpan[] following = [.. prompt.Answers.Where(answer => answer.Start >= mark.Span.End).Take(1)];
        return following is [var answer] && marks.Count(other => other.Span.Start >= begin && other.Span.End <= answer.End) == 1 ? answer : null;
    }

    private static GuidedToken Token(int token, float[] worth, int firstPatch) => new(token, ReferenceEquals(worth, Nothing) ? 0 : firstPatch, worth);

    /// <summary>The words of questions of which the data say what they mean. Where a picture is shown first, the question's other parts follow in their order.</summary>
    private IEnumerable<GuidedToken> Words(AssembledPrompt prompt, TaskSample sample, int firstPatch)
    {
        int from = firstPatch < prompt.Tokens.Count ? prompt.Tokens[firstPatch].End : 0;
        foreach (SampleText part in sample.Turns.Where(turn => turn.Role == TurnRole.User).SelectMany(turn => turn.Parts).OfType<SampleText>())
        {
            string text = part.Text.Trim();
            int start = prompt.Text.IndexOf(text, from, StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            from = start + text.Length;
            foreach ((MeantPhrase phrase, TextSpan place) in part.Phrases.Zip(MeantPhrase.Find(text, part.Phrases)))
            {
                if ((phrase.Boxes.Count == 0 ? Nothing : Patches([.. phrase.Boxes.Select(geometry.ToModel)], [])) is not { } worth)
                {
                    continue;
                }

                foreach (int token in Touching(prompt, new TextSpan(start + place.Start, start + place.End)).Where(token => token >= firstPatch + (side * side)))
                {
                    yield return Token(token, worth, firstPatch) with { IsWord = true };
                }
            }
        }
    }

    /// <summary>A box with the words before it, which say what it encloses: from the end of the box before it, or the beginning of the sentence or of the answer.</summary>
    private static TextSpan Phrase(AssembledPrompt prompt, BoxMark mark, int previous)
    {
        int start = Math.Max(previous, prompt.Answers.Last(answer => answer.Start < mark.Span.End).Start);
        int sentence = mark.Span.Start > start ? prompt.Text.LastIndexOfAny(SentenceEnds, mark.Span.Start - 1, mark.Span.Start - start) : -1;
        return new TextSpan(Math.Max(start, sentence + 1), mark.Span.End);
    }

    /// <summary>The tokens that decide what is said in a span: each stands before one that training asks for.</summary>
    private static IEnumerable<int> Saying(AssembledPrompt prompt, TextSpan span) => Touching(prompt, span).Where(token => token > 0 && prompt.Tokens[token].HasLoss).Select(token => token - 1);

    private static int[] Touching(AssembledPrompt prompt, TextSpan span) =>
        [.. prompt.Tokens.Index().Where(token => token.Item.Start < span.End && token.Item.End > span.Start).Select(token => token.Index)];

    private float[]? Patches(IReadOnlyList<NormalizedBox> boxes, IReadOnlyList<NormalizedPoint> points)
    {
        float[] shares = new float[side * side];
        foreach (NormalizedBox box in boxes)
        {
            for (int i = 0; i < shares.Length; i++)
            {
                double across = Common(box.X1, box.X2, i % side), down = Common(box.Y1, box.Y2, i / side);
                shares[i] = Math.Max(shares[i], (float)(across * down));
            }
        }

        foreach (NormalizedPoint point in points)
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
