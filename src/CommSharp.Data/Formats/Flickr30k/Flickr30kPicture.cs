using CommSharp.Checkpoints;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Flickr30k;

/// <summary>A caption of Flickr30k.</summary>
/// <param name="Number">0 to 4.</param>
/// <param name="Text">What it says, with blanks around its punctuation as published.</param>
public sealed record Flickr30kCaption(int Number, string Text)
{
    /// <summary>Its words as Karpathy's file has them; null in the other files.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>Whether its row lacks the separator before the caption, as one row of the published results.csv does.</summary>
    public bool LacksSeparator { get; init; }
}

/// <summary>A picture of Flickr30k with its five captions, out of any of the files that have them.</summary>
/// <param name="Place">Where it stands; of several lines the first.</param>
/// <param name="Picture">The picture's file.</param>
/// <param name="Split">"train", "val" or "test"; null in files without splits.</param>
/// <param name="Captions">The captions, by number.</param>
public sealed record Flickr30kPicture(DataPlace Place, string Picture, string? Split, IReadOnlyList<Flickr30kCaption> Captions) : IDataRecord
{
    /// <summary>How many captions each picture has. Fewer in a file of lines show that it was cut.</summary>
    public const int CaptionCount = 5;

    /// <inheritdoc/>
    public string Id => Picture;

    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => Captions.Select(caption => new RecordText($"caption {caption.Number}", caption.Text));

    /// <summary>Makes a picture of captions in any order.</summary>
    /// <exception cref="DataException">These are not the captions 0 to 4.</exception>
    internal static Flickr30kPicture Of(DataPlace place, string picture, string? split, IEnumerable<Flickr30kCaption> captions)
    {
        Flickr30kCaption[] ordered = [.. captions.OrderBy(caption => caption.Number)];
        return ordered.Select(caption => caption.Number).SequenceEqual(Enumerable.Range(0, CaptionCount))
            ? new Flickr30kPicture(place, picture, split, ordered)
            : throw new DataException(
                place,
                $"has captions {string.Join(", ", ordered.Select(caption => caption.Number))} of {Printable.Name(picture)}; "
                + $"each picture has 0 to {CaptionCount - 1}: was the file cut off, or a line lost?");
    }
}
