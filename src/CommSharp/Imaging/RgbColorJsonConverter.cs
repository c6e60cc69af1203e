using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommSharp.Imaging;

/// <summary>A colour by its name where it has one, otherwise as its three numbers.</summary>
internal sealed class RgbColorJsonConverter : JsonConverter<RgbColor>
{
    private const string Forms = "a colour is \"mean\", \"white\", \"black\" or three whole numbers [red, green, blue] of 0 to 255";

    private static readonly (string Name, RgbColor Color)[] Named =
        [("mean", RgbColor.Mean), ("white", RgbColor.White), ("black", RgbColor.Black)];

    public override RgbColor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            string? name = reader.GetString();
            foreach ((string known, RgbColor color) in Named)
            {
                if (known == name)
                {
                    return color;
                }
            }

            throw new JsonException(Forms);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException(Forms);
        }

        var read = new RgbColor(Component(ref reader), Component(ref reader), Component(ref reader));
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? read : throw new JsonException(Forms);
    }

    public override void Write(Utf8JsonWriter writer, RgbColor value, JsonSerializerOptions options)
    {
        if (Array.Find(Named, named => named.Color == value).Name is { } name)
        {
            writer.WriteStringValue(name);
            return;
        }

        writer.WriteStartArray();
        writer.WriteNumberValue(value.Red);
        writer.WriteNumberValue(value.Green);
        writer.WriteNumberValue(value.Blue);
        writer.WriteEndArray();
    }

    private static byte Component(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out byte value) ? value : throw new JsonException(Forms);
}
