using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal;

/// <summary>Pictures and text in, logits out: a vision stack whose image tokens stand among a decoder's text tokens.</summary>
public sealed class MultimodalModel : nn.Module<ImageBatch, Tensor, Tensor>
{
    private readonly VisionStack vision;
    private readonly LlamaModel language;

    /// <summary>Makes a model with uninitialised weights.</summary>
    /// <param name="config">The model.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself.</exception>
    public MultimodalModel(MultimodalConfig config, TensorOptions options)
        : this(config, PartOptions.Alike(options))
    {
    }

    /// <summary>Makes a model with uninitialised weights whose parts are held differently.</summary>
    /// <param name="config">The model.</param>
    /// <param name="options">How each part's weights are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself.</exception>
    public MultimodalModel(MultimodalConfig config, PartOptions options)
        : base(nameof(MultimodalModel))
    {
        Config = config;
        Parts = options;
        vision = new VisionStack(config.Vision, config.Language.Architecture.Width, options.Towers, options.Fusion);
        language = new LlamaModel(config.Language.Architecture, options.Language);
        RegisterComponents();
    }

    /// <summary>The config.</summary>
    public MultimodalConfig Config { get; }

    /// <summary>How each part's weights are held.</summary>
    public PartOptions Parts { get; }

    /// <summary>How the decoder's weights are held, which are most of a model.</summary>
    public TensorOptions Options => Parts.Language;

    /// <summary>
    /// Lets the decoder's blocks and the towers' compute their activations anew in the backward pass, or keep them: see <see cref="Recomputation"/>.
    /// </summary>
    public bool RecomputesActivations
    {
        get => language.RecomputesActivations;
        set
        {
            language.RecomputesActivations = value;
            foreach (VisionBranch branch in vision.Branches)
            {
                branch.Tower.RecomputesActivations = value;
            }
        }
    }

    /// <summary>From pictures to image tokens.</summary>
    public VisionStack Vision => vision;

    /// <summary>The decoder.</summary>
    public LlamaModel Language => language;

    /// <summary>Scores every next token of prompts with pictures, without cache or padding.</summary>
    /// <param name="images">The pictures, in the order in which placeholders stand in the prompts.</param>
    /// <param name="ids">int64 [B, L], with a placeholder for every image token.</param>
    /// <returns>[B, L, V].</returns>
    public override Tensor forward(ImageBatch images, Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return language.Logits(language.Decode(Embed(ids, vision.call(images)))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What a step of training minimises: the sum over labelled positions of the cross-entropy of each against what stands before it. A sum, so that
    /// batches of different lengths can be accumulated and divided once by the number of all their labels.
    /// </summary>
    /// <param name="images">The pictures in 0..1, in the order in which placeholders stand in the rows; null for words alone.</param>
    /// <param name="ids">
    /// int64 [B, L], with a placeholder for every image token. Shorter rows are padded on the right with any token: causality alone keeps it out.
    /// </param>
    /// <param name="labels">int64 [B, L], the token's id where it is to be learned, else <see cref="LanguageLoss.IgnoredLabel"/>.</param>
    /// <param name="questions">Which question of its row a token belongs to, where rows hold several that see nothing of each other; null where they do not.</param>
    /// <param name="weights">float32 [B, L], how much each label's term counts; all 1 when null.</param>
    /// <returns>A float32 scalar to call backward on.</returns>
    /// <exception cref="CommSharpException">Placeholders and image tokens differ in number, or the labels' shape is not that of the ids.</exception>
    public Tensor AnswerLoss(ImageBatch? images, Tensor ids, Tensor labels, PackedQuestions? questions = null, Tensor? weights = null)
    {
        RequireLabels(ids, labels);
        using DisposeScope scope = NewDisposeScope();
        Tensor embeddings = Embed(ids, images is null ? null : vision.call(images));
        Tensor hidden = questions is null ? language.Decode(embeddings) : language.Decode(embeddings, questions);
        return LanguageLoss.AnswerSum(language, hidden, labels, weights).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="AnswerLoss"/>, with the losses of heads that should look at certain tokens.</summary>
    /// <param name="images">The pictures in 0..1; null for words alone.</param>
    /// <param name="ids">int64 [B, L], with a placeholder for every image token.</param>
    /// <param name="labels">int64 [B, L].</param>
    /// <param name="questions">Which question of its row a token belongs to; null where every row is one sample.</param>
    /// <param name="guides">Which heads should look where.</param>
    /// <param name="weights">float32 [B, L], how much each label's term counts; all 1 when null.</param>
    /// <returns>
    /// Float32 scalars: the sum of the answers' cross-entropies, and for each guide that of -log of the share of attention that falls where it should.
    /// </returns>
    /// <exception cref="CommSharpException">Placeholders and image tokens differ in number, or the labels' shape is not that of the ids.</exception>
    public (Tensor Answers, IReadOnlyList<Tensor> Looks) GuidedLoss(
        ImageBatch? images, Tensor ids, Tensor labels, PackedQuestions? questions, IReadOnlyList<AttentionGuide> guides, Tensor? weights = null)
    {
        RequireLabels(ids, labels);
        using DisposeScope scope = NewDisposeScope();
        (Tensor hidden, IReadOnlyList<Tensor> looks) = language.Decode(Embed(ids, images is null ? null : vision.call(images)), questions, guides);
        return (LanguageLoss.AnswerSum(language, hidden, labels, weights).MoveToOuterDisposeScope(), [.. looks.Select(each => each.MoveToOuterDisposeScope())]);
    }

    /// <summary>Looks text tokens up and puts image tokens in the place of placeholders.</summary>
    /// <param name="ids">int64 [B, L], with a placeholder for every image token.</param>
    /// <param name="imageTokens">The pictures' tokens in order, [pictures, N, C]; null for words alone.</param>
    /// <returns>[B, L, C].</returns>
    /// <exception cref="CommSharpException">Placeholders and image tokens differ in number.</exception>
    public Tensor Embed(Tensor ids, Tensor? imageTokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor places = ids.IsEqualTo(Config.ImageTokens.Placeholder); // [B, L]
        long expected = places.sum().item<long>(), given = imageTokens is null ? 0 : imageTokens.shape[0] * imageTokens.shape[1];
        if (expected != given)
        {
            throw new CommSharpException($"The prompt has room for {expected} image tokens, but the pictures give {given}.");
        }

        if (imageTokens is null)
        {
            return language.Embed(ids).MoveToOuterDisposeScope();
        }

        Tensor text = language.Embed(ids.ReplacedWhere(places, 0));
        return text.masked_scatter(places.unsqueeze(-1), imageTokens.to(text.dtype)).MoveToOuterDisposeScope();
    }

    private static void RequireLabels(Tensor ids, Tensor labels)
    {
        if (!labels.shape.SequenceEqual(ids.shape))
        {
            throw new CommSharpException(
                $"Every token has one label, but ids are [{string.Join(", ", ids.shape)}] and labels [{string.Join(", ", labels.shape)}].");
        }
    }
}
