using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Probing;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Deit;

/// <summary>A frozen tower with a linear head, fitted once in closed form on training pictures as they are.</summary>
internal sealed class DeitTeacher : IDisposable
{
    private const int Rows = 64;

    private readonly VisionTransformer _tower;
    private readonly PixelNormalization _normalization;
    private readonly LinearReadout _head;

    /// <summary>Loads the tower and fits its head.</summary>
    /// <param name="folder">The tower's folder.</param>
    /// <param name="pictures">The training pictures.</param>
    /// <param name="classes">Their classes.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="size">The side in pixels that it sees.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CommSharpException">The folder holds no tower for pictures of that size, or a picture cannot be read.</exception>
    public DeitTeacher(string folder, IPretrainingPictures pictures, int classes, int count, int size, Device device)
    {
        TowerFolder opened = TowerFolder.Open(folder);
        if (size % opened.Architecture.PatchSize != 0)
        {
            throw new CommSharpException($"{folder}: cuts pictures into patches of {opened.Architecture.PatchSize} pixels, which pictures of {size} pixels are no multiple of.");
        }

        _normalization = opened.Normalization ?? opened.Family.Normalization;
        _tower = opened.Load(new TensorOptions(ScalarType.Float32, device)).Tower;
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        count = (int)Math.Min(count, pictures.Count);
        var features = new List<Tensor>();
        var labels = new List<long>();
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(Rows))
        {
            byte[] bytes = [.. chunk.SelectMany(Read)];
            using Tensor rgb = PictureTensors.Rgb(bytes, size, device);
            features.Add(Features(rgb));
        }

        _head = LinearReadout.Fit(cat(features, 0), tensor(labels.ToArray(), device: device), classes);

        byte[] Read(int i)
        {
            PretrainingPicture picture = pictures.Read((long)((Int128)i * pictures.Count / count), SampleChance.None);
            labels.Add(picture.Label!.Value);
            return PictureView.Whole(picture.Picture, size).Pixels.Pixels.ToArray();
        }
    }

    /// <summary>The head's tensors, which a checkpoint keeps: fitted anew with other threads they might differ in a bit.</summary>
    public IEnumerable<(string Name, Tensor Buffer)> Buffers => _head.Tensors.Select(entry => ("teacher." + entry.Name, entry.Tensor));

    /// <summary>The classes that it names.</summary>
    /// <param name="rgb">[N, 3, side, side] in 0..1.</param>
    /// <returns>int64 [N].</returns>
    public Tensor Label(Tensor rgb)
    {
        using var unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return _head.Scores(Features(rgb)).argmax(1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _tower?.Dispose();
        _head?.Dispose();
    }

    private Tensor Features(Tensor rgb)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = _tower.Transform(_tower.Embed(_normalization.Apply(rgb)), [_tower.Config.Depth])[0];
        return _tower.Normalize(tokens.select(1, 0)).MoveToOuterDisposeScope();
    }
}
