using System.Collections.Frozen;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>The only names that a pickle may use. Everything else is refused by its full name, before anything is made of it.</summary>
public sealed class PickleAllowList
{
    private readonly FrozenDictionary<string, PickleGlobal> _globals;

    /// <summary>Makes a list of the allowed names.</summary>
    /// <param name="globals">The names with what they mean.</param>
    public PickleAllowList(IEnumerable<PickleGlobal> globals) =>
        _globals = globals.ToFrozenDictionary(g => g.Name, StringComparer.Ordinal);

    /// <summary>Allows no name: such a pickle can hold plain data only.</summary>
    public static PickleAllowList Empty { get; } = new([]);

    /// <summary>Finds an allowed name, or null.</summary>
    /// <param name="name">The full name, module and all.</param>
    public PickleGlobal? Find(string name) => _globals.GetValueOrDefault(name);
}
