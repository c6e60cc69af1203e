using CommSharp.Multimodal;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>The data sets and the model that the tests of the data path share.</summary>
internal static class DataSamples
{
    /// <summary>The tokens of one of the bundled model's pictures.</summary>
    public const int TokensPerImage = 16;

    public static string Shikra { get; } = TokenizerSource.Fixture("formats", "shikra");

    public static string Llava { get; } = TokenizerSource.Fixture("formats", "llava");

    public static int[] ImageSizes { get; } = [56, 70];

    public static DatasetPart Rec { get; } =
        new() { Format = "shikra-region", Task = "rec", Path = Path.Combine(Shikra, "REC_ref3_train.jsonl"), Pictures = Path.Combine(Shikra, "images") };

    public static DatasetPart Captions { get; } =
        new() { Format = "shikra-caption", Path = Path.Combine(Shikra, "CAP_coco2014_train.jsonl"), Pictures = Path.Combine(Shikra, "images") };

    public static DatasetPart Dialogs { get; } =
        new() { Format = "llava", Path = Path.Combine(Llava, "llava_v1_5_mix665k.json"), Pictures = Path.Combine(Llava, "images") };

    /// <summary>Boxes, captions, dialogs, and words alone.</summary>
    public static DataMixture Mixture { get; } = new ConcatPart { Parts = [Rec, Captions with { Portion = 2.5 }, Dialogs] };

    /// <summary>The bundled model's config.</summary>
    public static MultimodalConfig Config { get; } = Presets.Load(Path.Combine(BundledModel.Folder, "commsharp.json"));

    public static LlamaTokenizer Tokenizer { get; } = LlamaTokenizer.Open(Path.Combine(BundledModel.Folder, "language"));

    /// <summary>Prepares for the bundled model.</summary>
    public static SamplePreparer Preparer(int maxTokens = 2048) => new(Config, Tokenizer, TokensPerImage, ImageSizes, maxTokens);

    public static SampleSet Open(DataMixture mixture) => SampleSet.Open(mixture, RepositoryRoot.Folder);
}
