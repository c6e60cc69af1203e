using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Multimodal;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;
using CommSharp.Vision;

namespace CommSharp.Cli.Bench.SmallTraining;

/// <summary>
/// What the measurements of training train: COMM in small, one tower of 6 x 192 merged over its layers, a decoder of 6 x 256, and 16 samples a step of one
/// picture (64 tokens) and 60 text tokens, 20 of which are the answer. bench/torch/step.py is the same in PyTorch.
/// </summary>
internal static class SmallModel
{
    public const int Samples = 16;
    public const int TextTokens = 60;
    public const int AnswerTokens = 20;
    private const int Side = 112;
    private const int Vocabulary = 4000;

    /// <summary>The model.</summary>
    public static MultimodalConfig Config { get; } = new()
    {
        Name = "small",
        Vision = new VisionStackConfig
        {
            Branches =
            [
                new VisionBranchConfig
                {
                    Encoder = "random",
                    Family = "clip",
                    Architecture = new VisionTransformerConfig
                    {
                        ImageSize = Side, PatchSize = 14, Width = 192, Depth = 6, Heads = 3, HiddenWidth = 768, NormEpsilon = 1e-5, PatchBias = false, StemNorm = true,
                    },
                    Layers = LayerSelection.All,
                    Merge = new LayerscaleMerge { Transform = LayerTransform.NormLinear },
                    Trainable = true,
                },
            ],
            Projector = new LinearProjection(),
        },
        Language = new LanguageModelConfig
        {
            Weights = "random",
            Architecture = new LlamaConfig
            {
                VocabularySize = Vocabulary,
                Width = 256,
                HiddenWidth = 688,
                Depth = 6,
                Heads = 4,
                KeyValueHeads = 4,
                HeadWidth = 64,
                ContextLength = 256,
            },
        },
        ImageTokens = new ImageTokens { Placeholder = Vocabulary - 3, Begin = Vocabulary - 2, End = Vocabulary - 1 },
        Prompt = PromptTemplate.Caption with
        {
            AnswerEnd = PromptTemplate.Vicuna.AnswerEnd,
            Image = new ImageLayout { Begin = "<im_start>", Token = "<im_patch>", End = "<im_end>" },
        },
        Image = new ImagePreprocessing { Size = Side },
    };

    /// <summary>The number of image tokens of a sample.</summary>
    public static int ImageTokens => Config.Vision.Branches[0].Architecture.NativeGrid.Count;

    /// <summary>A recipe that trains all of it.</summary>
    /// <param name="model">The model to start from.</param>
    /// <param name="data">The samples.</param>
    /// <param name="steps">How many steps.</param>
    public static TrainingRecipe Recipe(ModelSource model, DataMixture data, int steps) => new()
    {
        Name = "bench",
        Model = model,
        Data = data,
        Trained = new TrainedSettings
        {
            Groups = [.. new[] { ModelPart.Towers, ModelPart.Merges, ModelPart.Projector, ModelPart.Language }.Select(part => new ParameterGroup { Part = part })],
        },
        Schedule = new ScheduleSettings { Steps = steps, LearningRate = 2e-4, WarmUp = 0, Floor = 1 },
        Batch = new BatchSettings { Size = Samples },
        Checkpoints = new CheckpointSettings { EverySteps = 20 },
        Seed = 1,
    };

    /// <summary>A step's samples, drawn: every step may be done with the same.</summary>
    /// <param name="step">The step's number.</param>
    public static StepBatch Batch(int step)
    {
        var random = new Random(1);
        int length = ImageTokens + TextTokens;
        long[] ids = new long[Samples * length], labels = new long[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            int place = i % length;
            bool isImage = place > 0 && place <= ImageTokens;
            ids[i] = isImage ? Config.ImageTokens.Placeholder : random.Next(Config.ImageTokens.Placeholder);
            labels[i] = place >= length - AnswerTokens ? ids[i] : LanguageLoss.IgnoredLabel;
        }

        float[] pixels = new float[Samples * 3 * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = random.NextSingle();
        }

        var batch = new TrainingBatch
        {
            Rows = Samples,
            Length = length,
            Ids = ids,
            Labels = labels,
            Pictures = [new BatchPixels(Side, pixels)],
            PictureCount = Samples,
            Tokens = ids.Length,
            AnswerTokens = Samples * AnswerTokens,
            Places = [],
        };
        return new StepBatch(step, 0, [batch], 0);
    }

    /// <summary>The matrix products of a forward pass, but for those inside attention: rows, inputs, outputs, and how many of each.</summary>
    public static IReadOnlyList<(long Rows, long Inputs, long Outputs, int Count)> Products
    {
        get
        {
            VisionTransformerConfig tower = Config.Vision.Branches[0].Architecture;
            LlamaConfig decoder = Config.Language.Architecture;
            long patches = Samples * ImageTokens, tokens = Samples * (ImageTokens + tower.PrefixTokens), positions = Samples * (ImageTokens + TextTokens);
            return
            [
                (patches, 3 * tower.PatchSize * tower.PatchSize, tower.Width, 1),
                (tokens, tower.Width, 3 * tower.Width, tower.Depth),
                (tokens, tower.Width, tower.Width, tower.Depth),
                (tokens, tower.Width, tower.HiddenWidth, tower.Depth),
                (tokens, tower.HiddenWidth, tower.Width, tower.Depth),
                (patches, tower.Width, tower.Width, tower.Depth), // the merge
                (patches, tower.Width, decoder.Width, 1),
                (positions, decoder.Width, decoder.Width, 4 * decoder.Depth),
                (positions, decoder.Width, decoder.HiddenWidth, 2 * decoder.Depth),
                (positions, decoder.HiddenWidth, decoder.Width, decoder.Depth),
                (Samples * AnswerTokens, decoder.Width, decoder.VocabularySize, 1),
            ];
        }
    }
}
