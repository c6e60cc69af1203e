using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives.Clip;
using CommSharp.Vision;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class VisiblePatchesTests
{
    private static readonly PatchGrid Grid = new(4, 5);

    [Fact]
    public void As_many_of_each_picture_are_seen_and_ground_is_left_out_first() =>
        Gen.Select(Gen.Double[0, 0.9], Gen.Double[0, 0.9], Gen.Double[0.05, 0.5], Gen.Double[0, 0.9], Gen.Long[0, 1000]).Sample((x, y, side, ratio, seed) =>
        {
            var box = new NormalizedBox(x, y, Math.Min(1, x + side), Math.Min(1, y + side));
            var visible = VisiblePatches.Choose(Grid, 2, [new SeenRegion(1, box, "a"), new SeenRegion(1, box, "b")], ratio, SampleChance.Of(seed));
            float[] shares = RegionPooling.Shares(box, Grid);
            int count = VisiblePatches.Count(Grid, ratio), under = shares.Count(share => share > 0);
            Assert.All(visible.Kept, kept => Assert.Equal(count, kept.Distinct().Count()));
            Assert.All(visible.Kept, kept => Assert.Equal(kept.Order(), kept));
            Assert.Equal(Math.Min(count, under), visible.Kept[1].Count(patch => shares[patch] > 0));
            float least = visible.Kept[1].Where(patch => shares[patch] > 0).Min(patch => shares[patch]);
            Assert.All(Enumerable.Range(0, Grid.Count).Except(visible.Kept[1]), patch => Assert.True(shares[patch] <= least));
        });

    [Fact]
    public void Of_every_region_a_patch_is_seen_as_long_as_there_are_enough() =>
        Gen.Select(Gen.Double[0, 0.9], Gen.Double[0, 0.9], Gen.Double[0.02, 1]).Array[8].Sample(boxes =>
        {
            SeenRegion[] regions = [.. boxes.Select(box => new SeenRegion(0, new NormalizedBox(box.Item1, box.Item2, Math.Min(1, box.Item1 + box.Item3), Math.Min(1, box.Item2 + box.Item3)), "a"))];
            Assert.Equal(regions, VisiblePatches.Choose(Grid, 1, regions, 0.6, SampleChance.Of(1)).Shown(regions)); // 8 of 20
        });

    [Fact]
    public void A_region_of_which_nothing_is_seen_has_no_part()
    {
        SeenRegion seen = new(0, new NormalizedBox(0, 0, 0.2, 0.2), "a"), hidden = seen with { Box = new NormalizedBox(0.9, 0.9, 1, 1) };
        Assert.Equal([seen], new VisiblePatches(Grid, [[0, 1]]).Shown([seen, hidden]));
    }

    [Fact]
    public void Chance_chooses_the_ground()
    {
        int[] Kept(long seed) => VisiblePatches.Choose(Grid, 1, [], 0.5, SampleChance.Of(seed)).Kept[0];
        Assert.Equal(Kept(1), Kept(1));
        Assert.Equal(Enumerable.Range(0, Grid.Count), Enumerable.Range(0, 40).SelectMany(seed => Kept(seed)).Distinct().Order());
    }

    [Fact]
    public void Prefix_tokens_stay_and_patches_follow_in_their_order()
    {
        using DisposeScope scope = NewDisposeScope();
        var visible = new VisiblePatches(new PatchGrid(2, 2), [[0, 3], [1, 2]]);
        Tensor tokens = tensor(new float[] { -1, 0, 1, 2, 3, -2, 10, 11, 12, 13 }, [2, 5, 1]);
        Assert.Equal([-1, 0, 3, -2, 11, 12], visible.Of(tokens, prefix: 1).data<float>().ToArray());
    }

    [Fact]
    public void The_mean_of_a_region_is_that_of_its_patches_that_are_seen()
    {
        using DisposeScope scope = NewDisposeScope();
        var grid = new PatchGrid(2, 2);
        SeenRegion[] regions = [new(0, new NormalizedBox(0, 0.25, 0.75, 0.75), "a"), new(0, new NormalizedBox(0.6, 0, 0.9, 0.4), "b")];
        Tensor patches = tensor(new float[] { 1, 2, 3, 4 }, [1, 4, 1]);
        float[] whole = Means([0, 1, 2, 3]), part = Means([0, 3]);
        Assert.Equal(RegionPooling.Means(patches, regions, grid).data<float>().ToArray(), whole);
        Assert.Equal(((1 * 2) + (4 * 1)) / 3.0, part[0], 1e-5); // shares of a third and a sixth
        Assert.Equal(0, part[1]);

        float[] Means(int[] kept) => RegionPooling.Means(
            patches.index_select(1, tensor([.. kept.Select(patch => (long)patch)])), regions, grid, new VisiblePatches(grid, [kept])).data<float>().ToArray();
    }
}
