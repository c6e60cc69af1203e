using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>Puts prepared samples together.</summary>
public static class BatchAssembly
{
    private const int Channels = 3;

    /// <summary>Samples as a batch, padded on the right to the longest with the id 0 and labels without loss.</summary>
    /// <param name="samples">At least one; all pictures in the same sizes.</param>
    /// <param name="averaging">How much a token of an answer counts.</param>
    public static TrainingBatch ToBatch(this IReadOnlyList<PreparedSample> samples, LossAveraging averaging = LossAveraging.Token)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count, nameof(samples));
        int rows = samples.Count, length = samples.Max(sample => sample.TokenCount), answerTokens = 0;
        bool isPacked = samples.Any(sample => sample.Beside.Count > 0);
        long[] ids = new long[rows * length], labels = new long[rows * length];
        long[] positions = new long[isPacked ? ids.Length : 0], questions = new long[positions.Length];
        float[] weights = new float[averaging == LossAveraging.Token ? 0 : ids.Length];
        Array.Fill(labels, AssembledPrompt.IgnoredLabel);
        Array.Fill(questions, -1);
        for (int row = 0; row < rows; row++)
        {
            int place = row * length;
            foreach ((PromptToken token, int position, int question, int answerLength) in Row(samples[row]))
            {
                ids[place] = token.Id;
                labels[place] = token.HasLoss ? token.Id : AssembledPrompt.IgnoredLabel;
                answerTokens += position > 0 && token.HasLoss ? 1 : 0;
                if (isPacked)
                {
                    (positions[place], questions[place]) = (position, question);
                }

                if (weights.Length > 0 && position > 0 && token.HasLoss)
                {
                    weights[place] = averaging == LossAveraging.Square ? 1 / MathF.Sqrt(answerLength) : 1f / answerLength;
                }

                place++;
            }
        }

        PreparedSample[] seeing = [.. samples.Where(sample => sample.Squares.Count > 0)];
        return new TrainingBatch
        {
            Rows = rows,
            Length = length,
            Ids = ids,
            Labels = labels,
            Positions = isPacked ? positions : null,
            Questions = isPacked ? questions : null,
            Pictures = seeing.Length == 0 ? [] : [.. Enumerable.Range(0, seeing[0].Squares.Count).Select(i => Planes([.. seeing.Select(sample => sample.Squares[i])]))],
            PictureCount = seeing.Length,
            Tokens = samples.Sum(sample => sample.TokenCount),
            AnswerTokens = answerTokens,
            Weights = weights.Length > 0 ? weights : null,
            Places = [.. samples.Select(sample => sample.Sample.Place)],
            Guided = [.. samples.SelectMany((sample, row) => Guided(sample, row * length))],
        };
    }

    /// <summary>The tokens of a row, each with the length of the answer that it is of: the first question with what all share, then what the others have of their own.</summary>
    private static IEnumerable<(PromptToken Token, int Position, int Question, int AnswerLength)> Row(PreparedSample sample)
    {
        foreach ((int i, AssembledPrompt prompt) in sample.Prompts.Index())
        {
            int[] lengths = AnswerLengths(prompt.Tokens);
            for (int position = i == 0 ? 0 : sample.Shared; position < prompt.Tokens.Count; position++)
            {
                yield return (prompt.Tokens[position], position, position < sample.Shared ? 0 : i + 1, lengths[position]);
            }
        }
    }

    /// <summary>For each token the number of tokens with loss in the unbroken run that it is of; 0 for those without.</summary>
    private static int[] AnswerLengths(IReadOnlyList<PromptToken> tokens)
    {
        int[] lengths = new int[tokens.Count];
        for (int first = 0, last; first < tokens.Count; first = last)
        {
            last = first + 1;
            while (last < tokens.Count && tokens[last].HasLoss == tokens[first].HasLoss)
            {
                last++;
            }

            Array.Fill(lengths, tokens[first].HasLoss ? last - first : 0, first, last - first);
        }

        return lengths;
    }

    /// <summary>The guided tokens of a row, at their places in the batch.</summary>
    private static IEnumerable<GuidedPlace> Guided(PreparedSample sample, int start)
    {
        int before = 0; // how many tokens of the row stand before a question's own
        foreach ((AssembledPrompt prompt, IReadOnlyList<GuidedToken> guided) in sample.Prompts.Zip(sample.Guided))
        {
            foreach (GuidedToken token in guided)
            {
                yield return new GuidedPlace(start + before + token.Token, token.First, token.Worth, token.IsWord);
            }

            before += prompt.Tokens.Count - sample.Shared;
        }
    }

    private static BatchPixels Planes(RgbImage[] squares)
    {
        int size = squares[0].Width, plane = size * size;
        float[] values = new float[squares.Length * Channels * plane];
        for (int picture = 0; picture < squares.Length; picture++)
        {
            ReadOnlySpan<byte> pixels = squares[picture].Pixels;
            for (int channel = 0; channel < Channels; channel++)
            {
                Span<float> target = values.AsSpan(((picture * Channels) + channel) * plane, plane);
                for (int i = 0; i < plane; i++)
                {
                    target[i] = pixels[(i * Channels) + channel] / 255f;
                }
            }
        }

        return new BatchPixels(size, values);
    }
}
