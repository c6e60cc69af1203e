using System.Runtime.ExceptionServices;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>A step in the making: several threads prepare its samples, and whoever ends a batch puts it together.</summary>
internal sealed class StepDraft
{
    private readonly Lock _lock = new();
    private readonly LoadedSample?[] _samples;
    private readonly TrainingBatch?[] _batches;
    private readonly int[] _missing;
    private readonly int _size;
    private readonly LossAveraging _averaging;
    private int _left;
    private (int Slot, Exception Error)? _failure;

    public StepDraft(long step, BatchSettings batch)
    {
        Step = step;
        (_size, _averaging) = (batch.Size, batch.Averaging);
        _samples = new LoadedSample?[batch.Size * batch.Accumulation];
        _batches = new TrainingBatch?[batch.Accumulation];
        _missing = [.. Enumerable.Repeat(batch.Size, batch.Accumulation)];
        _left = _samples.Length;
    }

    /// <summary>The step's number, from 1.</summary>
    public long Step { get; }

    /// <summary>Whether every sample was prepared or has failed.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _left == 0;
            }
        }
    }

    /// <summary>The batches of a step that is complete and has not failed.</summary>
    public IReadOnlyList<TrainingBatch> Batches => _batches!;

    /// <summary>What could not be used, in the order of the step's places.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable { get; private set; } = [];

    /// <summary>Prepares a sample, and its batch if it is the last one of it. Never throws.</summary>
    /// <param name="slot">The sample's place in the step.</param>
    /// <param name="load">Prepares it.</param>
    public void Prepare(int slot, Func<LoadedSample> load)
    {
        int batch = slot / _size;
        try
        {
            LoadedSample loaded = load();
            lock (_lock)
            {
                _samples[slot] = loaded;
            }
        }
        catch (Exception error)
        {
            Fail(slot, error);
        }

        bool isLast;
        lock (_lock)
        {
            isLast = --_missing[batch] == 0;
        }

        if (isLast)
        {
            PutTogether(batch);
        }

        lock (_lock)
        {
            Unreadable = _left == 1 ? [.. _samples.SelectMany(sample => sample?.Unreadable ?? [])] : Unreadable;
            _left--;
        }
    }

    /// <summary>Rethrows what went wrong, of several failures that of the first place.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure.Error);
        }
    }

    private void PutTogether(int batch)
    {
        var samples = new List<PreparedSample>(_size);
        for (int slot = batch * _size; slot < (batch + 1) * _size; slot++)
        {
            if (_samples[slot] is { Sample: { } sample })
            {
                samples.Add(sample);
            }
            else if (_samples[slot] is { } tried)
            {
                Fail(slot, new CommSharpException(
                    $"None of {tried.Unreadable.Count} samples that were tried one after the other could be used; the last one: {tried.Unreadable[^1].Reason}"));
            }
        }

        try
        {
            _batches[batch] = samples.Count == _size ? samples.ToBatch(_averaging) : null;
        }
        catch (Exception error)
        {
            Fail(batch * _size, error);
        }

        for (int slot = batch * _size; slot < (batch + 1) * _size; slot++)
        {
            _samples[slot] = _samples[slot] is { } sample ? sample with { Sample = null } : null; // the batch has its pixels now
        }
    }

    private void Fail(int slot, Exception error)
    {
        lock (_lock)
        {
            _failure = _failure is { } earlier && earlier.Slot <= slot ? earlier : (slot, error);
        }
    }
}
