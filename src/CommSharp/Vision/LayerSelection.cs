using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommSharp.Vision;

/// <summary>
/// Which blocks of a tower are read: "all", "half" (the deeper half), "-2" (counted from the end), "19..24", "last:6", or a list such as
/// [6, 12, 18, 24]. Numbers count blocks from 1; 0 is the stem's output. Written in a config as the text, or as an array of numbers.
/// </summary>
[JsonConverter(typeof(LayerSelectionJsonConverter))]
public sealed record LayerSelection
{
    private readonly Func<int, IEnumerable<int>> _resolve;

    private LayerSelection(string text, Func<int, IEnumerable<int>> resolve)
    {
        Text = text;
        _resolve = resolve;
    }

    /// <summary>The selection as it was written, in its shortest form.</summary>
    public string Text { get; }

    /// <summary>Every block, without the stem.</summary>
    public static LayerSelection All { get; } = new("all", depth => Enumerable.Range(1, depth));

    /// <summary>The deeper half of the blocks: from index depth / 2 on.</summary>
    public static LayerSelection Half { get; } = new("half", depth => Enumerable.Range((depth / 2) + 1, depth - (depth / 2)));

    /// <summary>Reads a selection.</summary>
    /// <param name="text">One of the forms above; a list is written with commas.</param>
    /// <exception cref="FormatException">Not one of the forms.</exception>
    public static LayerSelection Parse(string text)
    {
        string trimmed = text.Trim();
        return trimmed switch
        {
            "all" => All,
            "half" => Half,
            _ when trimmed.StartsWith("last:", StringComparison.Ordinal) => Last(Number(trimmed["last:".Length..], text)),
            _ when trimmed.Split("..") is [string first, string last] => Range(Number(first, text), Number(last, text)),
            _ => Of([.. trimmed.Split(',').Select(part => Number(part, text))]),
        };
    }

    /// <summary>The deepest blocks.</summary>
    /// <param name="count">How many; at least 1.</param>
    public static LayerSelection Last(int count)
    {
        if (count < 1)
        {
            throw new FormatException($"Layers \"last:{count}\" select nothing; write last:1 or more.");
        }

        return new($"last:{count}", depth => count > depth ? [] : Enumerable.Range(depth - count + 1, count));
    }

    /// <summary>Every block from the first to the last, both included.</summary>
    public static LayerSelection Range(int first, int last)
    {
        if (first > last || first < 0)
        {
            throw new FormatException($"Layers \"{first}..{last}\" run backwards or below 0; write the smaller number first.");
        }

        return new($"{first}..{last}", depth => last > depth ? [] : Enumerable.Range(first, last - first + 1));
    }

    /// <summary>Single blocks; a negative number counts from the end, -1 being the last.</summary>
    public static LayerSelection Of(params IReadOnlyList<int> layers) =>
        new(string.Join(",", layers), depth => layers.Select(layer => layer < 0 ? depth + 1 + layer : layer));

    /// <summary>The blocks of a tower of some depth: ascending, distinct, never empty.</summary>
    /// <param name="depth">The tower's number of blocks.</param>
    /// <exception cref="CommSharpException">A block outside the tower, one named twice, or none.</exception>
    public IReadOnlyList<int> Resolve(int depth)
    {
        int[] layers = [.. _resolve(depth)];
        if (layers.Length == 0 || layers.Any(layer => layer < 0 || layer > depth))
        {
            throw new CommSharpException($"Layers \"{Text}\" do not exist in a tower of {depth} blocks (0 is the stem, 1..{depth} the blocks).");
        }

        int[] ordered = [.. layers.Distinct().Order()];
        return ordered.Length == layers.Length
            ? ordered
            : throw new CommSharpException($"Layers \"{Text}\" name a block twice in a tower of {depth} blocks.");
    }

    /// <summary>Two selections are equal when they are written alike.</summary>
    public bool Equals(LayerSelection? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static int Number(string part, string whole) =>
        int.TryParse(part, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"\"{whole}\" is no layer selection; write all, half, -2, 19..24, last:6 or 6,12,18,24.");
}

/// <summary>Reads and writes a <see cref="LayerSelection"/> as its text, or as an array of numbers.</summary>
internal sealed class LayerSelectionJsonConverter : JsonConverter<LayerSelection>
{
    public override LayerSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return LayerSelection.Parse(reader.GetString()!);
                case JsonTokenType.Number:
                    return LayerSelection.Of(reader.GetInt32());
                case JsonTokenType.StartArray:
                    var layers = new List<int>();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        layers.Add(reader.GetInt32());
                    }

                    return LayerSelection.Of(layers);
                default:
                    throw new JsonException("Layers are a text such as \"19..24\" or an array of numbers.");
            }
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, LayerSelection value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
