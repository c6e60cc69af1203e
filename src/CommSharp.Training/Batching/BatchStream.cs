using CommSharp.Data;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>
/// The steps of a training, prepared in the background by threads of its own (docs/decisions/0016-sample-threads.md). What a step holds does not depend
/// on how many threads there are, nor on where the stream was started. At most <see cref="LoadingSettings.Ahead"/> steps are prepared or in preparation
/// at a time.
/// </summary>
public sealed class BatchStream : IDisposable
{
    private readonly SampleSet _samples;
    private readonly BatchPlan _plan;
    private readonly SampleLoader _loader;
    private readonly BatchSettings _batch;
    private readonly int _ahead;
    private readonly long _lastStep;
    private readonly UnreadableList _unreadable;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _wakeUp;
    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private readonly Dictionary<long, StepDraft> _drafts = [];
    private long _nextStep; // the next that is handed out, from 1
    private long _nextPosition; // the next sample that a worker takes
    private bool _stopped;

    /// <summary>Starts to prepare.</summary>
    /// <param name="samples">The samples; stay the caller's.</param>
    /// <param name="preparer">How they are prepared.</param>
    /// <param name="batch">How they become steps.</param>
    /// <param name="loading">How many threads, how many steps ahead, and how many unreadable samples are borne.</param>
    /// <param name="augmentation">How pictures are varied; not at all when null.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="firstStep">How many steps are done already: 0 at the start of a training.</param>
    /// <param name="totalSteps">How many steps there are in all.</param>
    /// <param name="unreadableSoFar">What could not be used in the steps that are done: <see cref="Unreadable"/> as it was after them.</param>
    /// <param name="cancellationToken">Ends the preparation; <see cref="Next"/> throws then.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, which the check of a recipe would have refused.</exception>
    public BatchStream(
        SampleSet samples,
        SamplePreparer preparer,
        BatchSettings batch,
        LoadingSettings loading,
        AugmentationSettings? augmentation,
        long seed,
        long firstStep,
        long totalSteps,
        IReadOnlyList<UnreadableSample> unreadableSoFar,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Accumulation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(loading.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(loading.Ahead, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstStep);
        _samples = samples;
        _plan = new BatchPlan(samples, batch, preparer.TokensPerImage, seed);
        _loader = new SampleLoader(samples, preparer, augmentation, seed);
        _batch = batch;
        _ahead = loading.Ahead;
        _lastStep = totalSteps;
        _unreadable = new UnreadableList(loading.UnreadableLimit, unreadableSoFar);
        _nextStep = firstStep + 1;
        _nextPosition = firstStep * SamplesPerStep;
        _cancellation = cancellationToken;
        _wakeUp = cancellationToken.Register(WakeAll);
        _workers = [.. Enumerable.Range(1, loading.Workers).Select(i => new Thread(Work) { Name = $"samples {i}", IsBackground = true })];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>What could not be used up to the last step that was handed out, each picture or record once. To be saved with that step.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable => _unreadable.All;

    /// <summary>How many steps are prepared, or in preparation.</summary>
    internal int Drafts
    {
        get
        {
            lock (_gate)
            {
                return _drafts.Count;
            }
        }
    }

    /// <summary>How many threads have not ended.</summary>
    internal int LivingWorkers => _workers.Count(worker => worker.IsAlive);

    private int SamplesPerStep => _batch.Size * _batch.Accumulation;

    /// <summary>How many steps see every sample so and so often; the last may take a few samples of the next epoch.</summary>
    /// <param name="epochs">How often; above 0.</param>
    /// <param name="epochLength">The number of samples: <see cref="SampleSet.EpochLength"/>.</param>
    /// <param name="batch">How samples become steps.</param>
    public static long StepsIn(double epochs, long epochLength, BatchSettings batch) =>
        (long)Math.Ceiling(Math.Round(epochs * epochLength, 6) / ((double)batch.Size * batch.Accumulation));

    /// <summary>How many steps an epoch takes, the last one whole.</summary>
    /// <param name="epochLength">The number of samples: <see cref="SampleSet.EpochLength"/>.</param>
    /// <param name="batch">How samples become steps.</param>
    public static long StepsPerEpoch(long epochLength, BatchSettings batch) => StepsIn(1, epochLength, batch);

    /// <summary>The next step; waits until it is prepared. For one thread at a time.</summary>
    /// <exception cref="CommSharpException">More samples than are borne could not be used, or one failed otherwise; names its place.</exception>
    /// <exception cref="OperationCanceledException">The preparation was cancelled.</exception>
    /// <exception cref="InvalidOperationException">There is no further step.</exception>
    public StepBatch Next()
    {
        StepDraft draft = Take();
        IReadOnlyList<UnreadableSample> found = _unreadable.Add(draft.Unreadable);
        draft.ThrowIfFailed();
        double epoch = (double)draft.Step * SamplesPerStep / _samples.EpochLength;
        return new StepBatch(draft.Step, epoch, draft.Batches, _unreadable.All.Count) { NewlyUnreadable = found };
    }

    /// <summary>Stops the preparation, and waits for its threads to end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _wakeUp.Dispose();
        Array.ForEach(_workers, worker => worker.Join());
        _drafts.Clear();
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private StepDraft Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            if (_nextStep > _lastStep)
            {
                throw new InvalidOperationException($"The training has {_lastStep} steps, and all of them were taken.");
            }

            StepDraft? draft;
            while (!_drafts.TryGetValue(_nextStep, out draft) || !draft.IsComplete)
            {
                _cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
                ObjectDisposedException.ThrowIf(_stopped, this);
            }

            _drafts.Remove(_nextStep++);
            Monitor.PulseAll(_gate);
            return draft;
        }
    }

    private void Work()
    {
        while (TryTakePosition(out long position, out StepDraft? draft))
        {
            int slot = (int)(position % SamplesPerStep);
            draft.Prepare(slot, () => LoadAt(position));
            if (draft.IsComplete)
            {
                WakeAll();
            }
        }
    }

    private LoadedSample LoadAt(long position)
    {
        (SamplePlace place, IReadOnlyList<SampleReference> order) = _plan.At(position);
        try
        {
            return _loader.Load(place, order);
        }
        catch (Exception error)
        {
            DataPlace record = _samples.Datasets[place.Sample.Dataset].RecordOf(place.Sample.Number).Place;
            throw new CommSharpException($"{record}: could not be prepared, nor could another in its place: {error.Message}", error);
        }
    }

    private bool TryTakePosition(out long position, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StepDraft? draft)
    {
        lock (_gate)
        {
            while (!_stopped && !_cancellation.IsCancellationRequested && StepOf(_nextPosition) <= _lastStep)
            {
                if (StepOf(_nextPosition) < _nextStep + _ahead)
                {
                    position = _nextPosition++;
                    long step = StepOf(position);
                    if (!_drafts.TryGetValue(step, out draft))
                    {
                        _drafts.Add(step, draft = new StepDraft(step, _batch));
                    }

                    return true;
                }

                Monitor.Wait(_gate);
            }
        }

        (position, draft) = (0, null);
        return false;
    }

    private long StepOf(long position) => (position / SamplesPerStep) + 1;
}
