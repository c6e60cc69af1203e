using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation;

/// <summary>The JSON of logs and results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LoggedAnswer))]
[JsonSerializable(typeof(SampleRecord))]
[JsonSerializable(typeof(RunIdentity))]
[JsonSerializable(typeof(EvaluationResult))]
internal sealed partial class EvaluationJson : JsonSerializerContext
{
    // These are files, never part of a web page.
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Readable = OneLine with { Indented = true, IndentSize = 2, NewLine = "\n" };

    public static string Line(LoggedAnswer answer) => Text(answer, Default.LoggedAnswer, OneLine);

    public static string Line(SampleRecord sample) => Text(sample, Default.SampleRecord, OneLine);

    public static string Page<T>(T value, JsonTypeInfo<T> contract) => Text(value, contract, Readable) + "\n";

    private static string Text<T>(T value, JsonTypeInfo<T> contract, JsonWriterOptions options)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            JsonSerializer.Serialize(writer, value, contract);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
