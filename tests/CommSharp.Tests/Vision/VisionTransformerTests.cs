using CommSharp.Layers;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Vision;

public sealed class VisionTransformerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_shallow_tower_gives_what_the_whole_one_gives_at_its_depth()
    {
        using VisionTransformer whole = TinyConfigs.Drawn(new VisionTransformer(TinyConfigs.DinoV2, TensorOptions.Default));
        using var shallow = new VisionTransformer(TinyConfigs.DinoV2, TensorOptions.Default, depth: 2);
        Dictionary<string, Tensor> weights = whole.state_dict();
        Assert.DoesNotContain(shallow.state_dict().Keys, name => name.StartsWith("blocks.2.", StringComparison.Ordinal) || name.StartsWith("norm.", StringComparison.Ordinal));
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in shallow.state_dict())
            {
                tensor.copy_(weights[name]);
            }
        }

        Tensor pixels = randn(2, 3, 28, 42);
        IReadOnlyList<Tensor> expected = whole.Features(pixels, [0, 1, 2]), actual = shallow.Features(pixels, [0, 1, 2]);
        Assert.All(expected.Zip(actual), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal([2, 24, 32], actual[2].shape);
        Assert.Throws<InvalidOperationException>(() => shallow.Normalize(actual[2]));
        Assert.Throws<ArgumentException>(() => shallow.Features(pixels, [3]));
    }

    [Theory]
    [InlineData(PositionResampling.Bicubic)]
    [InlineData(PositionResampling.BicubicAntialiased)]
    [InlineData(PositionResampling.BicubicOffset)]
    public void Positions_of_the_trained_grid_are_left_alone_and_others_have_its_shape(PositionResampling how)
    {
        using VisionTransformer tower = TinyConfigs.Drawn(new VisionTransformer(TinyConfigs.DinoV2 with { Resampling = how }, TensorOptions.Default));
        Tensor stored = tower.state_dict()["stem.positions"];
        TensorAssert.Equal(stored, tower.Positions(new PatchGrid(5, 5)));
        foreach (PatchGrid grid in new[] { new PatchGrid(1, 1), new PatchGrid(4, 4), new PatchGrid(3, 9), new PatchGrid(24, 24) })
        {
            Tensor table = tower.Positions(grid);
            Assert.Equal([1, 1 + grid.Count, 32], table.shape);
            TensorAssert.Equal(stored.narrow(1, 0, 1), table.narrow(1, 0, 1)); // the class token's row is not resampled
        }
    }

    [Fact]
    public void A_picture_that_is_no_whole_number_of_patches_is_refused_with_the_numbers()
    {
        using VisionTransformer tower = TinyConfigs.Drawn(new VisionTransformer(TinyConfigs.Clip, TensorOptions.Default));
        string message = Assert.Throws<CommSharpException>(() => tower.call(randn(1, 3, 28, 30))).Message;
        Assert.Contains("28 x 30", message, StringComparison.Ordinal);
        Assert.Contains("7 x 7", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_hundred_passes_leave_no_tensor_behind()
    {
        using VisionTransformer tower = TinyConfigs.Drawn(new VisionTransformer(TinyConfigs.DinoV2, TensorOptions.Default));
        using Tensor pixels = randn(1, 3, 28, 28);
        Run(5);
        LeakGuard.Check(() => Run(500));

        void Run(int count)
        {
            using var unrecorded = no_grad();
            for (int i = 0; i < count; i++)
            {
                foreach (Tensor layer in tower.Features(pixels, [0, 2, 4]))
                {
                    layer.Dispose();
                }
            }
        }
    }
}
