using CommSharp.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Generation;

/// <summary>
/// Answers that are generated together while rows come and go between tokens: prompts that arrive are run by themselves and then join the others'
/// cache, and rows that end or are given up leave it. Rows of different lengths are padded on the left, which changes no row's tokens.
/// </summary>
/// <param name="model">The decoder.</param>
internal sealed class ContinuousBatch(LlamaModel model) : IDisposable
{
    // Columns of padding cost memory and time at every token, and taking them away costs a copy: not for less than this.
    private const int FewestColumnsToTrim = 64;

    private readonly List<(GenerationRow Row, int Next)> _rows = [];
    private KvCache? _cache;
    private long[]? _kept; // where the rows are in the cache, while it still holds some that have left; null when it holds these only

    /// <summary>The number of answers that go on.</summary>
    internal int Count => _rows.Count;

    /// <summary>The running rows' keys and values, for tests; null while there are no rows.</summary>
    internal KvCache? Cache => _cache;

    /// <summary>Runs prompts and chooses their first tokens; those that have not ended by that go on with the others.</summary>
    /// <param name="rows">The answers to begin.</param>
    /// <param name="embeddings">Their prompts, [B, L, C], padded on the left.</param>
    /// <param name="mask">[B, L], 0 for padding; null when there is none.</param>
    /// <returns>
    /// The rows that failed, such as by scores that are no numbers; all of them, those that ran before too, when they could not be joined. They have left.
    /// </returns>
    internal IReadOnlyList<RowFailure> Admit(IReadOnlyList<GenerationRow> rows, Tensor embeddings, Tensor? mask)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        var cache = new KvCache(model.Config, (int)embeddings.shape[1] + FewestColumnsToTrim);
        try
        {
            (List<(GenerationRow, int)> open, List<long> places, List<RowFailure> failures) = Step(rows, embeddings, mask, cache);
            if (open.Count > 0)
            {
                Trim(cache, open, places, rows.Count);
                try
                {
                    (_cache, cache) = Joined(cache);
                    _rows.AddRange(open);
                }
                catch (Exception error) // memory that ran out: of the running cache's layers some hold the new rows and some do not, so nobody may go on with it
                {
                    _rows.AddRange(open);
                    failures.AddRange(_rows.Select(each => new RowFailure(each.Row, error)));
                    Clear();
                }
            }

            return failures;
        }
        finally
        {
            cache?.Dispose();
        }
    }

    /// <summary>Chooses one more token for every row; those that end leave.</summary>
    /// <returns>The rows that failed. They have left.</returns>
    internal IReadOnlyList<RowFailure> Step()
    {
        if (_rows.Count == 0)
        {
            return [];
        }

        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        Settle();
        Tensor ids = tensor(_rows.Select(row => (long)row.Next).ToArray()).unsqueeze(1);
        Tensor input = model.Embed(ids.to(_cache!.Device)); // [B, 1, C]
        int count = _rows.Count;
        (List<(GenerationRow, int)> open, List<long> places, List<RowFailure> failures) = Step([.. _rows.Select(row => row.Row)], input, null, _cache);
        Keep(open, places, count);
        return failures;
    }

    /// <summary>Gives rows up.</summary>
    internal void Remove(IReadOnlySet<GenerationRow> rows)
    {
        int count = _rows.Count;
        long[] places = [.. Enumerable.Range(0, count).Where(i => !rows.Contains(_rows[i].Row)).Select(i => (long)i)];
        Keep([.. places.Select(place => _rows[(int)place])], places, count);
    }

    /// <summary>Gives all rows up.</summary>
    internal void Clear()
    {
        _rows.Clear();
        _cache?.Dispose();
        _cache = null;
        _kept = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private (List<(GenerationRow Row, int Next)> Open, List<long> Places, List<RowFailure> Failures) Step(
        IReadOnlyList<GenerationRow> rows, Tensor input, Tensor? mask, KvCache cache)
    {
        Tensor hidden = model.Decode(input, mask, cache);
        Tensor logits = model.Logits(hidden.select(1, hidden.shape[1] - 1)).to(ScalarType.Float32).cpu(); // [B, V]
        float[] scores = logits.data<float>().ToArray();
        int width = (int)logits.shape[1];
        (List<(GenerationRow, int)> open, List<long> places, List<RowFailure> failures) = ([], [], []);
        for (int i = 0; i < rows.Count; i++)
        {
            try
            {
                int next = rows[i].Step(scores.AsSpan(i * width, width), model.Config.ContextLength);
                if (rows[i].Finish is null)
                {
                    open.Add((rows[i], next));
                    places.Add(i);
                }
            }
            catch (Exception error) // whatever went wrong with one answer, the others go on
            {
                failures.Add(new RowFailure(rows[i], error));
            }
        }

        return (open, places, failures);
    }

    private void Keep(List<(GenerationRow Row, int Next)> open, IReadOnlyList<long> places, int count)
    {
        _rows.Clear();
        _rows.AddRange(open);
        if (open.Count == 0)
        {
            Clear();
        }
        else if (places.Count < count)
        {
            // The cache follows when it is next used, so that rows that come in their places cost no second copy.
            _kept = [.. places.Select(place => _kept is null ? place : _kept[place])];
        }
    }

    /// <summary>Takes rows that have left out of the cache.</summary>
    private void Settle()
    {
        if (_kept is not null)
        {
            _cache!.KeepRows(_kept, Needed(_cache, _rows));
            _kept = null;
        }
    }

    private static void Trim(KvCache cache, List<(GenerationRow Row, int Next)> open, List<long> places, int count)
    {
        if (places.Count < count)
        {
            cache.KeepRows(places, Needed(cache, open));
        }
    }

    /// <summary>How many of a cache's positions rows need; all of them where there is little padding that no row needs.</summary>
    private static long Needed(KvCache cache, List<(GenerationRow Row, int Next)> rows)
    {
        long needed = rows.Max(row => row.Row.Positions), columns = cache.Length - needed;
        return columns >= Math.Max(FewestColumnsToTrim, cache.Length / 4) ? needed : cache.Length;
    }

    /// <summary>The running cache and an added one in one, and the one that is no longer needed.</summary>
    private (KvCache Kept, KvCache? Left) Joined(KvCache added)
    {
        if (_cache is null)
        {
            return (added, null);
        }

        if (_kept is null)
        {
            _cache.Join(added);
        }
        else
        {
            _cache.Join(added, _kept, Needed(_cache, _rows));
            _kept = null;
        }

        return (_cache, added);
    }
}

/// <summary>A row that could not go on.</summary>
/// <param name="Row">The row.</param>
/// <param name="Error">Why.</param>
internal sealed record RowFailure(GenerationRow Row, Exception Error);
