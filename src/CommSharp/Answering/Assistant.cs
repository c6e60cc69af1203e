using System.Diagnostics;
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
    private readonly AnsweringModel _answering;
    private readonly MultimodalModel _model;
    private readonly PrefixCache _prefix;

    private Assistant(AnsweringModel answering)
    {
        _answering = answering;
        _model = answering.Model;
        _prefix = new PrefixCache(answering.Config.Language.Architecture);
    }

    /// <summary>The model's config.</summary>
    public MultimodalConfig Config => _model.Config;

    /// <summary>How its weights are held.</summary>
    public PartOptions Parts => _model.Parts;

    /// <summary>The model's tokenizer.</summary>
    public LlamaTokenizer Tokenizer => _answering.Tokenizer;

    /// <summary>The number of pictures that went through the towers.</summary>
    public int PicturesSeen => _answering.Features.Misses;

    /// <summary>Loads a model.</summary>
    /// <param name="folder">A folder of a whole multimodal model.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">The tokenizer is missing or does not fit, or weights cannot be read.</exception>
    public static Assistant Load(MultimodalFolder folder, TensorOptions options) => new(AnsweringModel.Load(folder, options));

    /// <summary>Asks a model that is being trained. What is remembered is of the weights as they are: make another one after the next update.</summary>
    /// <param name="model">The model, in evaluation mode; it stays the caller's.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    public static Assistant Around(MultimodalModel model, LlamaTokenizer tokenizer) => new(new AnsweringModel(model, tokenizer, ownsModel: false));

    /// <summary>What is done to a picture before the model sees it; boxes are mapped back by it.</summary>
    public ImageGeometry GeometryOf(RgbImage image) => GeometryOf(PictureSize.Of(image));

    /// <summary>What is done to a picture of a size before the model sees it.</summary>
    public ImageGeometry GeometryOf(PictureSize size) => _answering.GeometryOf(size);

    /// <summary>Answers.</summary>
    /// <param name="question">The question.</param>
    /// <param name="onText">Gets the text as it comes; never half a character, and never a text that ends the answer.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="CommSharpException">An option out of range, a prompt longer than the context, or pictures and turns that do not fit.</exception>
    public Answer Ask(Question question, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        AssembledPrompt prompt = _answering.Assemble(question);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        var watch = Stopwatch.StartNew();
        Action<AnswerPiece>? onPiece = onText is null ? null : piece => ShowText(piece, onText);
        string[] hashes = [.. question.Images.Select(AnsweringModel.Hash)];
        Tensor[] tokens = [.. question.Images.Zip(hashes, _answering.See)];
        double vision = watch.Elapsed.TotalSeconds, firstToken = 0;

        long[] ids = [.. prompt.Ids.Select(id => (long)id)];
        int reused = _prefix.Reuse(Keys(ids, hashes));
        Tensor embeddings = _answering.Embed(tensor(ids).unsqueeze(0), tokens).narrow(1, reused, ids.Length - reused);
        (GenerationRow row, AnswerDraft draft) = _answering.Begin(question, prompt, onPiece, () => firstToken = firstToken == 0 ? watch.Elapsed.TotalSeconds : firstToken);
        TokenGenerator.Run(_model.Language, [row], embeddings, mask: null, _prefix.Cache, cancellationToken);
        _prefix.Append(row.Tokens.Select(token => token.Id));
        return _answering.Complete(question, prompt, row, draft, reused, Timing());

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
        AssembledPrompt[] prompts = [.. questions.Select(_answering.Assemble)];
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        var watch = Stopwatch.StartNew();
        Tensor[] tokens = [.. questions.SelectMany(question => question.Images).Select(See)];
        double vision = watch.Elapsed.TotalSeconds;
        TokenBatch batch = TokenBatch.Of([.. prompts.Select(prompt => (IReadOnlyList<long>)[.. prompt.Ids.Select(id => (long)id)])]);
        (GenerationRow Row, AnswerDraft Draft)[] begun = [.. questions.Zip(prompts, (question, prompt) => _answering.Begin(question, prompt, null, () => { }))];
        using var cache = new Language.KvCache(_model.Language.Config, (int)batch.Ids.shape[1]);
        TokenGenerator.Run(_model.Language, [.. begun.Select(each => each.Row)], _answering.Embed(batch.Ids, tokens), batch.Mask?.to(_model.Options.Device), cache, cancellationToken);
        var timing = new AnswerTiming(vision, 0, watch.Elapsed.TotalSeconds - vision);
        return [.. begun.Select((each, i) => _answering.Complete(questions[i], prompts[i], each.Row, each.Draft, reused: 0, timing))];
    }

    /// <summary>The scores of the first token of an answer, [V], before any choice is made.</summary>
    /// <param name="question">The question; how to generate does not matter.</param>
    public float[] FirstScores(Question question)
    {
        AssembledPrompt prompt = _answering.Assemble(question);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        Tensor ids = tensor(prompt.Ids.Select(id => (long)id).ToArray()).unsqueeze(0);
        Tensor hidden = _model.Language.Decode(_answering.Embed(ids, [.. question.Images.Select(See)]));
        return _model.Language.Logits(hidden.select(1, hidden.shape[1] - 1)).to(ScalarType.Float32).cpu().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prefix.Dispose();
        _answering.Dispose();
    }

    private static void ShowText(AnswerPiece piece, Action<string> onText)
    {
        if (piece.Text.Length > 0)
        {
            onText(piece.Text);
        }
    }

    private Tensor See(RgbImage image) => _answering.See(image, AnsweringModel.Hash(image));

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
}
