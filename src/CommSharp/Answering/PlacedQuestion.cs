using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CommSharp.Checkpoints;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Answering;

/// <summary>
/// A question that names places in a picture by pixels of the original: "What is at &lt;point 120,80&gt;?", "Who stands beside
/// &lt;box 10,20,110,220&gt;?". A model reads places in its own square and its own notation, so the marks are rewritten for it. Pixels are counted
/// from the left and upper edge, decimals with a point are allowed, and so are blanks after commas. "&lt;box&gt;" and "&lt;point&gt;" without numbers
/// are ordinary text.
/// </summary>
public sealed partial class PlacedQuestion
{
    private const string BoxForm = "<box LEFT,TOP,RIGHT,BOTTOM>";

    private readonly IReadOnlyList<Place> _places;

    private PlacedQuestion(string text, IReadOnlyList<Place> places) => (Text, _places) = (text, places);

    /// <summary>The question as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it names any place.</summary>
    public bool HasPlaces => _places.Count > 0;

    /// <summary>Reads a question.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <exception cref="CommSharpException">A mark that begins like a place and is none; names it.</exception>
    public static PlacedQuestion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PlacedQuestion(text, [.. Mark.Matches(text).Select(Read)]);
    }

    /// <summary>Refuses places outside of a picture; to be asked before a model is loaded.</summary>
    /// <param name="width">The picture's width in pixels, upright; null without a picture.</param>
    /// <param name="height">The picture's height in pixels, upright; null without a picture.</param>
    /// <exception cref="CommSharpException">A place lies outside of the picture, or there is none.</exception>
    public void RequireWithin(int? width, int? height)
    {
        foreach (Place place in _places)
        {
            if (width is not { } right || height is not { } bottom)
            {
                throw new CommSharpException($"{place.Written}: there is no picture that it could be in; show one first.");
            }

            PixelBox box = place.Box;
            if (box.X1 < 0 || box.Y1 < 0 || box.X2 > right || box.Y2 > bottom)
            {
                throw new CommSharpException($"{place.Written} lies outside of the picture, which has {right} x {bottom} pixels.");
            }
        }
    }

    /// <summary>The question as the model reads it.</summary>
    /// <param name="format">How the model writes boxes and points.</param>
    /// <param name="geometry">What is done to the picture that the places are in; null without a picture. A box that is seen in part is written as
    /// the part that is seen.</param>
    /// <exception cref="CommSharpException">A place lies outside of the picture or of what the model sees of it, or there is no picture.</exception>
    public string Write(BoxFormat format, ImageGeometry? geometry)
    {
        RequireWithin(geometry?.Width, geometry?.Height);
        var written = new StringBuilder();
        int end = 0;
        foreach (Place place in _places)
        {
            written.Append(Text, end, place.Start - end).Append(Write(place, format, geometry!));
            end = place.Start + place.Written.Length;
        }

        return written.Append(Text, end, Text.Length - end).ToString();
    }

    private static string Write(Place place, BoxFormat format, ImageGeometry geometry)
    {
        NormalizedPoint point = geometry.ToModel(new PixelPoint(place.Box.X1, place.Box.Y1));
        bool isSeen = place.IsPoint ? point.IsWithinPicture() : geometry.VisibleFractionOf(place.Box) > 0;
        return !isSeen
            ? throw new CommSharpException(
                $"{place.Written}: the model sees the middle of this picture only, and this lies beside it; have the whole picture fitted (pad).")
            : place.IsPoint ? format.Write(point) : format.Write(geometry.ToModel(place.Box));
    }

    private static Place Read(Match mark)
    {
        bool isPoint = mark.Groups["kind"].Value == "point";
        double[] values = [.. mark.Groups["numbers"].Value.Split(',').Select(Number)];
        bool isWhole = mark.Groups["end"].Success && values.All(double.IsFinite) && values.Length == (isPoint ? 2 : 4);
        if (!isWhole)
        {
            string wanted = isPoint ? "point: write <point X,Y>, such as <point 120,80>" : $"box: write {BoxForm}, such as <box 10,20,110,220>";
            throw new CommSharpException($"{Printable.Name(mark.Value)} is no {wanted}, in pixels.");
        }

        PixelBox box = isPoint ? new PixelBox(values[0], values[1], values[0], values[1]) : new PixelBox(values[0], values[1], values[2], values[3]);
        return isPoint || (box.X1 < box.X2 && box.Y1 < box.Y2)
            ? new Place(mark.Index, mark.Value, isPoint, box)
            : throw new CommSharpException($"{Printable.Name(mark.Value)} has no area, or its corners are reversed; write {BoxForm}, in pixels.");
    }

    private static double Number(string text)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return double.TryParse(text.Trim(), Styles, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
    }

    [GeneratedRegex(@"<(?<kind>point|box)\s(?<numbers>[^<>]*)(?<end>>)?")]
    private static partial Regex Mark { get; }

    /// <summary>A place in the picture's pixels; a point is a box without area.</summary>
    private sealed record Place(int Start, string Written, bool IsPoint, PixelBox Box);
}
