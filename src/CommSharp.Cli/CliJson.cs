using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Bench;
using CommSharp.Cli.Commands;
using CommSharp.Cli.Commands.Data;
using CommSharp.Cli.Doctor;
using CommSharp.Cli.Parity;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Captions;
using CommSharp.Evaluation.Metrics.Mme;
using CommSharp.Evaluation.Metrics.Pope;
using CommSharp.Evaluation.Metrics.Rec;
using CommSharp.Evaluation.Metrics.Vqa;
using CommSharp.Evaluation.Metrics.YesNo;
using CommSharp.Multimodal.Converting;
using CommSharp.Runtime;

namespace CommSharp.Cli;

/// <summary>The JSON that --json writes: one line for each verb's result.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCaseEnumConverter<CheckState>), typeof(CamelCaseEnumConverter<LibTorchSource>), typeof(CamelCaseEnumConverter<YesNoAnswer>)],
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DataCheckReport))]
[JsonSerializable(typeof(DataRenderReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ParityReport))]
[JsonSerializable(typeof(InspectReport))]
[JsonSerializable(typeof(ConversionReport))]
[JsonSerializable(typeof(FeaturesReport))]
[JsonSerializable(typeof(ComposeReport))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(AskReport))]
[JsonSerializable(typeof(BatchReport))]
[JsonSerializable(typeof(GroundReport))]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(ServeReport))]
[JsonSerializable(typeof(EvalReport))]
[JsonSerializable(typeof(TrainReport))]
[JsonSerializable(typeof(PretrainReport))]
[JsonSerializable(typeof(ChatReport))]
[JsonSerializable(typeof(ScoreSheet))]
[JsonSerializable(typeof(VqaItemScore))]
[JsonSerializable(typeof(CaptionItemScore))]
[JsonSerializable(typeof(PopeItemScore))]
[JsonSerializable(typeof(MmeItemScore))]
[JsonSerializable(typeof(RecItemScore))]
internal sealed partial class CliJson : JsonSerializerContext
{
    // The text goes to a terminal or a file, never into a web page, so only what JSON itself asks for is escaped.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions OneLine = Readable with { Indented = false };

    public static string Text<T>(T value, JsonTypeInfo<T> contract) => Text(value, contract, Readable);

    /// <summary>As <see cref="Text{T}(T, JsonTypeInfo{T})"/> on one line, for a program that reads lines.</summary>
    public static string Line<T>(T value, JsonTypeInfo<T> contract) => Text(value, contract, OneLine);

    private static string Text<T>(T value, JsonTypeInfo<T> contract, JsonWriterOptions form)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, form))
        {
            JsonSerializer.Serialize(writer, value, contract);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>Writes the members of enumerations as "runtimeConfiguration", like all other names.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
    where TEnum : struct, Enum;
