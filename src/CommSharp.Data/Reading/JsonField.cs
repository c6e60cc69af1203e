using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Imaging;

namespace CommSharp.Data.Reading;

/// <summary>
/// A JSON value and where it stands. Asked for what it should be, it gives that or an error that names file, record and field.
/// </summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Value">The value.</param>
public sealed record JsonField(DataPlace Place, JsonElement Value)
{
    /// <summary>A member that must be there.</summary>
    /// <exception cref="DataException">This is no object, or the member is missing or null.</exception>
    public JsonField this[string name] => Optional(name) ?? throw Problem($"has no member {Printable.Name(name)}; the format requires it");

    /// <summary>The elements of a list.</summary>
    /// <exception cref="DataException">This is no list.</exception>
    public IReadOnlyList<JsonField> Items => Value.ValueKind == JsonValueKind.Array
        ? [.. Value.EnumerateArray().Select((item, i) => new JsonField(Place.Of($"[{i}]"), item))]
        : throw Not("a list");

    /// <summary>The members of an object.</summary>
    /// <exception cref="DataException">This is no object.</exception>
    public IEnumerable<(string Name, JsonField Field)> Members => Value.ValueKind == JsonValueKind.Object
        ? Value.EnumerateObject().Select(member => (member.Name, new JsonField(Place.Of(member.Name), member.Value)))
        : throw Not("an object");

    /// <summary>A text.</summary>
    /// <exception cref="DataException">This is no text.</exception>
    public string Text => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Not("a text");

    /// <summary>A text with something in it.</summary>
    /// <exception cref="DataException">This is no text, or holds only blanks.</exception>
    public string FilledText => Text is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Problem("is empty");

    /// <summary>A name that may be written as text or as a whole number, as ids are; always as text.</summary>
    /// <exception cref="DataException">This is neither, or empty.</exception>
    public string Identity => Value.ValueKind == JsonValueKind.Number ? WholeNumber.ToString(System.Globalization.CultureInfo.InvariantCulture) : FilledText;

    /// <summary>A whole number.</summary>
    /// <exception cref="DataException">This is no whole number of 64 bits.</exception>
    public long WholeNumber => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out long whole) ? whole : throw Not("a whole number");

    /// <summary>A finite number.</summary>
    /// <exception cref="DataException">This is no number, or too large for one.</exception>
    public double Number => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double number) && double.IsFinite(number)
        ? number
        : throw Not("a number");

    /// <summary>True or false.</summary>
    /// <exception cref="DataException">This is neither.</exception>
    public bool Flag => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Not("true or false");

    /// <summary>A side of a picture: a whole number above 0.</summary>
    /// <exception cref="DataException">This is none.</exception>
    public int Side => Number is >= 1 and <= int.MaxValue and var side && side == Math.Floor(side) ? (int)side : throw Not("a picture's side in whole pixels");

    /// <summary>The picture's size that an object states in its members "width" and "height"; null where it has neither.</summary>
    /// <exception cref="DataException">Only one of them is there, or one is no side of a picture.</exception>
    public PictureSize? StatedSize => Optional("width") is null && Optional("height") is null
        ? null
        : new PictureSize(this["width"].Side, this["height"].Side);

    /// <summary>A box written as left, top, right, bottom, in pixels.</summary>
    /// <exception cref="DataException">These are not four numbers, or the edges are in the wrong order.</exception>
    public PixelBox Corners => Ordered(Numbers(4) is [var x1, var y1, var x2, var y2] ? new PixelBox(x1, y1, x2, y2) : default);

    /// <summary>A box written as left, top, right, bottom, in pixels, and mostly a detector's score behind.</summary>
    /// <exception cref="DataException">These are not four or five numbers, or the edges are in the wrong order.</exception>
    public PixelBox ScoredCorners => Items.Count == 5
        ? Ordered(Numbers(5) is [var x1, var y1, var x2, var y2, _] ? new PixelBox(x1, y1, x2, y2) : default)
        : Corners;

    /// <summary>A box written as left, top, width, height, in pixels.</summary>
    /// <exception cref="DataException">These are not four numbers, or a side is negative.</exception>
    public PixelBox CornerAndSize => Ordered(Numbers(4) is [var x, var y, var width, var height] ? new PixelBox(x, y, x + width, y + height) : default);

    /// <summary>A point written as x, y, in pixels.</summary>
    /// <exception cref="DataException">These are not two numbers.</exception>
    public PixelPoint Point => Numbers(2) is [var x, var y] ? new PixelPoint(x, y) : default;

    /// <summary>A member, or null when it is missing or null.</summary>
    /// <exception cref="DataException">This is no object.</exception>
    public JsonField? Optional(string name)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Not("an object");
        }

        return Value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null
            ? new JsonField(Place.Of(name), member)
            : null;
    }

    /// <summary>An error about this value.</summary>
    /// <param name="problem">What is wrong.</param>
    public DataException Problem(string problem) => new(Place, problem);

    private double[] Numbers(int count)
    {
        IReadOnlyList<JsonField> items = Items;
        return items.Count == count ? [.. items.Select(item => item.Number)] : throw Problem($"has {items.Count} numbers; {count} are needed");
    }

    private PixelBox Ordered(PixelBox box) => box.X2 >= box.X1 && box.Y2 >= box.Y1
        ? box
        : throw Problem($"is no box: its right or lower edge comes before the other ({Printable.Plain(Value.GetRawText())})");

    private DataException Not(string wanted) => Problem($"is {Named(Value.ValueKind)}; {wanted} is needed");

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
