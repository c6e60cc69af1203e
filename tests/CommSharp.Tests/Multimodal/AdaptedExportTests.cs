using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class AdaptedExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("comm")]
    [InlineData("llava")]
    [InlineData("shikra")]
    public void A_folder_written_from_a_model_with_adapters_says_what_the_model_says(string layout)
    {
        string source = SeeingModels.Write(layout, _folder["source"]), target = _folder["target"];
        var folder = (MultimodalFolder)ModelFolder.Open(source);
        (MultimodalModel model, _) = folder.Load(TensorOptions.Default);
        using MultimodalModel live = model;
        Adapt(live);
        (ImageBatch images, Tensor ids) = Prompt(live);
        using ImageBatch pictures = images;
        Tensor expected = live.call(pictures, ids);
        LeakGuard.Check(() =>
        {
            using var trained = new TrainedWeights(folder, live, _ => false, ScalarType.Float32);
            FolderConversion.Run(source, target, new ConversionOptions { Trained = trained }, cancellationToken: TestContext.Current.CancellationToken);
        });

        (MultimodalModel written, _) = ((MultimodalFolder)ModelFolder.Open(target)).Load(TensorOptions.Default);
        using (written)
        {
            TensorAssert.Close(expected, written.call(pictures, ids), 1e-4);
        }

        DenseLayers.Of(live).ToList().ForEach(layer => layer.Layer.RemoveAdapter());
        TensorAssert.Differ(expected, live.call(pictures, ids), 1e-2);
    }

    [Fact]
    public void Two_parts_that_are_read_from_one_place_cannot_be_written_apart()
    {
        var folder = (MultimodalFolder)ModelFolder.Open(SeeingModels.Write("comm", _folder["source"]));
        (MultimodalModel model, _) = folder.Load(TensorOptions.Default);
        using MultimodalModel live = model;
        MultimodalFolder shared = folder with { Weights = [.. folder.Weights, folder.Weights[0]] };
        LeakGuard.Check(() => Assert.Contains(
            "two parts of the model",
            Assert.Throws<CommSharpException>(() => new TrainedWeights(shared, live, _ => true, ScalarType.Float32)).Message,
            StringComparison.Ordinal));
    }

    private static void Adapt(MultimodalModel model)
    {
        using var generator = new Generator(9);
        using var frozen = no_grad();
        foreach (NamedDense layer in DenseLayers.Adapt(model, ["*"], new AdapterSettings(2, 4), generator))
        {
            layer.Layer.Adapter!.B.normal_(0, 0.1, generator);
        }
    }

    private static (ImageBatch Images, Tensor Ids) Prompt(MultimodalModel model)
    {
        using var generator = new Generator(4);
        int size = model.Vision.ImageSizes[0];
        long[] ids = [1, 5, .. Enumerable.Repeat((long)model.Config.ImageTokens.Placeholder, model.Vision.TokensPerImage), 6, 7, 8];
        return (new ImageBatch(rand([1, 3, size, size], generator: generator)), tensor(ids).unsqueeze(0));
    }
}
