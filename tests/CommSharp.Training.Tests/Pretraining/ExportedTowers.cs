using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Running;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

/// <summary>Compares a written tower with the weights of the run's last checkpoint.</summary>
internal static class ExportedTowers
{
    /// <summary>What the tower that the existing loader makes of a folder and the trained one, filled from the checkpoint, see differently in a picture.</summary>
    public static IEnumerable<string> Differences(string run, string model, string family, string prefix, ScalarType dtype = ScalarType.Float32)
    {
        TowerFolder folder = TowerFolder.Open(model);
        Assert.Equal(family, folder.Family.Name);
        (VisionTransformer loaded, LoadReport report) = folder.Load(TensorOptions.Default);
        report.RequireFit(model);
        using var trained = new VisionTransformer(folder.Architecture, TensorOptions.Default);
        string checkpoint = new CheckpointStore<TrainingState>(Path.Combine(run, "checkpoints"), 1).Steps[0];
        using (no_grad())
        using (SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(checkpoint, "weights.safetensors")))
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in trained.named_parameters())
            {
                weights.ReadInto(prefix + name, parameter);
                parameter.copy_(parameter.to(dtype).to(ScalarType.Float32));
            }
        }

        using var seen = no_grad();
        Tensor pixels = randn(2, 3, folder.Architecture.ImageSize, folder.Architecture.ImageSize);
        int[] layers = [.. Enumerable.Range(0, folder.Architecture.Depth + 1)];
        return
        [
            .. loaded.Features(pixels, layers).Zip(trained.Features(pixels, layers)).Index()
                .Where(pair => !pair.Item.First.equal(pair.Item.Second).all().item<bool>())
                .Select(pair => $"layer {pair.Index}"),
        ];
    }
}
