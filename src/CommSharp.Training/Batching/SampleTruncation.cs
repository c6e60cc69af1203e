using System.Text.RegularExpressions;
using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>
/// Brings samples to a length. Questions with their answers are dropped whole from the end, as long as another answer and the picture remain. If
/// what must remain is too long still, its answer is cut between two words, never inside the text of a box or a point; what is cut off and the
/// token that ends the answer are not learned, since it did not end there.
/// </summary>
internal static partial class SampleTruncation
{
    /// <summary>Writes a sample within a length.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="limit">The most tokens.</param>
    /// <param name="assemble">Writes a sample.</param>
    /// <exception cref="DataException">There is no answer, or not a word of it fits.</exception>
    public static AssembledPrompt Assemble(TaskSample sample, int limit, Func<TaskSample, AssembledPrompt> assemble)
    {
        if (sample.AwaitsAnswer && sample.Turns.Count > 1)
        {
            sample = sample.AsQuestion() with { Turns = [.. sample.Turns.SkipLast(1)] }; // a last question that nobody answers
        }

        AssembledPrompt prompt = assemble(sample);
        int least = LeastTurns(sample);
        while (prompt.Tokens.Count > limit && sample.Turns.Count > least)
        {
            sample = sample with { Turns = [.. sample.Turns.SkipLast(2)] };
            prompt = assemble(sample);
        }

        if (!prompt.Tokens.Skip(1).Any(token => token.HasLoss))
        {
            throw new DataException(sample.Place, "has no answer that could be learned");
        }

        return prompt.Tokens.Count <= limit ? prompt : Cut(prompt, limit) ?? throw TooLong(sample, prompt, limit);
    }

    /// <summary>Up to the first answer, and up to the answer to the question that shows the picture.</summary>
    private static int LeastTurns(TaskSample sample)
    {
        int picture = sample.Turns.TakeWhile(turn => turn.ImageCount == 0).Count();
        return picture == sample.Turns.Count ? 2 : picture + 2;
    }

    /// <summary>Cuts the last answer at the last blank that lets it fit; null when no word would be left.</summary>
    private static AssembledPrompt? Cut(AssembledPrompt prompt, int limit)
    {
        TextSpan answer = prompt.Answers[^1];
        string words = prompt.Text[answer.Start..answer.End];
        TextSpan[] whole = [.. Wholes.Matches(words).Select(match => new TextSpan(answer.Start + match.Index, answer.Start + match.Index + match.Length))];
        int first = answer.Start + words.Length - words.TrimStart().Length;
        for (int at = Math.Min(prompt.Tokens[limit].Start, answer.End - 1); at > first; at--)
        {
            if (char.IsWhiteSpace(prompt.Text[at])
                && !whole.Any(span => span.Start < at && at < span.End)
                && !prompt.Tokens.Any(token => token.Start < at && at < token.End))
            {
                return prompt with { Tokens = [.. prompt.Tokens.TakeWhile(token => token.Start < at)] };
            }
        }

        return null;
    }

    private static DataException TooLong(TaskSample sample, AssembledPrompt prompt, int limit)
    {
        int asked = prompt.Tokens.Count(token => token.Start < prompt.Answers[^1].Start);
        return new DataException(
            sample.Place,
            $"takes {asked} tokens before its answer, {prompt.ImageTokenCount} of them for the picture, and leaves no room for a word of it; "
            + $"the limit is {limit} (batch.maxTokens)");
    }

    /// <summary>What has a meaning as a whole only: boxes in any notation, of a data set's own words too.</summary>
    [GeneratedRegex(@"\[[^\[\]]*\]|<ref>.*?</ref>(<(box|point)>.*?</\2>)*|<(box|point)>.*?</\3>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Wholes { get; }
}
