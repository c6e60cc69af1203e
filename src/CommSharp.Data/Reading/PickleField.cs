using CommSharp.Checkpoints;
using CommSharp.Checkpoints.Pickle;

namespace CommSharp.Data.Reading;

/// <summary>
/// A value of a pickle and where it stands. Asked for what it should be, it gives that or an error that names file, record and field. Parts of a
/// pickle may be shared or hold themselves; who asks by name never follows what is merely there.
/// </summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Value">The value, of the types that <see cref="PickleReader"/> makes.</param>
internal sealed record PickleField(DataPlace Place, object? Value)
{
    /// <summary>A member that must be there.</summary>
    /// <exception cref="DataException">This is no dict, or the member is missing or None.</exception>
    public PickleField this[string name] => Optional(name) ?? throw Problem($"has no member {Printable.Name(name)}; the format requires it");

    /// <summary>The elements of a list.</summary>
    /// <exception cref="DataException">This is no list.</exception>
    public IEnumerable<PickleField> Items => Value is List<object?> items
        ? items.Select((item, i) => new PickleField(Place.Of($"[{i}]"), item))
        : throw Not("a list");

    /// <summary>A text with something in it.</summary>
    /// <exception cref="DataException">This is no text, or holds only blanks.</exception>
    public string FilledText => Value is string text ? !string.IsNullOrWhiteSpace(text) ? text : throw Problem("is empty") : throw Not("a text");

    /// <summary>A whole number.</summary>
    /// <exception cref="DataException">This is no whole number of 64 bits.</exception>
    public long WholeNumber => Value is long whole ? whole : throw Not("a whole number");

    /// <summary>A member, or null when it is missing or None.</summary>
    /// <exception cref="DataException">This is no dict.</exception>
    public PickleField? Optional(string name)
    {
        if (Value is not PickleDictionary members)
        {
            throw Not("a dict");
        }

        return members.TryGetValue(name, out object? value) && value is not null ? new PickleField(Place.Of(name), value) : null;
    }

    /// <summary>An error about this value.</summary>
    /// <param name="problem">What is wrong.</param>
    public DataException Problem(string problem) => new(Place, problem);

    private DataException Not(string wanted) => Problem($"is {Named(Value)}; {wanted} is needed");

    private static string Named(object? value) => value switch
    {
        null => "None",
        PickleDictionary => "a dict",
        List<object?> => "a list",
        string => "a text",
        bool => "True or False",
        long or double or System.Numerics.BigInteger => "a number",
        object?[] => "a tuple",
        _ => "something else",
    };
}
