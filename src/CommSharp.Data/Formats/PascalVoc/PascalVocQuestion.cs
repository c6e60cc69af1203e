using CommSharp.Imaging;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>What can be asked about a picture whose objects have boxes and classes.</summary>
public enum PascalVocQuestionKind
{
    /// <summary>Where the only object of a class is ("rec").</summary>
    Referring,

    /// <summary>Where all objects of a class are ("detect").</summary>
    Detection,

    /// <summary>Of what class the object in a box is ("reg").</summary>
    Region,

    /// <summary>How many objects of a class there are ("count").</summary>
    Counting,

    /// <summary>Whether there is an object of a class ("presence").</summary>
    Presence,

    /// <summary>How many objects of which classes there are, in a sentence ("caption").</summary>
    Caption,
}

/// <summary>A question about a picture of Pascal VOC with its right answer, made of the annotation. One annotation makes several.</summary>
public sealed record PascalVocQuestion : IDataRecord
{
    /// <inheritdoc/>
    public required DataPlace Place { get; init; }

    /// <summary>What no other question of its kind is called: the annotation's name, and behind a "/" the class, or for a region the object's number.</summary>
    public required string Id { get; init; }

    /// <summary>The picture's name below JPEGImages.</summary>
    public required string Picture { get; init; }

    /// <summary>The picture's size as the annotation states it.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>The picture's number in its split, counted from 0; all questions about a picture have the same, so that it can be held back whole.</summary>
    public required int PictureNumber { get; init; }

    /// <summary>What is asked.</summary>
    public required PascalVocQuestionKind Kind { get; init; }

    /// <summary>The class as the annotation names it; null for a caption, which is of all classes.</summary>
    public string? Class { get; init; }

    /// <summary>What is asked for, in words: "the white blood cell", "all platelets", "platelets"; null for a region and a caption.</summary>
    public string? Words { get; init; }

    /// <summary>The boxes that are the answer, or the one that is asked about.</summary>
    public IReadOnlyList<PixelBox> Regions { get; init; } = [];

    /// <summary>The boxes of what is counted or looked for, those of all objects of the class; null for other kinds, whose answer or question holds the boxes.</summary>
    public IReadOnlyList<PixelBox>? Evidence { get; init; }

    /// <summary>The answer in words: a class in words, a number in digits, "yes" or "no", a caption; null where the boxes are the answer.</summary>
    public string? Answer { get; init; }

    /// <inheritdoc/>
    public PictureSize? StatedSize => Size;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes =>
        Regions.Select((box, i) => new RecordBox(Kind == PascalVocQuestionKind.Detection ? $"bndbox[{i}]" : "bndbox", box) { Label = Words ?? Answer });

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts =>
        new[] { ("asked", Words), ("answer", Answer) }.Where(text => text.Item2 is not null).Select(text => new RecordText(text.Item1, text.Item2!));
}
