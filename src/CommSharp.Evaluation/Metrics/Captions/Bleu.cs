namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// BLEU with sequences of 1 to 4 words, as bleu_scorer.py of COCO's evaluation counts it: small numbers in place of zeros, and the reference whose
/// length is closest to the candidate's, the shorter one of two.
/// </summary>
internal sealed class Bleu
{
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;

    private readonly long[] _correct = new long[NGramTable.Longest];
    private readonly long[] _guessed = new long[NGramTable.Longest];
    private long _length;
    private long _referenceLength;

    /// <summary>What is to be added up for one item.</summary>
    public static Bleu Of(NumberedCaption candidate, IReadOnlyList<NumberedCaption> references)
    {
        var bleu = new Bleu
        {
            _length = candidate.WordCount,
            _referenceLength = references.Select(reference => reference.WordCount).MinBy(length => (Math.Abs(length - candidate.WordCount), length)),
        };
        for (int words = 1; words <= NGramTable.Longest; words++)
        {
            bleu._guessed[words - 1] = NumberedCaption.Count(candidate.WordCount, words);
            bleu._correct[words - 1] = Correct(candidate, references, words);
        }

        return bleu;
    }

    /// <summary>Adds another item's counts.</summary>
    public void Add(Bleu other)
    {
        for (int i = 0; i < NGramTable.Longest; i++)
        {
            _correct[i] += other._correct[i];
            _guessed[i] += other._guessed[i];
        }

        _length += other._length;
        _referenceLength += other._referenceLength;
    }

    /// <summary>BLEU-1 to BLEU-4.</summary>
    public double[] Scores()
    {
        double ratio = (_length + Tiny) / (_referenceLength + Small);
        double brevity = ratio < 1 ? Math.Exp(1 - (1 / ratio)) : 1;
        double[] scores = new double[NGramTable.Longest];
        double product = 1;
        for (int i = 0; i < scores.Length; i++)
        {
            product *= (_correct[i] + Tiny) / (_guessed[i] + Small);
            scores[i] = Math.Pow(product, 1.0 / (i + 1)) * brevity;
        }

        return scores;
    }

    /// <summary>Each sequence counts at most as often as in the reference that has it most.</summary>
    private static int Correct(NumberedCaption candidate, IReadOnlyList<NumberedCaption> references, int words)
    {
        ReadOnlySpan<int> sequences = candidate.Sequences(words);
        int[] most = new int[sequences.Length]; // one for each run
        foreach (NumberedCaption reference in references)
        {
            var wanted = new RunsOfNumbers(reference.Sequences(words));
            var mine = new RunsOfNumbers(sequences);
            for (int run = 0; mine.MoveNext(); run++)
            {
                most[run] = Math.Max(most[run], Math.Min(mine.Count, wanted.CountOf(mine.Number)));
            }
        }

        return most.Sum();
    }
}
