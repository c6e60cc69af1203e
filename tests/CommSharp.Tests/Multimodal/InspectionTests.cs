using CommSharp.Checkpoints;
using CommSharp.Multimodal.Folders;
using CommSharp.Multimodal.Inspecting;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class InspectionTests
{
    [Theory]
    [InlineData("llava", new[] { "tower 1", "projector", "language" })]
    [InlineData("llava-original", new[] { "tower 1", "projector", "language" })]
    [InlineData("shikra", new[] { "tower 1", "projector", "language" })]
    [InlineData("llama-fp16-sharded", new[] { "language" })]
    [InlineData("deit3-timm", new[] { "tower" })]
    public void Every_stored_element_is_accounted_for(string name, string[] parts)
    {
        FolderInspection model = FolderInspection.Of(ModelFolder.Open(SharedFolder.Require("parity", name)));

        Assert.True(model.Fits);
        Assert.Equal(parts, model.Parts.Select(part => part.Name));
        long fromKeys = model.Keys.Sum(key => key.Sources.Count * key.Shape.Aggregate(1L, (product, side) => product * side));
        Assert.Equal(model.Parameters, fromKeys);
        Assert.Equal(
            model.Checkpoints.SelectMany(checkpoint => checkpoint.Report.Loaded).Order(StringComparer.Ordinal),
            model.Keys.SelectMany(key => key.Sources).Order(StringComparer.Ordinal));
        Assert.Equal((model.Parameters * 4, model.Parameters * 2), (model.Float32Size, model.BFloat16Size));
    }

    [Fact]
    public void Our_own_model_has_merges_and_projections()
    {
        using TemporaryFolder folder = new();
        FolderInspection model = FolderInspection.Of(ModelFolder.Open(TinyModels.CommSharp(folder["model"])));

        Assert.Equal(["tower 1", "merge 1", "tower 2", "merge 2", "projection 2", "projector", "language"], model.Parts.Select(part => part.Name));
        Assert.Equal(["tower 1", "layers 1", "tower 2", "layers 2", "fusion", "language", "image tokens"], model.Architecture.Select(line => line.Part));
        Assert.Equal("last:2 = 3, 4; layerscale, norm linear, scales none; then 1 MLP (gelu, ratio 4)", model.Architecture[3].Text);
        Assert.Equal("concat channels; projector linear to 24; 4 tokens per image", model.Architecture[4].Text);
        Assert.Equal("all", (string?)model.Config["vision"]!["branches"]![0]!["layers"]);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        string llava = SharedFolder.Require("parity", "llava");
        LeakGuard.Check(() => FolderInspection.Of(ModelFolder.Open(llava)));
    }

    [Fact]
    public void Elements_that_are_no_numbers_are_counted()
    {
        using TemporaryFolder temporary = new();
        using DisposeScope scope = NewDisposeScope();
        string folder = TinyModels.Llama(temporary["llama"]);
        Assert.Empty(Find(folder));
        Damage(folder);

        BadValues bad = Assert.Single(Find(folder));

        Assert.Equal(("model.norm.weight", 2, 1), (bad.Name, bad.NotANumber, bad.Infinite));
    }

    private static IReadOnlyList<BadValues> Find(string folder) =>
        BadValues.Find(ModelFolder.Open(folder), cancellationToken: TestContext.Current.CancellationToken);

    private static void Damage(string folder)
    {
        var tensors = new List<(string Name, Tensor Tensor)>();
        using (ITensorSource weights = Checkpoint.Open(folder))
        {
            tensors.AddRange(weights.Names.Select(name => (name, weights.Read(name))));
        }

        Tensor norm = tensors.Single(entry => entry.Name == "model.norm.weight").Tensor;
        norm.narrow(0, 0, 2).fill_(double.NaN);
        norm.narrow(0, 5, 1).fill_(double.NegativeInfinity);
        TinyModels.WriteWeights(folder, tensors);
    }
}
