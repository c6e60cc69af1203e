using System.Text.Json.Serialization;
using CommSharp.Chat;
using CommSharp.Grounding;
using CommSharp.Imaging;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Completions;

/// <summary>
/// What an answer says of a picture, or what of it could not be read. Spans (start included, end not) count the UTF-16 units of the answer's whole
/// text, in streamed answers too.
/// </summary>
internal sealed record WireAnnotation
{
    /// <summary>box, point or box_problem.</summary>
    public required string Type { get; init; }

    /// <summary>The words that the place belongs to; empty when no words stand before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phrase { get; init; }

    /// <summary>Where those words stand in the text; of a problem, where it stands.</summary>
    public int Start { get; init; }

    public int End { get; init; }

    /// <summary>Where the numbers stand in the text; cut them out for text without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MarkStart { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MarkEnd { get; init; }

    /// <summary>A box in the model's square, 0..1: left, top, right, bottom.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[]? Normalized { get; init; }

    /// <summary>In pixels of the original picture: four numbers of a box, two of a point.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[]? Pixels { get; init; }

    /// <summary>The picture, counted from 0 in the conversation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ImageIndex { get; init; }

    /// <summary>How probable the model held the numbers, in 0..1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Confidence { get; init; }

    /// <summary>What is wrong with a problem.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>The annotations of contents, in their order.</summary>
    public static IReadOnlyList<WireAnnotation> Of(IEnumerable<AIContent> contents) =>
        [.. contents.SelectMany(content => content.Annotations ?? []).Select(Of).OfType<WireAnnotation>()];

    public static double[] Numbers(NormalizedBox box) => [box.X1, box.Y1, box.X2, box.Y2];

    public static double[] Numbers(PixelBox box) => [box.X1, box.Y1, box.X2, box.Y2];

    private static WireAnnotation? Of(AIAnnotation annotation)
    {
        TextSpanAnnotatedRegion? span = annotation.AnnotatedRegions?.OfType<TextSpanAnnotatedRegion>().FirstOrDefault();
        int start = span?.StartIndex ?? 0, end = span?.EndIndex ?? 0;
        return annotation switch
        {
            BoxAnnotation box => new WireAnnotation
            {
                Type = "box",
                Phrase = box.Phrase,
                Start = start,
                End = end,
                MarkStart = box.Mark.Start,
                MarkEnd = box.Mark.End,
                Normalized = Numbers(box.Box),
                Pixels = Numbers(box.Pixels),
                ImageIndex = box.ImageIndex,
                Confidence = box.Confidence,
            },
            PointAnnotation point => new WireAnnotation
            {
                Type = "point",
                Phrase = point.Phrase,
                Start = start,
                End = end,
                MarkStart = point.Mark.Start,
                MarkEnd = point.Mark.End,
                Pixels = [point.Pixels.X, point.Pixels.Y],
                ImageIndex = point.ImageIndex,
                Confidence = point.Confidence,
            },
            BoxProblemAnnotation problem => new WireAnnotation { Type = "box_problem", Message = problem.Message, Start = start, End = end },
            _ => null,
        };
    }
}
