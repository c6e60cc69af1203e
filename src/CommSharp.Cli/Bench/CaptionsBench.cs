using System.Diagnostics;
using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Cli.Bench;

/// <summary>Captions over as many pictures as COCO's validation set has, from their text to the scores, against the time and memory that they may take.</summary>
internal static class CaptionsBench
{
    private const int Rounds = 3;
    private const int Pictures = 40_000;
    private const int References = 5;
    private const double WantedSeconds = 30;
    private const long WantedBytes = 1_000_000_000;

    private static readonly string[] Who =
        ["man", "woman", "young boy", "girl", "group of people", "dog", "cat", "black and white cow", "zebra", "teddy bear", "baseball player", "two-wheeled cart"];

    private static readonly string[] Does =
        ["riding", "holding", "standing next to", "sitting on", "looking at", "walking past", "playing with", "jumping over", "lying on top of", "isn't near"];

    private static readonly string[] What =
        ["surfboard", "wave", "bench", "tennis racket", "slice of pizza", "man's umbrella", "laptop", "toilet", "fire hydrant", "kite", "bus", "red double-decker bus"];

    private static readonly string[] Where =
        ["in the park", "on a sandy beach", "at 10:30 a.m.", "in front of a building", "near the water", "on Main St.", "under a \"STOP\" sign", "in a kitchen", "at night"];

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        long most = 0;
        long before = Settled();
        CaptionItem[] items = Items();
        using (new Timer(_ => most = Math.Max(most, Environment.WorkingSet), state: null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20)))
        {
            CaptionMetric.Evaluate(items, CaptionWords.Ptb, cancellationToken); // the first run is the one that a person waits for, and takes the most memory
        }

        double time = Stopwatches.Repeat(Rounds, () => CaptionMetric.Evaluate(items, CaptionWords.Ptb, cancellationToken), cancellationToken);
        return BenchMeasurement.Within($"CIDEr, BLEU, ROUGE_L, {Pictures} captions and {References} references of each", time, WantedSeconds, Pictures, "captions") with
        {
            Bytes = Math.Max(0, most - before),
            WantedBytes = WantedBytes,
        };
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static CaptionItem[] Items()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Pictures).Select(picture => new CaptionItem($"{picture}", Caption(random), [.. Enumerable.Range(0, References).Select(_ => Caption(random))]))];
    }

    /// <summary>
    /// A sentence of eight to twenty words. One word of ten is drawn from 8 000 that mean nothing: as many different words, and as many sequences that
    /// occur but once, as people's captions have.
    /// </summary>
    private static string Caption(Random random)
    {
        string rare = random.Next(2) == 0 ? $" {Rare(random)}" : "";
        string more = random.Next(3) == 0 ? $", and the {Rare(random)} {Pick(random, What)} {Pick(random, Does)} it" : "";
        return $"{(random.Next(4) == 0 ? "The" : "A")}{rare} {Pick(random, Who)} {Pick(random, Does)} a {Pick(random, What)} {Pick(random, Where)}{more}.";
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];

    private static string Rare(Random random)
    {
        const string consonants = "bdfgklmnprstvz", vowels = "aeiou";
        int number = random.Next(20) * random.Next(400); // small numbers come often, as common words do
        Span<char> word = stackalloc char[6];
        for (int i = 0; i < word.Length; i++)
        {
            string letters = i % 2 == 0 ? consonants : vowels;
            word[i] = letters[number % letters.Length];
            number /= letters.Length;
        }

        return word.ToString();
    }
}
