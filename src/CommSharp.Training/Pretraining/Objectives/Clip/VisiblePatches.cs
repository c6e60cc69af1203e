using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>
/// The patches of each picture that a tower sees, as many of each, as in FLIP (Li et al. 2022, arXiv 2212.00794). There chance chooses; here patches under regions come
/// first, the inner ones of every region before its rim, and chance chooses among the rest: what is asked about stays, what is left out is ground.
/// </summary>
/// <param name="Grid">All patches.</param>
/// <param name="Kept">For each picture the numbers of its patches, ascending.</param>
internal sealed record VisiblePatches(PatchGrid Grid, IReadOnlyList<int[]> Kept)
{
    /// <summary>Chooses.</summary>
    /// <param name="grid">The patches.</param>
    /// <param name="pictures">The number of pictures.</param>
    /// <param name="regions">What they show where.</param>
    /// <param name="maskRatio">The share that is left out.</param>
    /// <param name="chance">What is left to chance.</param>
    public static VisiblePatches Choose(PatchGrid grid, int pictures, IReadOnlyList<SeenRegion> regions, double maskRatio, SampleChance chance)
    {
        ILookup<int, NormalizedBox> boxes = regions.Select(region => (region.Picture, region.Box)).Distinct().ToLookup(region => region.Picture, region => region.Box);
        int count = Count(grid, maskRatio);
        return new VisiblePatches(grid, [.. Enumerable.Range(0, pictures).Select(picture => Choose(grid, count, boxes[picture], chance))]);
    }

    /// <summary>How many patches of a grid are seen.</summary>
    public static int Count(PatchGrid grid, double maskRatio) => (int)Math.Round(grid.Count * (1 - maskRatio));

    /// <summary>The prefix tokens and the patches that are seen, [B, P + N, C] -> [B, P + kept, C].</summary>
    public Tensor Of(Tensor tokens, int prefix)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = tensor([.. Kept.SelectMany(picture => picture.Select(patch => (long)patch + prefix))], [Kept.Count, Kept[0].Length, 1], device: tokens.device);
        Tensor patches = tokens.gather(1, kept.expand(-1, -1, tokens.shape[2]));
        return cat([tokens.narrow(1, 0, prefix), patches], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The regions of which a patch is seen; where there are more of them than patches some may have none.</summary>
    public IReadOnlyList<SeenRegion> Shown(IReadOnlyList<SeenRegion> regions) => [.. regions.Where(Shows)];

    private bool Shows(SeenRegion region)
    {
        float[] shares = RegionPooling.Shares(region.Box, Grid);
        return Kept[region.Picture].Any(patch => shares[patch] > 0);
    }

    private static int[] Choose(PatchGrid grid, int count, IEnumerable<NormalizedBox> boxes, SampleChance chance)
    {
        const float Innermost = 2; // before everything, so that every region keeps something
        float[] worth = [.. Enumerable.Range(0, grid.Count).Select(_ => (float)chance.Between(-1, 0))];
        foreach (NormalizedBox box in boxes)
        {
            float[] shares = RegionPooling.Shares(box, grid);
            float largest = shares.Max(); // as a part of it, so that large regions are not left out for the sake of small ones
            for (int i = 0; i < shares.Length; i++)
            {
                worth[i] = shares[i] > 0 ? Math.Max(worth[i], shares[i] / largest) : worth[i];
            }

            worth[Array.IndexOf(shares, largest)] = Innermost;
        }

        int[] kept = [.. Enumerable.Range(0, grid.Count).OrderByDescending(patch => worth[patch]).Take(count)];
        Array.Sort(kept);
        return kept;
    }
}
