using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Training.Tracking.Cards;

namespace CommSharp.Training.Tracking.Logs;

/// <summary>
/// The JSON of logs and cards. Every member is a constructor's, so generated code forgets no default (docs/decisions/0003). A loss that is no number is
/// written as "NaN", which a log of a training that goes wrong must be able to say.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrainingRecord))]
[JsonSerializable(typeof(ReproducibilityCard))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TrackingJson : JsonSerializerContext
{
    // These are files, never part of a web page.
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Readable = OneLine with { Indented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>A line of a log with its end, as UTF-8.</summary>
    public static byte[] Line(TrainingRecord record) => Bytes(record, Default.TrainingRecord, OneLine);

    /// <summary>A card to read.</summary>
    public static string Page(ReproducibilityCard card) => Encoding.UTF8.GetString(Bytes(card, Default.ReproducibilityCard, Readable));

    /// <summary>A part of a card to read.</summary>
    public static string Page(JsonElement part) => Encoding.UTF8.GetString(Bytes(part, Default.JsonElement, Readable));

    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> contract, JsonWriterOptions options)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            JsonSerializer.Serialize(writer, value, contract);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
