using System.Security.Cryptography;
using CommSharp.Checkpoints;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;
using static TorchSharp.torch;

namespace CommSharp.Answering;

/// <summary>
/// A model with what turns questions into prompts and tokens into answers. It remembers what pictures look like, and no conversation. Only what makes
/// no tensors may be called from several threads: <see cref="Assemble"/>, <see cref="GeometryOf"/> and <see cref="Hash"/>.
/// </summary>
internal sealed class AnsweringModel : IDisposable
{
    private const int MostWordsBeforeBoxes = 8; // tokens; "Answer: " has three

    private readonly bool _ownsModel;
    private readonly PromptAssembler _assembler;
    private readonly Lazy<BoxConstraint.BoxVocabulary> _boxTokens;

    internal AnsweringModel(MultimodalModel model, LlamaTokenizer tokenizer, bool ownsModel, long imageCacheBytes = ImageFeatureCache.DefaultCapacity)
    {
        Model = model;
        _ownsModel = ownsModel;
        Tokenizer = tokenizer;
        Features = new ImageFeatureCache(imageCacheBytes);
        _assembler = new PromptAssembler(tokenizer, model.Config.Prompt, model.Vision.TokensPerImage, model.Config.ImageTokens.Placeholder);
        _boxTokens = new Lazy<BoxConstraint.BoxVocabulary>(() => new BoxConstraint.BoxVocabulary(tokenizer, model.Config.Boxes));
    }

    internal MultimodalModel Model { get; }

    internal MultimodalConfig Config => Model.Config;

    internal LlamaTokenizer Tokenizer { get; }

