using System.Text.RegularExpressions;
using CommSharp.Layers;
using CommSharp.Training.Pretraining.Batching;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>
/// Which phrases are false of which regions. Not every other phrase is: "the red star" is true of the small red star too, and where a region has several
/// phrases each is true of it. To push such pairs apart would teach something false, to pull them together too little; they are left out of the loss.
/// </summary>
internal static partial class RegionNegatives
{
    private const long Never = -10_000; // far below every scaled cosine, which are within 100; no infinity, which times a target of 0 is no number

    private static readonly string[] Articles = ["a", "an", "the"];

    /// <summary>Whether all words of one of two phrases but articles occur in the other, and they are not the same text.</summary>
    public static bool MayMeanTheSame(string phrase, string other) => phrase != other && MayMeanTheSame(WordsOf(phrase), WordsOf(other));

    /// <summary>Takes the weight from pairs that are neither right nor wrong, in both directions.</summary>
    /// <param name="logits">[R, R], regions by phrases.</param>
    /// <param name="regions">The regions with their phrases.</param>
    public static Tensor LeaveOut(Tensor logits, IReadOnlyList<SeenRegion> regions) =>
        Undecided(regions) is { } undecided ? LeaveOut(logits, undecided) : logits.alias();

    private static Tensor LeaveOut(Tensor logits, bool[] undecided)
    {
        using DisposeScope scope = NewDisposeScope();
        return logits.ReplacedWhere(tensor(undecided, logits.shape, device: logits.device), Never).MoveToOuterDisposeScope();
    }

    /// <summary>[R, R], symmetric; null where there is no such pair.</summary>
    private static bool[]? Undecided(IReadOnlyList<SeenRegion> regions)
    {
        Dictionary<string, HashSet<string>> words = regions.Select(region => region.Phrase).Distinct(StringComparer.Ordinal).ToDictionary(phrase => phrase, WordsOf, StringComparer.Ordinal);
        bool[] undecided = new bool[regions.Count * regions.Count];
        for (int i = 0; i < regions.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (SeenRegion one, SeenRegion other) = (regions[i], regions[j]);
                bool isSamePlace = one.Picture == other.Picture && one.Box == other.Box;
                if (one.Phrase != other.Phrase && (isSamePlace || MayMeanTheSame(words[one.Phrase], words[other.Phrase])))
                {
                    undecided[(i * regions.Count) + j] = undecided[(j * regions.Count) + i] = true;
                }
            }
        }

        return undecided.AsSpan().Contains(true) ? undecided : null;
    }

    private static bool MayMeanTheSame(HashSet<string> words, HashSet<string> others) => words.IsSubsetOf(others) || others.IsSubsetOf(words);

    private static HashSet<string> WordsOf(string phrase) => [.. Word.Matches(phrase.ToLowerInvariant()).Select(match => match.Value).Except(Articles)];

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word { get; }
}
