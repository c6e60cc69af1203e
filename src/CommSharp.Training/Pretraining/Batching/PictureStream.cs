using System.Runtime.ExceptionServices;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>
/// The steps of a pretraining, each prepared by one of several threads, handed out in their order. What a step holds does not depend on how many threads
/// there are, nor on where the stream was started.
/// </summary>
internal sealed class PictureStream : IDisposable
{
    private readonly PictureLoader _loader;
    private readonly LoadingSettings _loading;
    private readonly UnreadableList _unreadable;
    private readonly long _lastStep;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _wakeUp;
    private readonly object _gate = new();
    private readonly Dictionary<long, (PictureStep? Step, Exception? Error)> _ready = [];
    private readonly Thread[] _workers;
    private long _nextStep, _nextTaken;
    private bool _stopped;

    public PictureStream(
        PictureLoader loader, LoadingSettings loading, long firstStep, long totalSteps, IReadOnlyList<UnreadableSample> unreadableSoFar, CancellationToken cancellationToken)
    {
        (_loader, _loading, _lastStep, _cancellation) = (loader, loading, totalSteps, cancellationToken);
        _unreadable = new UnreadableList(loading.UnreadableLimit, unreadableSoFar);
        _nextStep = _nextTaken = firstStep + 1;
        _wakeUp = cancellationToken.Register(Wake);
        _workers = [.. Enumerable.Range(1, loading.Workers).Select(i => new Thread(Work) { Name = $"pictures {i}", IsBackground = true })];
        Array.ForEach(_workers, worker => worker.Start());
    }

    /// <summary>What could not be used up to the last step that was handed out.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable => _unreadable.All;

    /// <summary>The next step; waits until it is prepared.</summary>
    /// <returns>The step, and those of its pictures that could not be used and were not known before.</returns>
    /// <exception cref="CommSharpException">More pictures than are borne could not be used.</exception>
    /// <exception cref="OperationCanceledException">The preparation was cancelled.</exception>
    public (PictureStep Step, IReadOnlyList<UnreadableSample> Found) Next()
    {
        (PictureStep? Step, Exception? Error) ready;
        lock (_gate)
        {
            while (!_ready.TryGetValue(_nextStep, out ready))
            {
                _cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            _ready.Remove(_nextStep++);
            Monitor.PulseAll(_gate);
        }

        if (ready.Error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        return (ready.Step!, _unreadable.Add(ready.Step!.Unreadable));
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
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        while (Take() is { } step)
        {
            (PictureStep?, Exception?) result;
            try
            {
                result = (_loader.Load(step), null);
            }
            catch (Exception error) // rethrown where the step is asked for
            {
                result = (null, error);
            }

            lock (_gate)
            {
                _ready[step] = result;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private long? Take()
    {
        lock (_gate)
        {
            while (!_stopped && !_cancellation.IsCancellationRequested && _nextTaken <= _lastStep)
            {
                if (_nextTaken < _nextStep + _loading.Ahead)
                {
                    return _nextTaken++;
                }

                Monitor.Wait(_gate);
            }
        }

        return null;
    }
}
