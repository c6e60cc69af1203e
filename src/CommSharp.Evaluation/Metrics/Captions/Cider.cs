namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// CIDEr as cider_scorer.py of COCO's evaluation counts it, which is CIDEr-D without stemming: a sequence of words weighs the more, the fewer items
/// have it in their references.
/// </summary>
internal sealed class Cider
{
    private const double Sigma = 6;
    private const double Factor = 10;

    private readonly int[][] _itemsWith = new int[NGramTable.Longest][]; // for each length and sequence
    private readonly double[] _weights;                                  // for each number of items

    /// <summary>Counts in how many items' references each sequence is.</summary>
    /// <param name="table">The table that numbered the captions.</param>
    /// <param name="references">The references of each item.</param>
    public Cider(NGramTable table, IReadOnlyList<IReadOnlyList<NumberedCaption>> references)
    {
        _weights = [.. Enumerable.Range(0, references.Count + 1).Select(items => Math.Log(references.Count) - Math.Log(Math.Max(1, items)))];
        Parallel.For(1, NGramTable.Longest + 1, words => _itemsWith[words - 1] = ItemsWith(table.Count(words), words, references));
    }

    /// <summary>The score of one item.</summary>
    public double Score(NumberedCaption candidate, IReadOnlyList<NumberedCaption> references)
    {
        double sum = 0;
        for (int words = 1; words <= NGramTable.Longest; words++)
        {
            double norm = Norm(candidate, words);
            foreach (NumberedCaption reference in references)
            {
                // The length that the original compares is the number of pairs of words.
                double difference = NumberedCaption.Count(candidate.WordCount, 2) - NumberedCaption.Count(reference.WordCount, 2);
                double norms = norm * Norm(reference, words);
                double product = Product(candidate, reference, words);
                sum += (norms > 0 ? product / norms : product) * Math.Exp(-(difference * difference) / (2 * Sigma * Sigma));
            }
        }

        return Factor * sum / NGramTable.Longest / references.Count;
    }

    private static int[] ItemsWith(int sequences, int words, IReadOnlyList<IReadOnlyList<NumberedCaption>> references)
    {
        int[] items = new int[sequences];
        int[] last = new int[sequences]; // the item that was counted last, counted from 1
        for (int item = 0; item < references.Count; item++)
        {
            foreach (NumberedCaption reference in references[item])
            {
                foreach (int number in reference.Sequences(words))
                {
                    if (last[number] != item + 1)
                    {
                        last[number] = item + 1;
                        items[number]++;
                    }
                }
            }
        }

        return items;
    }

    private double Norm(NumberedCaption caption, int words)
    {
        double squares = 0;
        for (var runs = new RunsOfNumbers(caption.Sequences(words)); runs.MoveNext();)
        {
            double weight = runs.Count * Weight(words, runs.Number);
            squares += weight * weight;
        }

        return Math.Sqrt(squares);
    }

    /// <summary>A sequence that the candidate has more often than the reference counts as often as in the reference.</summary>
    private double Product(NumberedCaption candidate, NumberedCaption reference, int words)
    {
        double sum = 0;
        var theirs = new RunsOfNumbers(reference.Sequences(words));
        for (var mine = new RunsOfNumbers(candidate.Sequences(words)); mine.MoveNext();)
        {
            if (theirs.CountOf(mine.Number) is > 0 and var count)
            {
                double weight = Weight(words, mine.Number);
                sum += Math.Min(mine.Count, count) * weight * count * weight;
            }
        }

        return sum;
    }

    private double Weight(int words, int number) => _weights[_itemsWith[words - 1][number]];
}
