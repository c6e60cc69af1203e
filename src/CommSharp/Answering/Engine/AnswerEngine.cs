using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;

namespace CommSharp.Answering.Engine;

/// <summary>
/// Answers many callers with one model. A thread of its own owns the model; questions wait in a bounded queue, and those that wait join those in
/// progress between two tokens, so that they are answered together (docs/decisions/0020). An answer does not depend on who else asks: every question has
/// its own options and its own random generator. All members may be used from any thread.
/// </summary>
public sealed class AnswerEngine : IDisposable
{
    private readonly AnsweringModel _answering;
    private readonly EngineMeter _meter = new();
    private readonly EngineThread _thread;
    private int _disposed;

    private AnswerEngine(AnsweringModel answering, AnswerEngineOptions options)
    {
        Options = options;
        _answering = answering;
        _thread = new EngineThread(answering, options, _meter);
    }

    /// <summary>What the engine may take.</summary>
    public AnswerEngineOptions Options { get; }

    /// <summary>The model's config.</summary>
    public MultimodalConfig Config => _answering.Config;

    /// <summary>The model's tokenizer.</summary>
    public LlamaTokenizer Tokenizer => _answering.Tokenizer;

    /// <summary>The model, which the engine's thread owns: read what describes it, and run nothing with it while the engine lives.</summary>
    public MultimodalModel Model => _answering.Model;

    /// <summary>What the engine has done and does.</summary>
    public EngineMeasures Measures => _meter.Measures;

    /// <summary>Whether questions are taken: true until the engine is disposed of.</summary>
    public bool IsRunning => _thread.IsAlive;

    internal long TensorsWhenIdle => _thread.TensorsWhenIdle;

    /// <summary>Loads a model and starts its thread.</summary>
    /// <param name="folder">A folder of a whole multimodal model.</param>
    /// <param name="tensors">How weights are held.</param>
    /// <param name="options">What the engine may take; the defaults when null.</param>
    /// <exception cref="CommSharpException">The tokenizer is missing or does not fit, or weights cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static AnswerEngine Load(MultimodalFolder folder, TensorOptions tensors, AnswerEngineOptions? options = null)
    {
        options ??= new AnswerEngineOptions();
        options.Validate();
        return new AnswerEngine(AnsweringModel.Load(folder, tensors, options.ImageCacheBytes), options);
    }

    /// <summary>What is done to a picture of a size before the model sees it; boxes are mapped back by it.</summary>
    public ImageGeometry GeometryOf(PictureSize size) => _answering.GeometryOf(size);

    /// <summary>Puts a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">
    /// Ends the answer: who waits for it is told at once, and the engine goes on without it after the token that it is at.
    /// </param>
    /// <returns>The answer, which has yet to come.</returns>
    /// <exception cref="CommSharpException">An option out of range, a prompt longer than the context, or pictures and turns that do not fit.</exception>
    /// <exception cref="EngineFullException">As many questions wait as may.</exception>
    /// <exception cref="ObjectDisposedException">The engine has been disposed of.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before.</exception>
    public PendingAnswer Submit(Question question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        AssembledPrompt prompt = _answering.Assemble(question);
        if (prompt.Tokens.Count > Options.LongestPrompt)
        {
            throw new PromptTooLongException(
                $"The prompt has {prompt.Tokens.Count} tokens ({prompt.ImageTokenCount} of them for images), but at most {Options.LongestPrompt} are taken; "
                + "shorten the conversation or show fewer images.");
        }

        var job = new AnswerJob(question, prompt, [.. question.Images.Select(AnsweringModel.Hash)], _meter, cancellationToken);
        try
        {
            _thread.Enqueue(job);
        }
        catch
        {
            job.Discard();
            throw;
        }

        job.Watch();
        return job.Pending;
    }

    /// <summary>Asks and waits for the whole answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">As for <see cref="Submit"/>.</param>
    /// <exception cref="CommSharpException">As for <see cref="Submit"/>; or the engine was disposed of meanwhile.</exception>
    public Task<Answer> AskAsync(Question question, CancellationToken cancellationToken = default) => Submit(question, cancellationToken).Whole;

    /// <summary>
    /// Stops the thread after the token that it is at, and frees the model. Answers that are not complete end with <see cref="EngineStoppedException"/>.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _thread.Dispose();
            _meter.Dispose();
        }
    }
}
