using System.Text;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tasks;

/// <summary>What one side says at a time, with boxes and points in pixels.</summary>
/// <param name="Role">Who says it.</param>
/// <param name="Parts">Words, the picture, boxes and points in their order.</param>
public sealed record SampleTurn(TurnRole Role, IReadOnlyList<SamplePart> Parts)
{
    /// <summary>
    /// What in the picture the turn speaks of, where the record says more of it than the words do: for "How many stars are there?" every star. Null where nobody knows; empty
    /// where nothing is there of what was asked. It is never written; a training with guidance shows it to the model.
    /// </summary>
    public IReadOnlyList<PixelBox>? Evidence { get; init; }

    /// <summary>The number of pictures.</summary>
    public int ImageCount => Parts.Count(part => part is SampleImage);

    /// <summary>A turn of the user.</summary>
    public static SampleTurn User(params IReadOnlyList<SamplePart> parts) => new(TurnRole.User, parts);

    /// <summary>A turn of the model.</summary>
    public static SampleTurn Assistant(params IReadOnlyList<SamplePart> parts) => new(TurnRole.Assistant, parts);

    /// <summary>The same with every box and point moved, as an augmentation of the picture moves them.</summary>
    public SampleTurn Map(Func<PixelBox, PixelBox> box, Func<PixelPoint, PixelPoint> point) => this with
    {
        Parts =
        [
            .. Parts.Select(part => part switch
            {
                SampleBoxes boxes => boxes with { Boxes = [.. boxes.Boxes.Select(box)] },
                SampleText { Phrases.Count: > 0 } text => text with { Phrases = [.. text.Phrases.Select(phrase => phrase with { Boxes = [.. phrase.Boxes.Select(box)] })] },
                SamplePoints points => points with { Points = [.. points.Points.Select(point)] },
                _ => part,
            }),
        ],
        Evidence = Evidence is null ? null : [.. Evidence.Select(box)],
    };

    /// <summary>The same in words that speak of a picture that was shown before.</summary>
    public SampleTurn WithoutPicture()
    {
        var parts = new List<SamplePart>();
        bool wasFirst = false;
        foreach ((int i, SamplePart part) in Parts.Index())
        {
            if (part is SampleImage)
            {
                wasFirst = i == 0;
                parts.AddRange(wasFirst ? [] : [new SampleText("the picture")]);
            }
            else
            {
                parts.Add(wasFirst && part is SampleText text ? text with { Text = text.Text.TrimStart() } : part);
                wasFirst = false;
            }
        }

        return this with { Parts = parts };
    }

    /// <summary>The turn as a model reads it.</summary>
    /// <param name="format">How the model writes boxes.</param>
    /// <param name="geometry">What was done to the picture; null for a turn without boxes and points.</param>
    /// <exception cref="ArgumentNullException">The turn has boxes or points, but there is no geometry.</exception>
    public Turn Write(BoxFormat format, ImageGeometry? geometry)
    {
        var parts = new List<TurnPart>();
        var text = new StringBuilder();
        foreach (SamplePart part in Parts)
        {
            if (part is SampleImage)
            {
                EndText(text, parts);
                parts.Add(new ImagePart());
            }
            else
            {
                text.Append(TextOf(part, format, geometry));
            }
        }

        EndText(text, parts);
        return new Turn(Role, parts);
    }

    private static void EndText(StringBuilder text, List<TurnPart> parts)
    {
        if (text.Length > 0)
        {
            parts.Add(new TextPart(text.ToString()));
            text.Clear();
        }
    }

    private static string TextOf(SamplePart part, BoxFormat format, ImageGeometry? geometry)
    {
        if (part is SampleText words)
        {
            return words.Text;
        }

        ArgumentNullException.ThrowIfNull(geometry);
        return part switch
        {
            SampleBoxes { Phrase: "" } boxes => format.Write([.. boxes.Boxes.Select(geometry.ToModel)]),
            SampleBoxes boxes => format.Write(boxes.Phrase, [.. boxes.Boxes.Select(geometry.ToModel)]),
            SamplePoints { Phrase: "" } points => format.Write([.. points.Points.Select(geometry.ToModel)]),
            SamplePoints points => format.Write(points.Phrase, [.. points.Points.Select(geometry.ToModel)]),
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Unknown part."),
        };
    }
}
