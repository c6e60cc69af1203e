using CommSharp.Checkpoints;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Features;

/// <summary>
/// Computes what every layer of a folder's towers makes of pictures, and for a multimodal model the image tokens that its decoder would get. Of a
/// multimodal model the decoder is not loaded.
/// </summary>
public static class FeatureExtraction
{
    /// <summary>Computes the features of a file of pixels and writes them as "tower1.layer.12" and so on, and "image_tokens".</summary>
    /// <param name="folder">The folder of a tower or of a multimodal model.</param>
    /// <param name="pixels">
    /// A picture; or a safetensors file with "pixel_values" or "pixel_values.N" for tower N: float [B, 3, H, W] with the tower's mean and deviation.
    /// </param>
    /// <param name="output">The file to write; it appears when it is complete.</param>
    /// <param name="options">Which features.</param>
    /// <param name="progress">Told the pictures done so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <returns>What was written: float32 [B, N, C] each.</returns>
    /// <exception cref="CommSharpException">The folder has no tower, the pixels do not fit it, or a file cannot be read or written.</exception>
    public static IReadOnlyList<FeatureTensor> Write(
        string folder,
        string pixels,
        string output,
        FeatureOptions options,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        ModelFolder model = ModelFolder.Open(folder, options.VisionTower);
        using IPixelSource source = Open(pixels, model);
        using IFeatureModel towers = model switch
        {
            TowerFolder tower => new SingleTower(tower, options),
            MultimodalFolder multimodal => new MultimodalTowers(multimodal, options),
            _ => throw new CommSharpException($"{folder}: a {model.Kind} has no vision tower; name the folder of a tower or of a multimodal model."),
        };
        Dictionary<string, Tensor> features = Compute(towers, source, progress, cancellationToken);
        SafetensorsWriter.Write(
            output,
            features.Select(feature => new TensorEntry(feature.Key, ScalarType.Float32, feature.Value.shape)),
            entry => features[entry.Name].detach(),
            cancellationToken: cancellationToken);
        return [.. features.Select(feature => new FeatureTensor(feature.Key, feature.Value.shape))];
    }

    private static IPixelSource Open(string pixels, ModelFolder model) => (model, Path.GetExtension(pixels).ToUpperInvariant()) switch
    {
        (_, ".SAFETENSORS") => PixelFile.Open(pixels),
        (TowerFolder tower, _) => PicturePixels.Open(pixels, tower),
        (MultimodalFolder multimodal, _) => PicturePixels.Open(pixels, multimodal),
        _ => PixelFile.Open(pixels),
    };

    /// <summary>Picture by picture, so that only the results grow with their number.</summary>
    private static Dictionary<string, Tensor> Compute(
        IFeatureModel model, IPixelSource source, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<int, Tensor> pixels = model.Towers.ToDictionary(tower => tower, tower => source.Read(tower, model.ImageSize(tower)));
        long pictures = pixels.Values.First().shape[0];
        if (pixels.Values.FirstOrDefault(tower => tower.shape[0] != pictures) is { } other)
        {
            throw new CommSharpException($"The towers get {pictures} and {other.shape[0]} pictures; give every tower the same ones.");
        }

        var results = new Dictionary<string, Tensor>();
        for (long picture = 0; picture < pictures; picture++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress($"picture {picture + 1}", picture, pictures));
            using DisposeScope each = NewDisposeScope();
            Dictionary<int, Tensor> one = pixels.ToDictionary(tower => tower.Key, tower => tower.Value.narrow(0, picture, 1));
            foreach ((string name, Tensor feature) in model.Compute(one))
            {
                if (!results.TryGetValue(name, out Tensor? whole))
                {
                    whole = empty([pictures, .. feature.shape.Skip(1)], ScalarType.Float32).MoveToOuterDisposeScope();
                    results.Add(name, whole);
                }

                whole.narrow(0, picture, 1).copy_(feature);
            }
        }

        return results;
    }
}
