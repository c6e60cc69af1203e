using System.Diagnostics.CodeAnalysis;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>Compares parts by what they hold: records compare their lists by reference.</summary>
internal sealed class PartComparer : IEqualityComparer<SamplePart>
{
    public static PartComparer Instance { get; } = new();

    public bool Equals(SamplePart? x, SamplePart? y) => (x, y) switch
    {
        (SampleBoxes a, SampleBoxes b) => a.Phrase == b.Phrase && a.Boxes.SequenceEqual(b.Boxes),
        (SamplePoints a, SamplePoints b) => a.Phrase == b.Phrase && a.Points.SequenceEqual(b.Points),
        _ => object.Equals(x, y),
    };

    public int GetHashCode([DisallowNull] SamplePart obj) => obj.GetType().GetHashCode();
}
