using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Answering.Engine;

/// <summary>
/// The thread that owns a model. Between two tokens it drops what was cancelled and takes in what waits; whatever makes tensors happens here, since
/// TorchSharp's dispose scopes belong to a thread.
/// </summary>
internal sealed class EngineThread : IDisposable
{
    // Each picture needs memory while the towers run, and large towers gain nothing from several on a processor.
    private const int PicturesTogether = 4;

    private readonly AnsweringModel _answering;
    private readonly AnswerEngineOptions _options;
    private readonly EngineMeter _meter;
    private readonly ContinuousBatch _batch;
    private readonly Queue<AnswerJob> _waiting = new();
    private readonly Dictionary<GenerationRow, AnswerJob> _running = [];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _news = new();
    private readonly Thread _thread;
    private bool _stopping;
    private int _idleRows;

    internal EngineThread(AnsweringModel answering, AnswerEngineOptions options, EngineMeter meter)
    {
        _answering = answering;
        _options = options;
        _meter = meter;
        _batch = new ContinuousBatch(answering.Model.Language);
        _thread = new Thread(Run) { IsBackground = true, Name = "CommSharp engine" };
        _thread.Start();
    }

    internal bool IsAlive => _thread.IsAlive && !_stopping;

    /// <summary>The tensors that live on the thread whenever it has nothing to do; for tests.</summary>
    internal long TensorsWhenIdle { get; private set; }

    /// <summary>Lets a question wait for its turn.</summary>
    /// <exception cref="EngineFullException">As many wait as may.</exception>
    internal void Enqueue(AnswerJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(AnswerEngine));
            DropCancelled();
            if (_waiting.Count >= _options.MaxQueue)
            {
                _meter.Refused();
                throw new EngineFullException(_options.MaxQueue);
            }

