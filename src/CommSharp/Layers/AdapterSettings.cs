namespace CommSharp.Layers;

/// <summary>The shape of a <see cref="LowRankAdapter"/>.</summary>
/// <param name="Rank">The rank of the change; at least 1.</param>
/// <param name="Alpha">Over <paramref name="Rank"/> the scale of the change.</param>
/// <param name="Dropout">How often a number of the adapter's input is dropped in training, 0 to below 1.</param>
public sealed record AdapterSettings(int Rank, double Alpha, double Dropout = 0)
{
    /// <summary>Refuses numbers of which no adapter can be made.</summary>
    /// <exception cref="CommSharpException">One of them is out of its range.</exception>
    public void Validate()
    {
        if (Rank < 1)
        {
            throw new CommSharpException($"An adapter's rank is at least 1; got {Rank}.");
        }

        if (!double.IsFinite(Alpha) || Alpha <= 0)
        {
            throw new CommSharpException($"An adapter's alpha is a number above 0; got {Alpha}.");
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            throw new CommSharpException($"An adapter's dropout is 0 or more and below 1; got {Dropout}.");
        }
    }
}
