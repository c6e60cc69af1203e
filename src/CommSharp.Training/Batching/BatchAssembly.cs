using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>Puts prepared samples together.</summary>
public static class BatchAssembly
{
    private const int Channels = 3;

    /// <summary>Samples as a batch, padded on the right to the longest with the id 0 and labels without loss.</summary>
    /// <param name="samples">At least one; all pictures in the same sizes.</param>
    public static TrainingBatch ToBatch(this IReadOnlyList<PreparedSample> samples)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count, nameof(samples));
        int rows = samples.Count, length = samples.Max(sample => sample.Prompt.Tokens.Count), answerTokens = 0;
        long[] ids = new long[rows * length], labels = new long[rows * length];
        Array.Fill(labels, AssembledPrompt.IgnoredLabel);
        for (int row = 0; row < rows; row++)
        {
            IReadOnlyList<PromptToken> tokens = samples[row].Prompt.Tokens;
            for (int at = 0; at < tokens.Count; at++)
            {
                int place = (row * length) + at;
                ids[place] = tokens[at].Id;
                labels[place] = tokens[at].HasLoss ? tokens[at].Id : AssembledPrompt.IgnoredLabel;
                answerTokens += at > 0 && tokens[at].HasLoss ? 1 : 0;
            }
        }

        PreparedSample[] seeing = [.. samples.Where(sample => sample.Squares.Count > 0)];
        return new TrainingBatch
        {
            Rows = rows,
            Length = length,
            Ids = ids,
            Labels = labels,
            Pictures = seeing.Length == 0 ? [] : [.. Enumerable.Range(0, seeing[0].Squares.Count).Select(i => Planes([.. seeing.Select(sample => sample.Squares[i])]))],
            PictureCount = seeing.Length,
            Tokens = samples.Sum(sample => sample.Prompt.Tokens.Count),
            AnswerTokens = answerTokens,
            Places = [.. samples.Select(sample => sample.Sample.Place)],
        };
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
