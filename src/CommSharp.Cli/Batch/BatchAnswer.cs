using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommSharp.Answering;
using CommSharp.Cli.Asking;

namespace CommSharp.Cli.Batch;

/// <summary>A line of answers: what was asked and answered, or why it was not.</summary>
internal sealed record BatchAnswer(
    int Line,
    JsonElement? Id,
    IReadOnlyList<string>? Images = null,
    string? Question = null,
    string? Text = null,
    IReadOnlyList<PhraseReport>? Phrases = null,
    IReadOnlyList<string>? Problems = null,
    string? Finish = null,
    AnswerUsage? Usage = null,
    string? Error = null)
{
    public static BatchAnswer Of(int line, BatchQuestion question, Answer answer)
    {
        var report = AnswerReport.Of(question.Text, answer);
        return new BatchAnswer(
            line, question.Id, question.Images, question.Text, report.Text, report.Phrases, report.Problems, report.Finish, report.Usage);
    }
}

/// <summary>The JSON of lines of answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchAnswer))]
internal sealed partial class BatchJson : JsonSerializerContext
{
    // Files of lines are read by programs and people, never put into a web page, so only what JSON itself asks for is escaped.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line and its end, as UTF-8.</summary>
    public static byte[] Line(BatchAnswer answer)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line, Plain))
        {
            JsonSerializer.Serialize(writer, answer, Default.BatchAnswer);
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
