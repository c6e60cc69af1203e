using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Probing;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Tracking;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class FeatureProbeTests
{
    private const int KnownPictures = 150, HeldOutPictures = 70; // more than go through a tower together, and no multiple of that

    [Fact]
    public void Every_picture_keeps_its_label_and_caption_however_many_there_are()
    {
        using var objective = new PixelObjective(size: 2);
        var probe = new FeatureProbe(
            objective, Settings(HeldOutPictures, KnownPictures), new Colours(KnownPictures), new Colours(HeldOutPictures), CPU, TestContext.Current.CancellationToken);
        ProbeReport report = probe.Run(1, new StepMeasures());
        Assert.Equal(KnownPictures + HeldOutPictures, objective.Seen);
        Assert.Equal(1.0, Value("knn"));
        Assert.Equal(1.0, Value("captionOfPicture@1"));
        Assert.Equal(1.0, Value("pictureOfCaption@1"));

        double Value(string name) => report.Measures.Single(measure => measure.Name == name).Value;
    }

    /// <summary>20 000 pictures of 224 pixels are 3 GB, and the check of recipes allows more. The one that is broken shows that they are read.</summary>
    [Fact]
    public void More_pictures_than_one_array_holds_are_read()
    {
        using var objective = new PixelObjective(size: 224);
        var pictures = new Colours(20000, broken: 66);
        var error = Assert.Throws<DataException>(
            () => new FeatureProbe(objective, Settings(20000, 20000), pictures, pictures, CPU, TestContext.Current.CancellationToken));
        Assert.Contains("picture 66: is broken", error.Message, StringComparison.Ordinal);
    }

    private static ProbeSettings Settings(int pictures, int references) =>
        new() { Data = new FolderSource { Path = "nowhere" }, Pictures = pictures, References = references };

    /// <summary>Pictures of one colour each, which is their class and their caption.</summary>
    private sealed class Colours(long count, long? broken = null) : IPretrainingPictures
    {
        private const int Side = 2;

        private static readonly string[] Names = ["blue", "green", "red"];

        public long Count => count;

        public bool HasCaptions => true;

        public bool HasRegions => false;

        public IReadOnlyList<string>? Classes => Names;

        public static byte[] PixelsOf(string name)
        {
            byte[] pixels = new byte[3 * Side * Side];
            for (int i = Array.IndexOf(Names, name); i < pixels.Length; i += 3)
            {
                pixels[i] = 200;
            }

            return pixels;
        }

        public PretrainingPicture Read(long index, SampleChance chance)
        {
            int label = (int)(index % Names.Length);
            return index == broken
                ? throw new DataException(new DataPlace($"picture {index}"), "is broken")
                : new PretrainingPicture(new RgbImage(Side, Side, PixelsOf(Names[label])), Names[label], label);
        }

        public string PlaceOf(long index) => $"picture {index}";

        public void Dispose()
        {
        }
    }

    /// <summary>Whose features are the pixels themselves.</summary>
    private sealed class PixelObjective(int size) : PretrainingObjective(ScalarType.Float32)
    {
        public long Seen { get; private set; }

        public override IReadOnlyList<TrainedParameter> Parameters => [];

        public override IReadOnlyList<ViewGroup> Views => [];

        public override PixelNormalization Normalization => PixelNormalization.Half;

        public override int Size => size;

        public override double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures) => throw new NotSupportedException();

        public override Tensor Features(Tensor pixels)
        {
            Seen += pixels.shape[0];
            return pixels.flatten(1);
        }

        public override (Tensor Pictures, Tensor Captions)? Embed(Tensor pixels, IReadOnlyList<string> captions)
        {
            Tensor said = PictureTensors.Pixels([.. captions.SelectMany(Colours.PixelsOf)], size, Normalization, CPU);
            return (Unit(pixels), Unit(said));
        }

        public override void Export(string target, ScalarType dtype, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Dispose()
        {
        }

        private static Tensor Unit(Tensor pixels) => nn.functional.normalize(pixels.flatten(1), p: 2, dim: 1);
    }
}
