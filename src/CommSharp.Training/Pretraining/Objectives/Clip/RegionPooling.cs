using CommSharp.Grounding;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>What a region's patches say together: their mean, each weighted with the share of the region's area that falls on it.</summary>
internal static class RegionPooling
{
    /// <summary>The share of a box's area on each patch, row by row; the shares add up to 1.</summary>
    /// <param name="box">Within 0..1, with an area.</param>
    /// <param name="grid">The patches.</param>
    public static float[] Shares(NormalizedBox box, PatchGrid grid)
    {
        double[] columns = Along(box.X1, box.X2, grid.Columns), rows = Along(box.Y1, box.Y2, grid.Rows);
        return [.. rows.SelectMany(row => columns.Select(column => (float)(row * column)))];
    }

    /// <summary>The mean patches of regions.</summary>
    /// <param name="patches">[B, N, C].</param>
    /// <param name="regions">The regions, each of one of the B pictures.</param>
    /// <param name="grid">The patches of whole pictures.</param>
    /// <param name="visible">Which N of them are there; null for all. A region of which none is there has a mean of zeros.</param>
    /// <returns>[R, C].</returns>
    public static Tensor Means(Tensor patches, IReadOnlyList<SeenRegion> regions, PatchGrid grid, VisiblePatches? visible = null)
    {
        using DisposeScope scope = NewDisposeScope();
        int pictures = (int)patches.shape[0], count = (int)patches.shape[1], most = regions.CountBy(region => region.Picture).Max(count => count.Value);

        // Regions stand in as many rows for each picture as the one with the most has, so that no picture's patches are copied for each of its regions.
        float[] shares = new float[pictures * most * count];
        long[] rows = new long[regions.Count];
        int[] used = new int[pictures];
        for (int i = 0; i < regions.Count; i++)
        {
            int picture = regions[i].Picture, row = (picture * most) + used[picture]++;
            rows[i] = row;
            Of(Shares(regions[i].Box, grid), visible?.Kept[picture]).CopyTo(shares, row * count);
        }

        Tensor means = tensor(shares, [pictures, most, count], device: patches.device).to(patches.dtype).bmm(patches); // [B, most, C]
        return means.reshape(-1, patches.shape[2]).index_select(0, tensor(rows, device: patches.device)).MoveToOuterDisposeScope();
    }

    /// <summary>The shares of patches that are there, brought to a sum of 1 again.</summary>
    private static float[] Of(float[] shares, int[]? kept)
    {
        if (kept is null)
        {
            return shares;
        }

        float seen = kept.Sum(patch => shares[patch]);
        return [.. kept.Select(patch => seen > 0 ? shares[patch] / seen : 0)];
    }

    /// <summary>The share of a stretch in each of so many equal parts of 0..1.</summary>
    private static double[] Along(double from, double to, int parts) =>
        [.. Enumerable.Range(0, parts).Select(i => Math.Max(0, Math.Min(to, (i + 1.0) / parts) - Math.Max(from, (double)i / parts)) / (to - from))];
}
