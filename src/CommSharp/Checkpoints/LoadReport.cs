namespace CommSharp.Checkpoints;

/// <summary>A stored tensor whose shape is not the module's.</summary>
/// <param name="Name">The name in the checkpoint.</param>
/// <param name="Stored">The shape in the checkpoint.</param>
/// <param name="Expected">The shape that the config asks for.</param>
public sealed record ShapeMismatch(string Name, IReadOnlyList<long> Stored, IReadOnlyList<long> Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Printable.Plain(Name)} is [{string.Join(", ", Stored)}], expected [{string.Join(", ", Expected)}]";
}

/// <summary>What became of every tensor of a checkpoint.</summary>
/// <param name="Loaded">Names read into the module.</param>
/// <param name="Ignored">Names that the layout knows and has no use for.</param>
/// <param name="Unbuilt">Names of parts that were not built because nobody reads them, such as deeper blocks.</param>
/// <param name="Missing">Names that the module needs and the checkpoint lacks.</param>
/// <param name="Unexpected">Names that the layout does not know.</param>
/// <param name="Mismatched">Tensors of another shape than the module's.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<string> Unbuilt,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<ShapeMismatch> Mismatched)
{
    private const int Named = 3;

    /// <summary>Whether the checkpoint and the module fit each other exactly.</summary>
    public bool Fits => Missing.Count + Unexpected.Count + Mismatched.Count == 0;

    /// <summary>
    /// What does not fit, in one sentence that names the first tensors concerned, and both shapes where shapes differ; null when all fits.
    /// </summary>
    public string? Problem
    {
        get
        {
            string[] problems = [.. Describe("missing", Missing), .. Describe("of another shape", Mismatched), .. Describe("unexpected", Unexpected)];
            return Fits ? null : $"the weights do not fit the config: {string.Join("; ", problems)}.";
        }
    }

    /// <summary>Throws unless the checkpoint <see cref="Fits"/>.</summary>
    /// <param name="location">What to call the checkpoint.</param>
    /// <exception cref="CheckpointException">Says the <see cref="Problem"/>.</exception>
    public void RequireFit(string location)
    {
        if (Problem is { } problem)
        {
            string tensor = Missing.Concat(Mismatched.Select(mismatch => mismatch.Name)).Concat(Unexpected).First();
            throw new CheckpointException(location, problem, tensor);
        }
    }

    private static string Shown<T>(T tensor) => tensor is string name ? Printable.Plain(name) : $"{tensor}";

    private static IEnumerable<string> Describe<T>(string what, IReadOnlyList<T> tensors) => tensors.Count == 0
        ? []
        : [$"{tensors.Count} {what} ({string.Join(", ", tensors.Take(Named).Select(tensor => Shown(tensor)))}{(tensors.Count > Named ? ", …" : "")})"];
}
