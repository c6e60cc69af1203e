using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>The objects of a picture of GQA.</summary>
public sealed record SceneGraph : ShikraRecord
{
    /// <summary>The objects' boxes by the objects' ids.</summary>
    public required IReadOnlyDictionary<string, PixelBox> Objects { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => Objects.Select(each => new RecordBox($"objects.{each.Key}", each.Value) { Label = each.Key });

    /// <summary>The box of an object that a question names.</summary>
    /// <param name="id">The object's id.</param>
    /// <param name="asker">Where it is named, for errors.</param>
    /// <exception cref="DataException">The picture has no such object.</exception>
    public PixelBox Find(string id, DataPlace asker) => Objects.TryGetValue(id, out PixelBox box)
        ? box
        : throw new DataException(asker, $"names the object {Checkpoints.Printable.Name(id)}, which the scene graph at {Place} does not have");

    internal static SceneGraph From(JsonField line)
    {
        string image = line["imageId"].Identity;
        return new()
        {
            Place = line.Place,
            Id = image,
            Picture = image + ".jpg",
            StatedSize = line.StatedSize,
            Objects = line["objects"].Members.ToDictionary(each => each.Name, each => BoxOf(each.Field), StringComparer.Ordinal),
        };
    }

    private static PixelBox BoxOf(JsonField thing)
    {
        (double x, double y, double width, double height) = (thing["x"].Number, thing["y"].Number, thing["w"].Number, thing["h"].Number);
        return width >= 0 && height >= 0
            ? new PixelBox(x, y, x + width, y + height)
            : throw thing.Problem("is no box: its width or height is negative");
    }
}
