using System.Text.Json;

namespace CommSharp.Testing;

/// <summary>A file of expected values that knows which of them a test has asked for, so that none is left out unseen.</summary>
public sealed class GoldenJson
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly JsonElement _root;

    /// <summary>Reads a file.</summary>
    public GoldenJson(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        _root = document.RootElement.Clone();
        Root = new GoldenValue(_root, "", _asked);
    }

    /// <summary>The file's value.</summary>
    public GoldenValue Root { get; }

    /// <summary>Fails when a value was never asked for.</summary>
    /// <param name="excluded">Paths such as "token_format" whose values need not be; each must be there.</param>
    public void AssertAllCompared(params string[] excluded)
    {
        string[] all = [.. Leaves(_root, "")];
        Assert.All(excluded, path => Assert.Contains(all, leaf => IsBelow(leaf, path)));
        Assert.Empty(all.Where(leaf => !_asked.Contains(leaf) && !excluded.Any(path => IsBelow(leaf, path))));
    }

    private static bool IsBelow(string leaf, string path) => leaf == path || leaf.StartsWith(path + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Leaves(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Leaves(member.Value, GoldenValue.Below(path, member.Name))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Leaves(item, GoldenValue.Below(path, $"{i}"))),
        _ => [path],
    };
}

/// <summary>A value of a file of expected values.</summary>
public sealed class GoldenValue
{
    private readonly JsonElement _value;
    private readonly string _path;
    private readonly HashSet<string> _asked;

    internal GoldenValue(JsonElement value, string path, HashSet<string> asked) => (_value, _path, _asked) = (value, path, asked);

    /// <summary>The members' names.</summary>
    public IEnumerable<string> Names => _value.EnumerateObject().Select(member => member.Name);

    /// <summary>The elements of a list.</summary>
    public IEnumerable<GoldenValue> Items => _value.EnumerateArray().Select((item, i) => new GoldenValue(item, Below(_path, $"{i}"), _asked));

    /// <summary>A text; null for null.</summary>
    public string? Text => Asked().GetString();

    /// <summary>A number; null for null.</summary>
    public double? Number => Asked() is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>True or false; null for null.</summary>
    public bool? Flag => Asked() is { ValueKind: not JsonValueKind.Null } flag ? flag.GetBoolean() : null;

    /// <summary>A list of numbers; null for null.</summary>
    public double[]? Numbers => _value.ValueKind == JsonValueKind.Null ? NoNumbers() : [.. Items.Select(item => item.Number!.Value)];

    /// <summary>A member.</summary>
    public GoldenValue this[string name] => new(_value.GetProperty(name), Below(_path, name), _asked);

    internal static string Below(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";

    private double[]? NoNumbers()
    {
        Asked();
        return null;
    }

    private JsonElement Asked()
    {
        _asked.Add(_path);
        return _value;
    }
}
