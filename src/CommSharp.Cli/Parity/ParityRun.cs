using CommSharp.Checkpoints;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>How one output compares with its reference.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Difference">The largest absolute difference; not finite when a shape or an element is wrong altogether.</param>
/// <param name="Tolerance">The largest one allowed; 0 for integers.</param>
internal sealed record ParityComparison(string Name, double Difference, double Tolerance)
{
    public bool Passed => Difference <= Tolerance;
}

/// <summary>How one case compares with its reference.</summary>
/// <param name="Name">The case.</param>
/// <param name="Kind">Its kind of model.</param>
/// <param name="Reference">The code that gave the expected outputs.</param>
/// <param name="Expected">The number of outputs that the manifest lists.</param>
/// <param name="Comparisons">The outputs that were compared.</param>
internal sealed record ParityResult(string Name, string Kind, string Reference, int Expected, IReadOnlyList<ParityComparison> Comparisons)
{
    public bool Passed => Comparisons.Count == Expected && Comparisons.All(comparison => comparison.Passed);

    /// <summary>One line that says what is wrong, or null.</summary>
    public string? Problem => Comparisons.Where(comparison => !comparison.Passed).MaxBy(comparison => comparison.Difference) is { } worst
        ? $"{Name}: {worst.Name} differs by {worst.Difference:0.0e+0}, allowed {worst.Tolerance:0.0e+0}"
        : Comparisons.Count < Expected ? $"{Name}: {Expected - Comparisons.Count} of {Expected} outputs were not computed" : null;

    /// <summary>The largest difference of a floating output.</summary>
    public double LargestDifference => Comparisons.Select(comparison => comparison.Difference).DefaultIfEmpty(0).Max();
}

/// <summary>Runs golden cases and compares every output with its reference.</summary>
internal static class ParityRun
{
    /// <summary>The embeddings are small on purpose, so that a wrong epsilon shows.</summary>
    private const string SmallOutput = "hidden_states.0";
    private const double SmallTolerance = 1e-5;

    /// <summary>Runs one case.</summary>
    public static ParityResult Run(string folder, ParityCase parity)
    {
        using DisposeScope scope = NewDisposeScope();
        string path = Path.Combine(folder, parity.Name);
        using ITensorSource expected = Checkpoint.Open(Path.Combine(path, parity.ExpectedFile));
        IReadOnlyDictionary<string, Tensor> actual = ParityOutputs.Of(parity, path, expected);
        string[] outputs = [.. parity.Outputs];
        return new ParityResult(
            parity.Name,
            parity.Kind,
            parity.Reference,
            outputs.Length,
            [.. outputs.Where(actual.ContainsKey).Select(name => Compare(parity, name, actual[name], expected))]);
    }

    private static ParityComparison Compare(ParityCase parity, string name, Tensor actual, ITensorSource expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor reference = expected.Read(name);
        double tolerance = !reference.is_floating_point() ? 0 : name.EndsWith(SmallOutput, StringComparison.Ordinal) ? SmallTolerance : parity.Tolerance;
        if (!reference.shape.SequenceEqual(actual.shape))
        {
            return new ParityComparison(name, double.PositiveInfinity, tolerance);
        }

        Tensor difference = (actual.to(ScalarType.Float64) - reference.to(ScalarType.Float64)).abs();
        if (parity.Masks.TryGetValue(name, out string? mask))
        {
            difference = difference.ReplacedWhere(expected.Read(mask).IsEqualTo(0).unsqueeze(-1), 0);
        }

        return new ParityComparison(name, difference.max().item<double>(), tolerance);
    }
}
