using System.Globalization;
using CommSharp.Data.Tabletop.Understanding;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>What a picture of the tabletop world shows.</summary>
/// <param name="Truth">All of it.</param>
/// <param name="Meant">The object that is asked about; null where the whole picture is.</param>
public sealed record TruthTarget(WorldTruth Truth, TruthObject? Meant) : Target
{
    /// <inheritdoc/>
    public override string Text => string.Join('\n', [Truth.Ground, .. Truth.Objects.Select(Line), .. Meant is null ? [] : new[] { Line(Meant) }]);

    /// <summary>What is right in short, as a person reads it in a log.</summary>
    internal string Shown => Meant is { } meant
        ? Looks(meant)
        : string.Join(", ", Truth.Objects.Select(Looks));

    private static string Looks(TruthObject shown) => $"{shown.Size} {shown.Pattern} {shown.Kind}";

    private static string Line(TruthObject shown) =>
        string.Create(CultureInfo.InvariantCulture, $"{Looks(shown)} {shown.Box.X1},{shown.Box.Y1},{shown.Box.X2},{shown.Box.Y2}");
}
