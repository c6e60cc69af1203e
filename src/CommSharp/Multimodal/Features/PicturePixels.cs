using CommSharp.Imaging;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Features;

/// <summary>One picture, fitted and normalised for each tower as its folder's own files say.</summary>
internal sealed class PicturePixels : IPixelSource
{
    private readonly RgbImage _picture;
    private readonly ImagePreprocessing _preprocessing;
    private readonly IReadOnlyList<PixelNormalization> _normalizations;

    private PicturePixels(RgbImage picture, ImagePreprocessing preprocessing, IReadOnlyList<PixelNormalization> normalizations) =>
        (_picture, _preprocessing, _normalizations) = (picture, preprocessing, normalizations);

    public static PicturePixels Open(string picture, TowerFolder folder) => new(
        ImageDecoder.Read(picture), folder.Preprocessing, [folder.Normalization ?? folder.Family.Normalization]);

    public static PicturePixels Open(string picture, MultimodalFolder folder) => new(
        ImageDecoder.Read(picture),
        folder.Config.Image,
        [.. folder.Config.Vision.Branches.Select(branch => branch.Normalization ?? VisionFamily.Named(branch.Family).Normalization)]);

    public Tensor Read(int tower, int? side)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rgb = _preprocessing.Apply(_picture, side).Pixels.ToTensor();
        return _normalizations[tower - 1].Apply(rgb).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
