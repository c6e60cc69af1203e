namespace CommSharp.Checkpoints.Pickle;

/// <summary>
/// Reads a Python pickle (protocols 0 to 4) as data. Nothing is ever run: names are looked up in an allow-list, and whatever else a pickle
/// asks for is refused. Format: CPython's Lib/pickletools.py.
/// </summary>
/// <remarks>
/// The graph consists of null (None), <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/> (what a long cannot
/// hold), <see cref="double"/>, <see cref="string"/> (Python 2's byte strings too), byte[] (bytes), List&lt;object?&gt; (list), object?[] (tuple),
/// <see cref="PickleDictionary"/> (dict), <see cref="PickleGlobal"/> (an allowed name) and what the allowed names make. Parts may be shared, and a
/// list may even hold itself: walk it by the shape that you expect, never by following whatever is there.
/// </remarks>
public static class PickleReader
{
    /// <summary>Reads a pickle from memory.</summary>
    /// <param name="pickle">The pickle; bytes after its STOP are not looked at.</param>
    /// <param name="allowed">The names that it may use.</param>
    /// <param name="limits">Bounds on what it may make; the default ones when null.</param>
    /// <param name="persistent">Resolves persistent ids, throwing <see cref="FormatException"/> for one that it does not know; they are refused
    /// when null.</param>
    /// <exception cref="PickleFormatException">The pickle is damaged, exceeds a limit, or asks for something that is not allowed.</exception>
    public static object? Read(
        ReadOnlySpan<byte> pickle, PickleAllowList allowed, PickleLimits? limits = null, Func<object?, object?>? persistent = null)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        limits ??= new PickleLimits();
        CheckSize(pickle.Length, limits);
        return new PickleMachine(pickle, allowed, limits, persistent).Run();
    }

    /// <summary>Reads a pickle file that holds plain data, such as RefCOCO's refs, with the memory that it takes once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowed">The names that it may use; <see cref="PickleAllowList.Empty"/> for plain data.</param>
    /// <param name="limits">Bounds on what it may make; the default ones when null.</param>
    /// <exception cref="CheckpointException">The file is missing or cannot be read, or its pickle is damaged, too large, or not allowed.</exception>
    public static object? ReadFile(string path, PickleAllowList allowed, PickleLimits? limits = null)
    {
        limits ??= new PickleLimits();
        using var file = DataFile.Open(path);
        try
        {
            CheckSize(file.Length, limits);
            return Read(file.Read(0, (int)file.Length), allowed, limits);
        }
        catch (PickleFormatException e)
        {
            throw new CheckpointException(path, e.Message, innerException: e);
        }
    }

    private static void CheckSize(long bytes, PickleLimits limits)
    {
        if (bytes > limits.Bytes)
        {
            throw new PickleFormatException(0, $"the pickle is {bytes} bytes long, more than the {limits.Bytes} allowed");
        }
    }
}
