using CommSharp.Data;

namespace CommSharp.Training.Batching;

/// <summary>A part of an opened mixture. Its length is the same in every epoch; which samples those are may differ.</summary>
internal abstract class MixtureNode
{
    private readonly double _portion;

    /// <param name="portion">The share of the samples that is taken.</param>
    /// <param name="number">The part's number in the tree, counted from the root, parents before their parts.</param>
    protected MixtureNode(double portion, int number)
    {
        _portion = portion;
        Number = number;
    }

    /// <summary>The number of samples of an epoch.</summary>
    public int Length { get; private set; }

    /// <summary>The part's number in the tree.</summary>
    protected int Number { get; }

    /// <summary>The samples of an epoch, in no order that matters.</summary>
    public SampleReference[] Samples(long seed, long epoch)
    {
        SampleReference[] all = Whole(seed, epoch);
        int rest = Length % all.Length;
        IEnumerable<SampleReference> drawn = rest == 0 ? [] : Draw.Share.Chance(seed, epoch, Number).Shuffled(all).Take(rest);
        return Length == all.Length ? all : [.. Enumerable.Repeat(all, Length / all.Length).SelectMany(each => each), .. drawn];
    }

    /// <summary>The samples before the portion is applied.</summary>
    protected abstract SampleReference[] Whole(long seed, long epoch);

    /// <summary>States the number of samples before the portion is applied.</summary>
    protected void SetLength(long whole, DataPlace asker)
    {
        if (!(_portion > 0 && double.IsFinite(_portion)))
        {
            throw new DataException(asker.Of("portion"), $"is {_portion}; it must be above 0: 1 takes all samples, 3 takes each three times");
        }

        double length = Math.Max(1, Math.Round(whole * _portion));
        Length = length <= Array.MaxLength ? (int)length : throw new DataException(asker, $"has {length} samples an epoch; the most is {Array.MaxLength}");
    }
}

/// <summary>A data set.</summary>
internal sealed class DatasetNode : MixtureNode
{
    private readonly SampleReference[] _all;

    public DatasetNode(double portion, int number, int dataset, int count, DataPlace asker)
        : base(portion, number)
    {
        _all = [.. Enumerable.Range(0, count).Select(i => new SampleReference(dataset, i))];
        SetLength(count, asker);
    }

    protected override SampleReference[] Whole(long seed, long epoch) => _all;
}

/// <summary>All samples of every part.</summary>
internal sealed class ConcatNode : MixtureNode
{
    private readonly IReadOnlyList<MixtureNode> _parts;

    public ConcatNode(double portion, int number, IReadOnlyList<MixtureNode> parts, DataPlace asker)
        : base(portion, number)
    {
        _parts = parts;
        SetLength(parts.Sum(part => (long)part.Length), asker);
    }

    protected override SampleReference[] Whole(long seed, long epoch) => [.. _parts.SelectMany(part => part.Samples(seed, epoch))];
}

/// <summary>
/// Samples of every part as often as its weight says, until the first part is used up. Shikra draws the next part by chance, so that the numbers
/// vary a little around the weights, and the length of an epoch with them; here the numbers are the expected ones exactly, and chance decides which
/// samples they are and in which order.
/// </summary>
internal sealed class InterleaveNode : MixtureNode
{
    private readonly IReadOnlyList<MixtureNode> _parts;
    private readonly int[] _counts;

    public InterleaveNode(double portion, int number, IReadOnlyList<MixtureNode> parts, IReadOnlyList<double>? weights, DataPlace asker)
        : base(portion, number)
    {
        _parts = parts;
        _counts = Counts([.. parts.Select(part => part.Length)], Shares(parts.Count, weights, asker));
        SetLength(_counts.Sum(count => (long)count), asker);
    }

    /// <summary>How many samples each part gives: shares of the longest list for which no part is too short, rounded by the largest remainders.</summary>
    internal static int[] Counts(IReadOnlyList<int> lengths, IReadOnlyList<double> shares)
    {
        const double Rounding = 1e-9; // 3 / (1 / 3) may be a hair below 9
        long total = (long)lengths.Zip(shares, (length, share) => (length / share) + Rounding).Min();
        double[] exact = [.. shares.Select(share => share * total)];
        int[] counts = [.. exact.Zip(lengths, (count, length) => Math.Min((int)Math.Floor(count + Rounding), length))];
        int left = (int)(total - counts.Sum(count => (long)count));
        foreach (int part in Enumerable.Range(0, counts.Length).OrderByDescending(i => exact[i] - counts[i]).Where(i => counts[i] < lengths[i]).Take(left))
        {
            counts[part]++;
        }

        return counts;
    }

    protected override SampleReference[] Whole(long seed, long epoch) =>
    [
        .. _parts.SelectMany((part, i) => Draw.Interleave.Chance(seed, epoch, Number, i).Shuffled(part.Samples(seed, epoch)).Take(_counts[i])),
    ];

    private static double[] Shares(int parts, IReadOnlyList<double>? weights, DataPlace asker)
    {
        weights ??= [.. Enumerable.Repeat(1.0, parts)];
        if (weights.Count != parts)
        {
            throw new DataException(asker.Of("weights"), $"has {weights.Count} numbers for {parts} parts; each part needs one");
        }

        if (!weights.All(weight => weight > 0 && double.IsFinite(weight)))
        {
            throw new DataException(asker.Of("weights"), "must hold numbers above 0; leave out a part that is never to be drawn");
        }

        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}

/// <summary>A conversation about every picture: the sample that leads it.</summary>
internal sealed class ConversationNode : MixtureNode
{
    private readonly PictureConversations _conversations;

    public ConversationNode(double portion, int number, PictureConversations conversations, DataPlace asker)
        : base(portion, number)
    {
        _conversations = conversations;
        SetLength(conversations.Count, asker);
    }

    protected override SampleReference[] Whole(long seed, long epoch) => _conversations.Lead(picture => Draw.Lead.Chance(seed, epoch, Number, picture));
}
