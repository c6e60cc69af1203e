using System.Diagnostics;
using System.Security.Cryptography;
using CommSharp.Checkpoints;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Answering;

/// <summary>
/// A model that answers questions about pictures: it prepares pictures, writes prompts, generates, and reads boxes. What it has seen it
/// remembers: a second question about a picture needs no vision, and a longer conversation runs only what is new. Use it from one thread at a
/// time.
/// </summary>
public sealed class Assistant : IDisposable
{
    private readonly MultimodalModel _model;
    private readonly bool _ownsModel;
    private readonly PromptAssembler _assembler;
    private readonly ImageFeatureCache _features = new();
    private readonly PrefixCache _prefix;
    private readonly Lazy<BoxConstraint.BoxVocabulary> _boxTokens;

    private Assistant(MultimodalModel model, LlamaTokenizer tokenizer, bool ownsModel)
    {
        _model = model;
        _ownsModel = ownsModel;
        Tokenizer = tokenizer;
        _assembler = new PromptAssembler(tokenizer, model.Config.Prompt, model.Vision.TokensPerImage, model.Config.ImageTokens.Placeholder);
        _prefix = new PrefixCache(model.Config.Language.Architecture);
        _boxTokens = new Lazy<BoxConstraint.BoxVocabulary>(() => new BoxConstraint.BoxVocabulary(tokenizer, model.Config.Boxes));
    }

    /// <summary>The model's config.</summary>
    public MultimodalConfig Config => _model.Config;

    /// <summary>The model's tokenizer.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>The number of pictures that went through the towers.</summary>
    public int PicturesSeen => _features.Misses;

