using CommSharp.Evaluation.Benchmarks;

namespace CommSharp.Evaluation.Running;

/// <summary>
/// Gives every item the picture of another item: what a model still scores then, it does not owe to seeing. Pictures are exchanged as wholes, one
/// cycle over all of them, so that none stays where it was.
/// </summary>
public static class PictureExchange
{
    /// <summary>The picture that stands in for each one.</summary>
    /// <param name="items">The items.</param>
    /// <param name="seed">Decides the cycle.</param>
    /// <exception cref="CommSharpException">All items have the same picture.</exception>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<EvaluationItem> items, int seed)
    {
        string[] pictures = [.. items.Select(item => item.Picture).Distinct(StringComparer.Ordinal)];
        if (pictures.Length < 2)
        {
            throw new CommSharpException("The pictures cannot be exchanged between the samples: all samples have the same one; leave --controls out, or take more samples.");
        }

        // Sattolo's algorithm: a random permutation that is one cycle.
        string[] exchanged = [.. pictures];
        var random = new Random(seed);
        for (int i = exchanged.Length - 1; i > 0; i--)
        {
            int other = random.Next(i);
            (exchanged[i], exchanged[other]) = (exchanged[other], exchanged[i]);
        }

        return pictures.Zip(exchanged).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }
}