            _waiting.Enqueue(job);
            _meter.Waiting(_waiting.Count);
            _news.Set();
        }
    }

    /// <summary>Ends the thread; what is not answered by then fails.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _news.Set();
        }

        _thread.Join();
        _news.Dispose();
    }

    private void Run()
    {
        CountWhenIdle();
        try
        {
            while (WaitForWork())
            {
                Turn();
            }
        }
        finally
        {
            foreach (AnswerJob job in _waiting.Concat(_running.Values))
            {
                job.Fail(new EngineStoppedException());
            }

            _waiting.Clear();
            _running.Clear();
            _meter.Waiting(0);
            _meter.Running(0);
            _batch.Dispose();
            _answering.Dispose();
        }
    }

    private bool WaitForWork()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_stopping || _waiting.Count > 0 || _running.Count > 0)
                {
                    return !_stopping;
                }

                _news.Reset();
            }

            _news.Wait();
        }
    }

    /// <summary>One token for everybody, and the first for those who come.</summary>
    private void Turn()
    {
        try
        {
            Leave([.. _running.Where(each => each.Value.IsOver).Select(each => each.Key)]);
            Admit(Next());
            if (_running.Count > 0)
            {
                Report(_batch.Step());
                _meter.Step();
                Finish();
            }
        }
        catch (Exception error) // memory that ran out, a device that was lost: those who were being answered are told, and the next ones tried
        {
            AnswerJob[] failed = [.. _running.Values];
            _running.Clear();
            _batch.Clear();
            Array.ForEach(failed, job => job.Fail(error));
        }

        CountWhenIdle();
        _meter.Running(_running.Count);
    }

    private void CountWhenIdle()
    {
        if (_running.Count == 0)
        {
            TensorsWhenIdle = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }
    }

    /// <summary>Those who are answered next: as many as there is room for, and as their prompts may be long together.</summary>
    private List<AnswerJob> Next()
    {
        var next = new List<AnswerJob>();
        lock (_gate)
        {
            DropCancelled();
            if (IsGathering())
            {
                _meter.Waiting(_waiting.Count);
                return next;
            }

            int longest = 0;
            while (_waiting.TryPeek(out AnswerJob? job) && _running.Count + next.Count < _options.MaxRows)
            {
                longest = Math.Max(longest, job.Ids.Count);
                if (next.Count > 0 && (next.Count + 1) * (long)longest > _options.MaxPromptTokens)
                {
                    break;
                }

                next.Add(_waiting.Dequeue());
            }

            _meter.Waiting(_waiting.Count);
        }

        return next;
    }

    /// <summary>
    /// Whether those who wait wait for more of them to come in together. A run of prompts costs about as much as a token, however few they are, and a row that
    /// is free for a token loses only its own share of it; so prompts are run when what was lost that way comes to half a token. Nobody waits who could
    /// come in with all others, or while nobody is answered.
    /// </summary>
    private bool IsGathering()
    {
        int free = _options.MaxRows - _running.Count;
        if (free == 0)
        {
            return false;
        }

        _idleRows += free;
        bool gathers = _waiting.Count > free && _running.Count > 0 && _idleRows < _options.MaxRows / 2;
        if (!gathers)
        {
            _idleRows = 0;
        }

        return gathers;
    }

    private void DropCancelled()
    {
        if (_waiting.Any(job => job.IsOver))
        {
            AnswerJob[] kept = [.. _waiting.Where(job => !job.IsOver)];
            _waiting.Clear();
            Array.ForEach(kept, _waiting.Enqueue);
        }
    }

    private void Admit(List<AnswerJob> jobs)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        jobs.ForEach(job => job.Begin());
        Dictionary<string, Tensor> seen = Look(jobs);
        (AnswerJob Job, Tensor[] Pictures)[] ready = [.. jobs.Select(job => See(job, seen)).OfType<(AnswerJob, Tensor[])>()];
        if (ready.Length == 0)
        {
            return;
        }

        try
        {
            TokenBatch prompts = TokenBatch.Of([.. ready.Select(each => each.Job.Ids)]);
            Tensor embeddings = _answering.Embed(prompts.Ids, [.. ready.SelectMany(each => each.Pictures)]);
            foreach ((AnswerJob job, _) in ready)
            {
                _running.Add(job.Row!, job);
            }

            _meter.RunPrompts();
            Report(_batch.Admit([.. ready.Select(each => each.Job.Row!)], embeddings, prompts.Mask?.to(embeddings.device)));
            _meter.Running(_running.Count);
            Finish();
        }
        catch (Exception error) // nothing was joined yet: those who were being answered before are as they were
        {
            foreach ((AnswerJob job, _) in ready)
            {
                _running.Remove(job.Row!);
                job.Fail(error);
            }
        }
    }

    /// <summary>
    /// The tokens of pictures that are not remembered, several pictures at a time. One that cannot be looked at leaves those beside it out too: each question
    /// then looks at its own, and only the one with that picture fails.
    /// </summary>
    private Dictionary<string, Tensor> Look(List<AnswerJob> jobs)
    {
        var unseen = new Dictionary<string, RgbImage>();
        foreach (AnswerJob job in jobs)
        {
            try
            {
                foreach ((RgbImage image, string hash) in job.Question.Images.Zip(job.Hashes).Where(picture => !_answering.Features.Holds(picture.Second)))
                {
                    unseen[hash] = image;
                }
            }
            catch (Exception) // a list of the caller's, which gives no pictures: it comes again where it belongs to a question
            {
                continue;
            }
        }

        var seen = new Dictionary<string, Tensor>();
        foreach (KeyValuePair<string, RgbImage>[] pictures in unseen.Chunk(PicturesTogether).Where(pictures => pictures.Length > 1))
        {
            try
            {
                Tensor tokens = _answering.Look([.. pictures.Select(picture => picture.Value)]); // [B, N, C]
                for (int i = 0; i < pictures.Length; i++)
                {
                    seen[pictures[i].Key] = tokens.narrow(0, i, 1).clone(); // memory of its own, since they are forgotten one by one
                }
            }
            catch (Exception) // it comes again as well
            {
                continue;
            }
        }

        return seen;
    }

    /// <summary>Looks at a question's pictures and begins its answer; null when that went wrong, which only this question is told.</summary>
    private (AnswerJob Job, Tensor[] Pictures)? See(AnswerJob job, Dictionary<string, Tensor> seen)
    {
        try
        {
            int misses = _answering.Features.Misses, hits = _answering.Features.Hits;
            Tensor[] pictures = [.. job.Question.Images.Zip(job.Hashes, (image, hash) => _answering.See(image, hash, seen.GetValueOrDefault(hash)))];
            _meter.Pictures(_answering.Features.Misses - misses, _answering.Features.Hits - hits, _answering.Features.Bytes);
            job.Saw();
            job.Prepare(_answering.Begin(job.Question, job.Prompt, job.Send, job.Token));
            return (job, pictures);
        }
        catch (Exception error)
        {
            job.Fail(error);
            return null;
        }
    }

    private void Report(IReadOnlyList<RowFailure> failures)
    {
        foreach (RowFailure failure in failures)
        {
            if (_running.Remove(failure.Row, out AnswerJob? job))
            {
                job.Fail(failure.Error);
            }
        }
    }

    /// <summary>Answers that have ended go out.</summary>
    private void Finish()
    {
        foreach (AnswerJob job in _running.Values.Where(job => job.Row!.Finish is not null).ToArray())
        {
            _running.Remove(job.Row!);
            try
            {
                job.Complete(_answering.Complete(job.Question, job.Prompt, job.Row!, job.Draft!, reused: 0, job.Timing()));
            }
            catch (Exception error)
            {
                job.Fail(error);
            }
        }
    }

    private void Leave(HashSet<GenerationRow> rows)
    {
        if (rows.Count > 0)
        {
            foreach (GenerationRow row in rows)
            {
                _running.Remove(row);
            }

            _batch.Remove(rows);
        }
    }
}
