using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Multimodal;
using CommSharp.Text;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>From samples to what a model takes: tokens, labels and pixels. Never changes; several threads may use it at a time.</summary>
public sealed class SamplePreparer
{
    private readonly MultimodalConfig _config;
    private readonly PromptAssembler _assembler;
    private readonly PromptAssembler _plain;
    private readonly int _maxTokens;

    /// <summary>Makes a preparer for a model.</summary>
    /// <param name="config">The model's config: its prompt, boxes, pictures and placeholder.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="tokensPerImage">How many tokens a picture becomes: that of the model's vision stack.</param>
    /// <param name="imageSizes">The sides of the pictures that the model's branches ask for: those of its vision stack.</param>
    /// <param name="maxTokens">The longest sample in tokens: <see cref="BatchSettings.MaxTokens"/>.</param>
    /// <exception cref="CommSharpException">The tokenizer does not know a token that the prompt names.</exception>
    public SamplePreparer(MultimodalConfig config, LlamaTokenizer tokenizer, int tokensPerImage, IReadOnlyList<int> imageSizes, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(imageSizes.Count, nameof(imageSizes));
        _config = config;
        _maxTokens = maxTokens;
        TokensPerImage = tokensPerImage;
        ImageSizes = [.. imageSizes.Distinct()];
        _assembler = new PromptAssembler(tokenizer, config.Prompt, tokensPerImage, config.ImageTokens.Placeholder);
        PromptTemplate plain = PromptTemplate.Caption with { Image = config.Prompt.Image };
        _plain = new PromptAssembler(tokenizer, plain, tokensPerImage, config.ImageTokens.Placeholder);
    }

    /// <summary>How many tokens a picture becomes.</summary>
    public int TokensPerImage { get; }

    /// <summary>The distinct sides of the squares that the model asks for.</summary>
    public IReadOnlyList<int> ImageSizes { get; }

    /// <summary>The number of patches in a row of the picture, where samples say which of them are to be looked at; null where they do not.</summary>
    public int? GuidedSide { get; init; }

    /// <summary>Makes, reads and prepares a sample of a mixture.</summary>
    /// <param name="samples">The mixture's samples.</param>
    /// <param name="reference">Which.</param>
    /// <param name="augmentation">How pictures are varied; not at all when null, as in validation.</param>
    /// <param name="chance">What wording and augmentation are left to; <see cref="SampleChance.None"/> for validation.</param>
    /// <exception cref="DataException">The record or its picture cannot be used.</exception>
    public PreparedSample Prepare(SampleSet samples, SampleReference reference, AugmentationSettings? augmentation, SampleChance chance)
    {
        TaskSample sample = samples.Make(reference, chance);
        return Prepare(sample, samples.ReadPicture(reference, sample), samples.Datasets[reference.Dataset].Task.IsPlain, augmentation, chance);
    }

    /// <summary>Prepares a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="picture">Its picture; null for words alone.</param>
    /// <param name="isPlain">Whether it is a picture and its caption alone, without system sentence and names: LLaVA's first stage.</param>
    /// <param name="augmentation">How pictures are varied; not at all when null.</param>
    /// <param name="chance">What the augmentation is left to.</param>
    /// <exception cref="DataException">The sample has no answer, does not fit, or does not show its picture once.</exception>
    public PreparedSample Prepare(TaskSample sample, RgbImage? picture, bool isPlain, AugmentationSettings? augmentation, SampleChance chance)
    {
        foreach (TaskSample question in sample.Separate())
        {
            RequirePicture(question, picture);
        }

        if (picture is not null && augmentation is not null)
        {
            (picture, sample) = PictureAugmentation.Apply(picture, sample, augmentation, chance);
        }

        PreparedImage[] prepared = picture is null ? [] : [.. ImageSizes.Select(size => _config.Image.Apply(picture, size))];
        ImageGeometry? geometry = prepared.Length == 0 ? null : prepared[0].Geometry;
        PromptAssembler assembler = isPlain ? _plain : _assembler;
        IReadOnlyList<TaskSample> questions = sample.Separate();
        AssembledPrompt[] prompts =
            [.. questions.Select(question => SampleTruncation.Assemble(question, _maxTokens, each => assembler.Assemble(each.Write(_config.Boxes, geometry))))];
        var alone = new PreparedSample(sample, prompts[0], [.. prepared.Select(each => each.Pixels)], geometry);
        PreparedSample whole = prompts.Length == 1 ? alone : PutBeside(alone, prompts.AsSpan(1));
        if (GuidedSide is not { } side || geometry is null)
        {
            return whole;
        }

        var guidance = new GuidedTokens(_config.Boxes, geometry, side, _config.ImageTokens.Placeholder);
        return whole with { Guided = [.. whole.Prompts.Zip(questions, guidance.Of)] };
    }

    /// <summary>Adds questions about the same picture, as long as they fit.</summary>
    private PreparedSample PutBeside(PreparedSample first, ReadOnlySpan<AssembledPrompt> others)
    {
        IReadOnlyList<PromptToken> tokens = first.Prompt.Tokens;
        int shared = tokens.Count - tokens.Reverse().TakeWhile(token => !token.IsImage).Count(), length = tokens.Count;
        var beside = new List<AssembledPrompt>();
        foreach (AssembledPrompt prompt in others)
        {
            if (!prompt.Tokens.Take(shared).Select(token => token.Id).SequenceEqual(tokens.Take(shared).Select(token => token.Id)))
            {
                throw new DataException(
                    first.Sample.Place, "has words before its picture that another question about the picture has not; \"apart\" needs a model whose prompt.image.place is firstLine");
            }

            length += prompt.Tokens.Count - shared;
            if (length > _maxTokens)
            {
                break;
            }

            beside.Add(prompt);
        }

        return beside.Count == 0 ? first : first with { Beside = beside, Shared = shared };
    }

    private static void RequirePicture(TaskSample sample, RgbImage? picture)
    {
        int shown = sample.Turns.Sum(turn => turn.ImageCount);
        if (shown != (picture is null ? 0 : 1))
        {
            throw new DataException(sample.Place, $"shows its picture {shown} times; a sample with a picture shows it once, one of words alone never");
        }

        if (picture is null && sample.Turns.SelectMany(turn => turn.Parts).Any(part => part is SampleBoxes or SamplePoints))
        {
            throw new DataException(sample.Place, "has boxes or points, but no picture that they could lie in");
        }
    }
}
