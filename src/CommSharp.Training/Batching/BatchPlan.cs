using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>
/// Which sample stands where in a training. The samples of all epochs are one line, cut into steps: a step at the end of an epoch takes the rest of
/// its samples from the start of the next, so that every step is full. Several threads may ask at a time.
/// </summary>
internal sealed class BatchPlan
{
    /// <summary>Of how many batches the samples are sorted by length; as many as transformers' sampler takes.</summary>
    private const int BatchesSortedTogether = 50;

    private readonly SampleSet _samples;
    private readonly BatchSettings _batch;
    private readonly int _tokensPerImage;
    private readonly long _seed;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, SampleReference[]> _orders = [];
    private readonly int[][] _lengths; // estimates, 0 where none was needed yet

    public BatchPlan(SampleSet samples, BatchSettings batch, int tokensPerImage, long seed)
    {
        _samples = samples;
        _batch = batch;
        _tokensPerImage = tokensPerImage;
        _seed = seed;
        _lengths = [.. samples.Datasets.Select(dataset => new int[dataset.Count])];
    }

    /// <summary>What stands at a place of the line, and the order of its epoch.</summary>
    /// <param name="position">The place, from 0.</param>
    public (SamplePlace Place, IReadOnlyList<SampleReference> Order) At(long position)
    {
        (long epoch, long place) = Math.DivRem(position, _samples.EpochLength);
        SampleReference[] order = OrderOf(epoch);
        return (new SamplePlace(epoch, place, order[place]), order);
    }

    /// <summary>A guess at how many tokens a sample has, good enough to sort by.</summary>
    internal static int EstimateTokens(TaskSample sample, int tokensPerImage)
    {
        const int CharactersPerToken = 4, TokensPerBox = 25, TokensPerPoint = 13; // Llama's tokenizer: each digit is a token
        return sample.Turns.SelectMany(turn => turn.Parts).Sum(part => part switch
        {
            SampleText text => 1 + (text.Text.Length / CharactersPerToken),
            SampleBoxes boxes => (boxes.Boxes.Count * TokensPerBox) + (boxes.Phrase.Length / CharactersPerToken),
            SamplePoints points => (points.Points.Count * TokensPerPoint) + (points.Phrase.Length / CharactersPerToken),
            _ => tokensPerImage,
        });
    }

    private SampleReference[] OrderOf(long epoch)
    {
        lock (_lock)
        {
            if (!_orders.TryGetValue(epoch, out SampleReference[]? order))
            {
                foreach (long old in _orders.Keys.Where(each => Math.Abs(each - epoch) > 1).ToArray())
                {
                    _orders.Remove(old);
                }

                order = [.. _samples.Order(_seed, epoch)];
                _orders.Add(epoch, order = _batch.GroupByLength && _batch.Size > 1 ? Grouped(order, epoch) : order);
            }

            return order;
        }
    }

    /// <summary>
    /// Whole batches of samples of like length, in any order. Samples of a batch that began in the epoch before, or ends in the one after, stay
    /// where they are.
    /// </summary>
    private SampleReference[] Grouped(SampleReference[] order, long epoch)
    {
        int size = _batch.Size;
        int begun = (int)((epoch % size) * (order.Length % size) % size); // samples of the last batch that the epochs before have filled
        int head = Math.Min((size - begun) % size, order.Length), count = (order.Length - head) / size;
        SampleReference[][] sorted =
        [
            .. order.Skip(head).Take(count * size)
                .Chunk(BatchesSortedTogether * size)
                .SelectMany(chunk => chunk.OrderByDescending(LengthOf).Chunk(size)),
        ];
        IEnumerable<SampleReference> grouped = Draw.Batches.Chance(_seed, epoch, place: 0).Shuffled(sorted).SelectMany(batch => batch);
        return [.. order.Take(head), .. grouped, .. order.Skip(head + (count * size))];
    }

    private int LengthOf(SampleReference reference)
    {
        ref int length = ref _lengths[reference.Dataset][reference.Number];
        length = length == 0 ? Estimate(reference) : length;
        return length;
    }

    private int Estimate(SampleReference reference)
    {
        try
        {
            return EstimateTokens(_samples.Make(reference, SampleChance.None), _tokensPerImage);
        }
        catch (DataException)
        {
            return 1; // found and told when its turn comes
        }
    }
}
