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
        Array.Fill(labels, AssembledPrompt.IgnoredLabel);
        Array.Fill(questions, -1);
        for (int row = 0; row < rows; row++)
        {
            int place = row * length;
            foreach ((PromptToken token, int position, int question) in Row(samples[row]))
            {
                ids[place] = token.Id;
                labels[place] = token.HasLoss ? token.Id : AssembledPrompt.IgnoredLabel;
                answerTokens += position > 0 && token.HasLoss ? 1 : 0;
                if (isPacked)
                {
                    (positions[place], questions[place]) = (position, question);
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
            Weights = Weights(labels, length, averaging),
            Places = [.. samples.Select(sample => sample.Sample.Place)],
            Guided = [.. samples.SelectMany((sample, row) => Guided(sample, row * length))],
        };
    }

    /// <summary>The tokens of a row: the first question with what all share, then what the others have of their own.</summary>
    private static IEnumerable<(PromptToken Token, int Position, int Question)> Row(PreparedSample sample)
    {
        foreach ((int i, AssembledPrompt prompt) in sample.Prompts.Index())
        {
            for (int position = i == 0 ? 0 : sample.Shared; position < prompt.Tokens.Count; position++)
            {
                yield return (prompt.Tokens[position], position, position < sample.Shared ? 0 : i + 1);
            }
        }
    }

    /// <summary>How much each label counts, [B, L]. An answer is an unbroken run of labels within a row: a question stands before every one. Null where all count 1.</summary>
    private static float[]? Weights(long[] labels, int length, LossAveraging averaging)
    {
        if (averaging == LossAveraging.Token)
        {
            return null;
        }

        float[] weights = new float[labels.Length];
        for (int first = 0, last; first < labels.Length; first = last)
        {
            last = first + 1;
            if (labels[first] == AssembledPrompt.IgnoredLabel || first % length == 0) // nothing stands before a row's first token, so that it cannot be learned
            {
                continue;
            }

            while (last % length != 0 && labels[last] != AssembledPrompt.IgnoredLabel)
            {
                last++;
            }

            int count = last - first;
            Array.Fill(weights, averaging == LossAveraging.Square ? 1 / MathF.Sqrt(count) : 1f / count, first, count);
        }

        return weights;
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