    /// <summary>Loads a model.</summary>
    /// <param name="folder">A folder of a whole multimodal model.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">The tokenizer is missing or does not fit, or weights cannot be read.</exception>
    public static Assistant Load(MultimodalFolder folder, TensorOptions options)
    {
        LlamaTokenizer tokenizer = LlamaTokenizer.Open(folder.LanguagePath, folder.Config.Language.Architecture.VocabularySize);
        MultimodalModel model = folder.Load(options, maps: true).Model;
        try
        {
            model.eval();
            RequirePlaceholder(folder, tokenizer);
            return new Assistant(model, tokenizer, ownsModel: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Asks a model that is being trained. What is remembered is of the weights as they are: make another one after the next update.</summary>
    /// <param name="model">The model, in evaluation mode; it stays the caller's.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    public static Assistant Around(MultimodalModel model, LlamaTokenizer tokenizer) => new(model, tokenizer, ownsModel: false);

    /// <summary>What is done to a picture before the model sees it; boxes are mapped back by it.</summary>
    public ImageGeometry GeometryOf(RgbImage image) => GeometryOf(new PictureSize(image.Width, image.Height));

    /// <summary>What is done to a picture of a size before the model sees it.</summary>
    public ImageGeometry GeometryOf(PictureSize size) => Config.Image.Geometry(size.Width, size.Height, _model.Vision.ImageSizes[0]);

    /// <summary>Answers.</summary>
    /// <param name="question">The question.</param>
    /// <param name="onText">Gets the text as it comes; never half a character, and never a text that ends the answer.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="CommSharpException">An option out of range, a prompt longer than the context, or pictures and turns that do not fit.</exception>
    public Answer Ask(Question question, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        question.Options.Validate();
        AssembledPrompt prompt = Assemble(question);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        var watch = Stopwatch.StartNew();
        string[] hashes = [.. question.Images.Select(Hash)];
        Tensor[] tokens = [.. question.Images.Zip(hashes, See)];
        double vision = watch.Elapsed.TotalSeconds, firstToken = 0;

        long[] ids = [.. prompt.Ids.Select(id => (long)id)];
        int reused = _prefix.Reuse(Keys(ids, hashes));
        Tensor embeddings = Embed(tensor(ids).unsqueeze(0), tokens).narrow(1, reused, ids.Length - reused);
        (GenerationRow row, AnswerDraft draft) = Begin(question, prompt, onText, () => firstToken = firstToken == 0 ? watch.Elapsed.TotalSeconds : firstToken);
        TokenGenerator.Run(_model.Language, [row], embeddings, mask: null, _prefix.Cache, cancellationToken);
        _prefix.Append(row.Tokens.Select(token => token.Id));
        return Complete(question, prompt, row, draft, reused, Timing());

        AnswerTiming Timing()
        {
            double end = watch.Elapsed.TotalSeconds, first = firstToken == 0 ? end : firstToken;
            return new AnswerTiming(vision, first - vision, end - first);
        }
    }

    /// <summary>Answers several questions together; each answer is what it would be alone.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="CommSharpException">As <see cref="Ask"/>.</exception>
    public IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(questions.Count, nameof(questions));
        AssembledPrompt[] prompts = [.. questions.Select(question => { question.Options.Validate(); return Assemble(question); })];
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        var watch = Stopwatch.StartNew();
        Tensor[] tokens = [.. questions.SelectMany(question => question.Images).Select(image => See(image, Hash(image)))];
        double vision = watch.Elapsed.TotalSeconds;
        TokenBatch batch = TokenBatch.Of([.. prompts.Select(prompt => (IReadOnlyList<long>)[.. prompt.Ids.Select(id => (long)id)])]);
        (GenerationRow Row, AnswerDraft Draft)[] begun = [.. questions.Zip(prompts, (question, prompt) => Begin(question, prompt, null, () => { }))];
        using var cache = new Language.KvCache(_model.Language.Config, (int)batch.Ids.shape[1]);
        TokenGenerator.Run(_model.Language, [.. begun.Select(each => each.Row)], Embed(batch.Ids, tokens), batch.Mask?.to(_model.Options.Device), cache, cancellationToken);
        var timing = new AnswerTiming(vision, 0, watch.Elapsed.TotalSeconds - vision);
        return [.. begun.Select((each, i) => Complete(questions[i], prompts[i], each.Row, each.Draft, reused: 0, timing))];
    }

    /// <summary>The scores of the first token of an answer, [V], before any choice is made.</summary>
    /// <param name="question">The question; how to generate does not matter.</param>
    public float[] FirstScores(Question question)
    {
        AssembledPrompt prompt = Assemble(question);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        Tensor ids = tensor(prompt.Ids.Select(id => (long)id).ToArray()).unsqueeze(0);
        Tensor hidden = _model.Language.Decode(Embed(ids, [.. question.Images.Select(image => See(image, Hash(image)))]));
        return _model.Language.Logits(hidden.select(1, hidden.shape[1] - 1)).to(ScalarType.Float32).cpu().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prefix.Dispose();
        _features.Dispose();
        if (_ownsModel)
        {
            _model.Dispose();
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

    private AssembledPrompt Assemble(Question question)
    {
        if (question.Conversation.ImageCount != question.Images.Count)
        {
            throw new CommSharpException($"The conversation shows {question.Conversation.ImageCount} pictures, but {question.Images.Count} were given.");
        }

        return _assembler.Assemble(question.Conversation).Within(Config.Language.Architecture.ContextLength);
    }

    /// <summary>A picture's tokens, [1, N, C], from memory or through the towers.</summary>
    private Tensor See(RgbImage image, string hash) => _features.GetOrCompute(hash, () =>
    {
        using ImageBatch batch = ImageBatch.Prepare([image], Config.Image, _model.Vision.ImageSizes);
        using ImageBatch moved = batch.To(_model.Parts.Towers.Device, _model.Parts.Towers.ComputeDtype);
        return _model.Vision.call(moved);
    });

    private Tensor Embed(Tensor ids, Tensor[] images)
    {
        Tensor placed = ids.to(_model.Options.Device);
        return images.Length == 0 ? _model.Language.Embed(placed) : _model.Embed(placed, cat(images, 0));
    }

    private (GenerationRow Row, AnswerDraft Draft) Begin(Question question, AssembledPrompt prompt, Action<string>? onText, Action onToken)
    {
        // A template whose answers end in a token, or in nothing, needs no text to stop at.
        AddedToken? end = Config.Prompt.EndToken(Tokenizer);
        string[] ends = end is null && Config.Prompt.AnswerEnd.Length > 0 ? [Config.Prompt.AnswerEnd] : [];
        var draft = new AnswerDraft(Tokenizer, [.. question.Options.Stop, .. ends], onText);
        int[] endIds = [.. new[] { Tokenizer.EndId, end?.Id ?? Tokenizer.EndId }.Distinct()];
        bool only = question.Boxes == BoxGuidance.Only;
        BoxConstraint? constraint = question.Boxes == BoxGuidance.None ? null : new BoxConstraint(_boxTokens.Value, opensAtOnce: only);
        long[] ids = [.. prompt.Ids.Select(id => id == Config.ImageTokens.Placeholder ? -1L : id)];
        var row = new GenerationRow(ids, question.Options, endIds, Accept, constraint, Tokenizer.VocabularySize);
        return (row, draft);

        bool Accept(SampledToken token)
        {
            onToken();
            return draft.Accept(token) && (!only || constraint!.IsInsideBox);
        }
    }

    private Answer Complete(Question question, AssembledPrompt prompt, GenerationRow row, AnswerDraft draft, int reused, AnswerTiming timing)
    {
        ImageGeometry? geometry = question.Images.Count == 0 ? null : GeometryOf(question.Images[^1]);
        (string text, var phrases, var problems) = draft.Complete(Config.Boxes, geometry);
        var usage = new AnswerUsage(prompt.Tokens.Count, question.Images.Count * _model.Vision.TokensPerImage, reused, row.Tokens.Count);
        return new Answer(text, phrases, problems, row.Finish ?? FinishReason.Stop, usage, timing);
    }

    /// <summary>What stands at each position: an id, or a number below 0 that depends on the picture and on the place in it.</summary>
    private List<long> Keys(long[] ids, string[] hashes)
    {
        var keys = new List<long>(ids.Length);
        int seen = 0, perImage = _model.Vision.TokensPerImage;
        foreach (long id in ids)
        {
            bool isImage = id == Config.ImageTokens.Placeholder;
            keys.Add(isImage ? ImageKey(hashes[seen / perImage], seen % perImage) : id);
            seen += isImage ? 1 : 0;
        }

        return keys;
    }

    private static long ImageKey(string hash, int place) => long.MinValue | (Convert.ToInt64(hash[..15], 16) ^ place);

    private static string Hash(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(image.Width));
        hash.AppendData(BitConverter.GetBytes(image.Height));
        hash.AppendData(image.Pixels);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
