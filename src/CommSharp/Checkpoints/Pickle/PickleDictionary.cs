using System.Collections;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>
/// A Python dict (or OrderedDict) in its order. Text keys are unique, the last value wins as in Python; other keys are kept as written,
/// one entry each, because hashing what a hostile file chose would let it choose the time that takes.
/// </summary>
public sealed class PickleDictionary : IReadOnlyList<KeyValuePair<object?, object?>>
{
    private readonly List<KeyValuePair<object?, object?>> _entries = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The entry at a place in the order of the file.</summary>
    /// <param name="index">The place.</param>
    public KeyValuePair<object?, object?> this[int index] => _entries[index];

    /// <summary>Finds the value of a text key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value, which may itself be null (None).</param>
    /// <returns>Whether the key is there.</returns>
    public bool TryGetValue(string key, out object? value)
    {
        bool found = _places.TryGetValue(key, out int place);
        value = found ? _entries[place].Value : null;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Set(object? key, object? value)
    {
        var entry = KeyValuePair.Create(key, value);
        if (key is string text && !_places.TryAdd(text, _entries.Count))
        {
            _entries[_places[text]] = entry;
        }
        else
        {
            _entries.Add(entry);
        }
    }
}
