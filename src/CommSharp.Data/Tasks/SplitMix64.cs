namespace CommSharp.Data.Tasks;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): unrelated bits from numbers that follow each other, the same everywhere.</summary>
internal static class SplitMix64
{
    /// <summary>What a state grows by from one draw to the next.</summary>
    internal const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>The bits of a state.</summary>
    internal static ulong Mix(ulong state)
    {
        unchecked
        {
            state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
            state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
            return state ^ (state >> 31);
        }
    }

    /// <summary>Moves a state on, and gives its bits.</summary>
    internal static ulong Next(ref ulong state) => Mix(unchecked(state += Step));
}
