using CommSharp.Runtime;

namespace CommSharp.Cli.Doctor;

/// <summary>How a check went. A warning does not make the program unusable.</summary>
internal enum CheckState
{
    Ok,
    Warning,
    Failed,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What it is called, such as "matrix product".</param>
/// <param name="State">How it went.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Fix">What to do; null where nothing is to be done, or the detail says it.</param>
internal sealed record Check(string Name, CheckState State, string Detail, string? Fix = null);

/// <summary>What the doctor found.</summary>
internal sealed record DoctorReport
{
    public required MachineFacts Machine { get; init; }

    /// <summary>Null when libtorch could not be loaded; the checks say why.</summary>
    public required NativeRuntimeInfo? Runtime { get; init; }

    /// <summary>The device that was checked, such as "cpu"; null when none could be.</summary>
    public required string? Device { get; init; }

    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>True when no check failed.</summary>
    public bool Ok => Checks.All(check => check.State != CheckState.Failed);
}
