using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Checkpoints;
using CommSharp.Generation;

namespace CommSharp.Cli.Batch;

/// <summary>A line of questions.</summary>
/// <param name="Id">What its writer calls it: a text or a number; null when nothing.</param>
/// <param name="Images">The pictures' paths, in the order in which they are shown before the words.</param>
/// <param name="Text">The words.</param>
/// <param name="Options">How its answer is generated.</param>
/// <param name="Boxes">What is done so that its boxes can be read.</param>
internal sealed record BatchQuestion(JsonElement? Id, IReadOnlyList<string> Images, string Text, GenerationOptions Options, BoxGuidance Boxes)
{
    private const string Members = "id, image, images, question, boxes, maxTokens, temperature, topP, topK, repetitionPenalty, seed and stop";

    /// <summary>Reads a line.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="options">What applies where the line says nothing.</param>
    /// <param name="boxes">As <paramref name="options"/>.</param>
    /// <exception cref="CommSharpException">It is no question; says why.</exception>
    public static BatchQuestion Read(string json, GenerationOptions options, BoxGuidance boxes)
    {
        JsonElement line = Parse(json);
        var question = new BatchQuestion(null, [], "", options, boxes);
        foreach (JsonProperty member in line.EnumerateObject())
        {
            question = question.With(member.Name, member.Value);
        }

        question.Options.Validate();
        return string.IsNullOrWhiteSpace(question.Text) && question.Images.Count == 0
            ? throw new CommSharpException("has neither a question nor an image.")
            : question;
    }

    /// <summary>A line's id, whatever is wrong with the rest; null when there is none.</summary>
    public static JsonElement? IdOf(string json)
    {
        try
        {
            return Parse(json).TryGetProperty("id", out JsonElement id) && IsId(id) ? id : null;
        }
        catch (CommSharpException)
        {
            return null;
        }
    }

    private static bool IsId(JsonElement value) => value.ValueKind == JsonValueKind.Number || TextOf(value) is not null;

    /// <summary>A string's text; null of anything else, and where escapes stand for half a character, which no text may hold.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new CommSharpException("is no JSON object.");
        }
        catch (JsonException error)
        {
            throw new CommSharpException("is not valid JSON.", error);
        }
    }

    private BatchQuestion With(string member, JsonElement value) => member switch
    {
        "id" => IsId(value) ? this with { Id = value } : throw Wrong(member, "a text or a number"),
        "image" => this with { Images = [.. Images, ReadPath(member, value)] },
        "images" => this with { Images = [.. Images, .. List(member, value, ReadPath)] },
        "question" => this with { Text = ReadText(member, value) },
        "boxes" => this with { Boxes = Guidance(value) },
        "maxTokens" => this with { Options = Options with { MaxTokens = Whole(member, value) } },
        "temperature" => this with { Options = Options with { Temperature = Real(member, value) } },
        "topP" => this with { Options = Options with { TopP = Real(member, value) } },
        "topK" => this with { Options = Options with { TopK = Whole(member, value) } },
        "repetitionPenalty" => this with { Options = Options with { RepetitionPenalty = Real(member, value) } },
        "seed" => this with { Options = Options with { Seed = Seed(value) } },
        "stop" => this with { Options = Options with { Stop = List(member, value, ReadText) } },
        _ => throw new CommSharpException($"has the member {Printable.Name(member)}, which is not known; known are {Members}."),
    };

    private static string ReadText(string member, JsonElement value) => TextOf(value) ?? throw Wrong(member, "a text");

    private static string ReadPath(string member, JsonElement value) =>
        ReadText(member, value) is { } path && !path.Contains('\0', StringComparison.Ordinal) ? path : throw Wrong(member, "a path");

    private static string[] List(string member, JsonElement value, Func<string, JsonElement, string> read) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(text => read(member, text))]
        : throw Wrong(member, "a list of texts");

    private static double Real(string member, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : throw Wrong(member, "a number");

    private static int Whole(string member, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(member, "a whole number");

    private static ulong Seed(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : throw Wrong("seed", "a whole number from 0");

    private static BoxGuidance Guidance(JsonElement value) => TextOf(value) switch
    {
        "none" => BoxGuidance.None,
        "constrained" => BoxGuidance.Constrained,
        "only" => BoxGuidance.Only,
        _ => throw Wrong("boxes", "none, constrained or only"),
    };

    private static CommSharpException Wrong(string member, string wanted) => new($"has a member \"{member}\" that is not {wanted}.");
}
