using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>
/// The keys and values of the positions that a decoder has already seen, for a batch of sequences. The caller owns it: it belongs to a request,
/// never to the model. It grows as needed.
/// </summary>
public sealed class KvCache : IDisposable
{
    private readonly Tensor?[] _keys;
    private readonly Tensor?[] _values;
    private readonly Tensor?[] _mask = [null]; // one for all layers, and none while no position is padding

    /// <summary>Makes an empty cache.</summary>
    /// <param name="config">The decoder that it will serve.</param>
    /// <param name="capacity">The number of positions to reserve at first.</param>
    public KvCache(LlamaConfig config, int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _keys = new Tensor?[config.Depth];
        _values = new Tensor?[config.Depth];
        Capacity = capacity;
    }

    /// <summary>The number of positions held, padding included.</summary>
    public long Length { get; private set; }

    /// <summary>The number of positions for which memory is reserved.</summary>
    public long Capacity { get; private set; }

    /// <summary>The bytes of memory reserved.</summary>
    public long Bytes => _keys.Concat(_values).Where(tensor => tensor is not null).Sum(tensor => tensor!.NumberOfElements * tensor.ElementSize);

    /// <summary>Where keys and values live.</summary>
    internal Device Device => _keys[0]!.device;

    /// <summary>Forgets every position from some length on, so that another continuation can follow a common beginning.</summary>
    /// <param name="length">The number of positions to keep.</param>
    public void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        if (_mask[0] is { } all)
        {
            using Tensor kept = all.narrow(1, 0, length);
            _mask[0] = kept.clone().DetachFromDisposeScope();
            all.Dispose();
        }
    }

    /// <summary>Keeps some sequences of the batch and forgets the others.</summary>
    /// <param name="rows">The sequences to keep, by their place.</param>
    public void KeepRows(IReadOnlyList<long> rows) => KeepRows(rows, Length);

    /// <summary>Keeps some sequences of the batch, and of them the last positions only.</summary>
    /// <param name="rows">The sequences to keep, by their place.</param>
    /// <param name="positions">
    /// How many of the last positions to keep: at least as many as the longest of these sequences has, so that nothing but padding is lost.
    /// </param>
    public void KeepRows(IReadOnlyList<long> rows, long positions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positions, Length);
        using DisposeScope scope = NewDisposeScope();
        long cut = Length - positions;
        Select(_keys, 2);
        Select(_values, 2);
        Select(_mask, 1);
        Length = positions;
        Capacity -= cut;
        if (_mask[0] is { } mask && mask.all().item<bool>())
        {
            mask.Dispose();
            _mask[0] = null;
        }

        void Select(Tensor?[] tensors, int dimension)
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                if (tensors[i] is { } all)
                {
                    Tensor index = tensor(rows.ToArray(), device: all.device);
                    tensors[i] = all.narrow(dimension, cut, all.shape[dimension] - cut).index_select(0, index).DetachFromDisposeScope();
                    all.Dispose();
                }
            }
        }
    }

    /// <summary>
    /// Adds the sequences of another cache below this one's; the shorter ones are padded on the left. Layers are replaced one by one, so that no second copy of the
    /// whole is ever held: a cache for which this failed holds layers of different batches and is only there to be disposed of.
    /// </summary>
    /// <param name="other">A cache of the same decoder; it stays as it is, and the caller's. Neither may be empty.</param>
    public void Join(KvCache other) => Join(other, [.. Enumerable.Range(0, (int)(_keys[0]?.shape[0] ?? 0)).Select(row => (long)row)], Length);

    /// <summary>As <see cref="KeepRows(IReadOnlyList{long}, long)"/> and then <see cref="Join(KvCache)"/>, with one copy instead of two.</summary>
    /// <param name="other">A cache of the same decoder; it stays as it is, and the caller's. Neither may be empty.</param>
    /// <param name="rows">The sequences of this cache to keep, by their place, ascending.</param>
    /// <param name="positions">How many of their last positions to keep; nothing but padding may stand before them.</param>
    public void Join(KvCache other, IReadOnlyList<long> rows, long positions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(Length);
        ArgumentOutOfRangeException.ThrowIfZero(other.Length, nameof(other));
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positions, Length);
        using DisposeScope scope = NewDisposeScope();
        long cut = Length - positions, length = Math.Max(positions, other.Length), capacity = Math.Max(Capacity - cut, other.Capacity);
        long added = other._keys[0]!.shape[0];
        List<(long From, long To, long Count)> runs = Runs(rows);
        if (positions != other.Length || _mask[0] is not null || other._mask[0] is not null)
        {
            Tensor mask = zeros(rows.Count + added, length, ScalarType.Bool, _keys[0]!.device);
            Tensor real = _mask[0] ?? ones(_keys[0]!.shape[0], Length, ScalarType.Bool, mask.device);
            Take(mask.narrow(1, length - positions, positions), real.narrow(1, cut, positions));
            Tensor below = mask.narrow(0, rows.Count, added).narrow(1, length - other.Length, other.Length);
            _ = other._mask[0] is { } its ? below.copy_(its) : below.Fill(1);
            _mask[0]?.Dispose();
            _mask[0] = mask.all().item<bool>() ? null : mask.DetachFromDisposeScope();
        }

        for (int layer = 0; layer < _keys.Length; layer++)
        {
            _keys[layer] = Joined(_keys[layer]!, other._keys[layer]!);
            _values[layer] = Joined(_values[layer]!, other._values[layer]!);
        }

        (Length, Capacity) = (length, capacity);

        void Take(Tensor to, Tensor from)
        {
            foreach ((long source, long target, long count) in runs)
            {
                to.narrow(0, target, count).copy_(from.narrow(0, source, count));
            }
        }

        Tensor Joined(Tensor first, Tensor second)
        {
            long[] shape = first.shape;
            Tensor joined = zeros([rows.Count + added, shape[1], capacity, shape[3]], first.dtype, first.device);
            Take(joined.narrow(2, length - positions, positions), first.narrow(2, cut, positions));
            joined.narrow(0, rows.Count, added).narrow(2, length - other.Length, other.Length).copy_(second.narrow(2, 0, other.Length));
            first.Dispose();
            return joined.DetachFromDisposeScope();
        }
    }

    /// <summary>Neighbouring rows, which are copied as one.</summary>
    private static List<(long From, long To, long Count)> Runs(IReadOnlyList<long> rows)
    {
        var runs = new List<(long From, long To, long Count)>();
        for (int i = 0; i < rows.Count; i++)
        {
            if (i > 0 && rows[i] == rows[i - 1] + 1)
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            }
            else
            {
                runs.Add((rows[i], i, 1));
            }
        }

        return runs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? tensor in _keys.Concat(_values).Concat(_mask))
        {
            tensor?.Dispose();
        }
    }

    /// <summary>Adds the mask of new positions and returns the mask of all; null while no position is padding.</summary>
    /// <param name="added">Boolean [B, L], true for real tokens; null when all are.</param>
    /// <param name="batch">B.</param>
    /// <param name="count">L.</param>
    /// <param name="device">Where the mask lives.</param>
    internal Tensor? Extend(Tensor? added, long batch, long count, Device device)
    {
        Tensor? before = _mask[0];
        if (before is null && added is null)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor past = before ?? ones(batch, Length, ScalarType.Bool, device);
        Tensor all = cat([past, added ?? ones(batch, count, ScalarType.Bool, device)], 1).DetachFromDisposeScope();
        before?.Dispose();
        return _mask[0] = all;
    }

    /// <summary>Stores a layer's keys and values of new positions and returns views of all.</summary>
    /// <param name="layer">The block, from 0.</param>
    /// <param name="key">[B, H, L, D].</param>
    /// <param name="value">[B, H, L, D].</param>
    /// <returns>Views, [B, H, Length + L, D].</returns>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor key, Tensor value) =>
        (Append(ref _keys[layer], key), Append(ref _values[layer], value));

    /// <summary>Counts new positions in, once every layer has stored them.</summary>
    internal void Advance(long count) => Length += count;

    private Tensor Append(ref Tensor? store, Tensor added)
    {
        long count = added.shape[2];
        if (store is null || store.shape[2] < Length + count)
        {
            store = Grown(store, added, Length + count);
        }

        using Tensor slot = store.narrow(2, Length, count), unrecorded = added.detach();
        slot.copy_(unrecorded);
        return store.narrow(2, 0, Length + count);
    }

    private Tensor Grown(Tensor? store, Tensor like, long needed)
    {
        using DisposeScope scope = NewDisposeScope();
        while (Capacity < needed)
        {
            Capacity += Math.Max(Capacity / 2, 64);
        }

        long[] shape = like.shape;
        Tensor grown = zeros([shape[0], shape[1], Capacity, shape[3]], like.dtype, like.device).DetachFromDisposeScope();
        if (store is not null)
        {
            grown.narrow(2, 0, Length).copy_(store.narrow(2, 0, Length));
            store.Dispose();
        }

        return grown;
    }
}
