using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Features;

/// <summary>Pixels that already have a tower's mean and deviation, in a file: "pixel_values.N" for tower N, or "pixel_values" for any.</summary>
internal sealed class PixelFile(ITensorSource source) : IPixelSource
{
    private const string Shared = "pixel_values";

    public static PixelFile Open(string path) => new(Checkpoint.Open(path));

    public Tensor Read(int tower, int? side)
    {
        string name = source.Names.Contains($"{Shared}.{tower}") ? $"{Shared}.{tower}" : Shared;
        if (!source.Names.Contains(name))
        {
            throw new CheckpointException(
                source.Location,
                $"holds neither {Shared} nor {Shared}.{tower}, but {Printable.Names([.. source.Names])}; name the normalised pixels so",
                name);
        }

        TensorInfo info = source.Describe(name);
        string wanted = side is { } known ? $"[B, 3, {known}, {known}]" : "[B, 3, H, W]";
        bool fits = info.Shape is [> 0, 3, var height, var width] && (side is null || (height == side && width == side));
        if (!fits)
        {
            throw new CheckpointException(source.Location, $"tensor {name} is {Printable.Shape(info.Shape)}, but tower {tower} wants {wanted}", name);
        }

        return StoredDtype.Converts(info.Dtype, ScalarType.Float32)
            ? source.Read(name, ScalarType.Float32)
            : throw new CheckpointException(
                source.Location, $"tensor {name} is {info.Dtype}, but tower {tower} wants normalised pixels as float32, float16 or bfloat16", name);
    }

    public void Dispose() => source.Dispose();
}
