using System.Diagnostics.CodeAnalysis;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>The values of a pickle that are not yet part of another, and the marks between them. Every method reports failure; none throws.</summary>
internal sealed class PickleStack(PickleLimits limits)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private int _objects;

    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    /// <summary>Null, or which limit is exceeded.</summary>
    public string? Push(object? value)
    {
        if (++_objects > limits.Objects)
        {
            return $"more than the {limits.Objects} objects allowed";
        }

        if (_values.Count >= limits.Stack)
        {
            return $"more than the {limits.Stack} values allowed wait for their container";
        }

        _values.Add(value);
        return null;
    }

    public string? Mark()
    {
        if (_marks.Count >= limits.Depth)
        {
            return $"more than the {limits.Depth} levels of nesting allowed";
        }

        _marks.Add(_values.Count);
        return null;
    }

    public bool TryPeek(out object? value)
    {
        bool any = _values.Count > Floor;
        value = any ? _values[^1] : null;
        return any;
    }

    public bool TryPop(out object? value)
    {
        bool any = TryPeek(out value);
        if (any)
        {
            _values.RemoveAt(_values.Count - 1);
        }

        return any;
    }

    public bool TryPopToMark([NotNullWhen(true)] out object?[]? values)
    {
        values = null;
        if (_marks.Count == 0)
        {
            return false;
        }

        int floor = Floor;
        values = [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values)[floor..]];
        _values.RemoveRange(floor, _values.Count - floor);
        _marks.RemoveAt(_marks.Count - 1);
        return true;
    }
}
