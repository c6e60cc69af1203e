namespace CommSharp.Checkpoints.Pickle;

/// <summary>
/// Bounds on what a pickle may make the reader build. A pickle's memory then stays below a fixed multiple of them, whatever it says:
/// every instruction makes one object at most, text is no longer than the file, and nothing is ever expanded or copied.
/// </summary>
public sealed record PickleLimits
{
    /// <summary>The largest pickle in bytes; RefCOCO's largest is about 50 MB, the one inside a 7B checkpoint below 1 MB.</summary>
    public int Bytes { get; init; } = 256 << 20;

    /// <summary>The most objects that it may make.</summary>
    public int Objects { get; init; } = 16_000_000;

    /// <summary>The most values that may wait on the stack; one container's items do, when it is written in one piece.</summary>
    public int Stack { get; init; } = 1_000_000;

    /// <summary>How deep unfinished containers may nest.</summary>
    public int Depth { get; init; } = 1_000;
}