    /// <summary>What pictures look like to the model.</summary>
    internal ImageFeatureCache Features { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="CommSharpException">The tokenizer is missing or does not fit, or weights cannot be read.</exception>
    internal static AnsweringModel Load(MultimodalFolder folder, TensorOptions options, long imageCacheBytes = ImageFeatureCache.DefaultCapacity)
    {
        LlamaTokenizer tokenizer = LlamaTokenizer.Open(folder.LanguagePath, folder.Config.Language.Architecture.VocabularySize);
        MultimodalModel model = folder.Load(options, maps: true).Model;
        try
        {
            model.eval();
            RequirePlaceholder(folder, tokenizer);
            return new AnsweringModel(model, tokenizer, ownsModel: true, imageCacheBytes);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What is done to a picture of a size before the model sees it.</summary>
    internal ImageGeometry GeometryOf(PictureSize size) => Config.Image.Geometry(size.Width, size.Height, Model.Vision.ImageSizes[0]);

    /// <summary>Writes a question's prompt, and refuses what cannot be answered.</summary>
    internal AssembledPrompt Assemble(Question question)
    {
        question.Options.Validate();
        if (question.Constraint is not null && question.Boxes != BoxGuidance.None)
        {
            throw new CommSharpException("A question has either a constraint of its own or guidance for boxes; leave one of them out.");
        }

        if (question.Boxes != BoxGuidance.None && Config.Boxes.Notation != BoxNotation.Plain)
        {
            throw new CommSharpException("This model writes boxes in tags, and only boxes in brackets can be asked for or held to their notation; ask in words instead.");
        }

        if (question.Conversation.ImageCount != question.Images.Count)
        {
            throw new CommSharpException($"The conversation shows {question.Conversation.ImageCount} pictures, but {question.Images.Count} were given.");
        }

        RequireRoom(question.Conversation);
        return _assembler.Assemble(question.Conversation).Within(Config.Language.Architecture.ContextLength);
    }

    /// <summary>A picture's tokens, [1, N, C], from memory or through the towers.</summary>
    internal Tensor See(RgbImage image, string hash) => See(image, hash, seen: null);

    /// <summary>A picture's tokens, [1, N, C].</summary>
    /// <param name="image">The picture.</param>
    /// <param name="hash">What identifies it.</param>
    /// <param name="seen">Its tokens where they have just been computed beside others'.</param>
    internal Tensor See(RgbImage image, string hash, Tensor? seen) => Features.GetOrCompute(hash, () => seen?.alias() ?? Look([image]));

    /// <summary>Several pictures' tokens, [B, N, C], through the towers and not from memory.</summary>
    internal Tensor Look(IReadOnlyList<RgbImage> images)
    {
        using ImageBatch batch = ImageBatch.Prepare(images, Config.Image, Model.Vision.ImageSizes);
        using ImageBatch moved = batch.To(Model.Parts.Towers.Device, Model.Parts.Towers.ComputeDtype);
        return Model.Vision.call(moved);
    }

    /// <summary>A prompt's embeddings, [B, L, C], with pictures' tokens in their places.</summary>
    internal Tensor Embed(Tensor ids, IReadOnlyList<Tensor> images)
    {
        Tensor placed = ids.to(Model.Options.Device);
        return images.Count == 0 ? Model.Language.Embed(placed) : Model.Embed(placed, cat([.. images], 0));
    }

    /// <summary>Begins an answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="onPiece">Gets the answer as it comes.</param>
    /// <param name="onToken">Called at every token.</param>
    internal (GenerationRow Row, AnswerDraft Draft) Begin(Question question, AssembledPrompt prompt, Action<AnswerPiece>? onPiece, Action onToken)
    {
        // A template whose answers end in a token, or in nothing, needs no text to stop at.
        AddedToken? end = Config.Prompt.EndToken(Tokenizer);
        string[] ends = end is null && Config.Prompt.AnswerEnd.Length > 0 ? [Config.Prompt.AnswerEnd] : [];
        ImageGeometry? geometry = question.Images.Count == 0 ? null : GeometryOf(PictureSize.Of(question.Images[^1]));
        var draft = new AnswerDraft(Tokenizer, [.. question.Options.Stop, .. ends], Config.Boxes, geometry, onPiece);
        int[] endIds = [.. new[] { Tokenizer.EndId, end?.Id ?? Tokenizer.EndId }.Distinct()];
        bool only = question.Boxes == BoxGuidance.Only;
        BoxConstraint? boxes = question.Boxes == BoxGuidance.None ? null : new BoxConstraint(_boxTokens.Value, only ? MostWordsBeforeBoxes : null);
        ITokenConstraint? constraint = question.Constraint is { } make ? make() : boxes;
        long[] ids = [.. prompt.Ids.Select(id => id == Config.ImageTokens.Placeholder ? -1L : id)];
        var row = new GenerationRow(ids, question.Options, endIds, Accept, constraint, Tokenizer.VocabularySize);
        return (row, draft);

        bool Accept(SampledToken token)
        {
            onToken();
            return (only && !boxes!.HasOpened) || (draft.Accept(token) && (!only || boxes!.IsInsideBox));
        }
    }

    /// <summary>The answer, once its row has ended.</summary>
    internal Answer Complete(
        Question question, AssembledPrompt prompt, GenerationRow row, AnswerDraft draft, int reused, AnswerTiming timing)
    {
        (string text, var phrases, var problems) = draft.Complete();
        var usage = new AnswerUsage(prompt.Tokens.Count, question.Images.Count * Model.Vision.TokensPerImage, reused, row.Tokens.Count);
        return new Answer(text, phrases, problems, row.Finish ?? FinishReason.Stop, usage, timing);
    }

    /// <summary>Identifies a picture by its pixels.</summary>
    internal static string Hash(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(image.Width));
        hash.AppendData(BitConverter.GetBytes(image.Height));
        hash.AppendData(image.Pixels);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Features.Dispose();
        if (_ownsModel)
        {
            Model.Dispose();
        }
    }

    /// <summary>Refuses what cannot fit before it is cut into tokens, which takes many times the text's own memory.</summary>
    private void RequireRoom(Conversation conversation)
    {
        int context = Config.Language.Architecture.ContextLength;
        long characters = _assembler.CharactersOf(conversation);
        if (characters > (long)context * Tokenizer.LongestToken)
        {
            throw new PromptTooLongException(
                $"The conversation has {characters} characters with the words around its turns, and a token stands for {Tokenizer.LongestToken} at most: more than the model's context of {context} tokens can hold; shorten it.");
        }
    }

    /// <summary>A word in the place of a placeholder would be replaced by a picture wherever it is said.</summary>
    private static void RequirePlaceholder(MultimodalFolder folder, LlamaTokenizer tokenizer)
    {
        int placeholder = folder.Config.ImageTokens.Placeholder;
        if (tokenizer.IsPlain(placeholder))
        {
            throw new CommSharpException(
                $"{folder.LanguagePath}: the id {placeholder}, which stands for pictures, is the ordinary token {Printable.Name(tokenizer.TextOf(placeholder))}; "
                + "copy the tokenizer files that belong to the model, added_tokens.json among them.");
        }
    }
}
