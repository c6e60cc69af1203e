using CommSharp.Checkpoints;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Flickr30kEntities;

/// <summary>
/// Reads Flickr30k Entities: Sentences with a text file and Annotations with an XML file for each picture, and lists of pictures (train.txt, val.txt,
/// test.txt) beside them. Pictures are read one by one.
/// </summary>
public static class Flickr30kEntitiesFolder
{
    private const string SentenceEnding = ".txt";
    private const int MostSentences = 1000;     // of one picture, which has five
    private const int LongestSentence = 10_000; // characters

    /// <summary>Reads the sentences: of all pictures in the order of their names, or of a split in its order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">A list beside the folders without its ending, such as "train"; null for all pictures.</param>
    /// <param name="problems">Takes bad pictures and sentences; null to stop at the first.</param>
    /// <exception cref="DataException">The folder or the list cannot be read, or a bad picture or sentence is not borne.</exception>
    public static IEnumerable<EntitySentence> Read(string folder, string? split = null, DataProblems? problems = null)
    {
        IEnumerable<ListedImage> images = split is null
            ? ImageList.All(Path.Combine(folder, "Sentences"), SentenceEnding)
            : ImageList.Read(folder, split, hasClassColumn: false, problems);
        return DataProblems.Read(images, image => ReadImage(folder, image.Name), problems)
            .SelectMany(image => DataProblems.Read(image.Lines, line => ReadSentence(line, image), problems));
    }

    private static Image ReadImage(string folder, string name)
    {
        EntityAnnotation annotation = EntityAnnotation.Read(Path.Combine(folder, "Annotations", name + AnnotationXml.Ending), name);
        string sentences = Path.Combine(folder, "Sentences", name + SentenceEnding);
        TextLine[] lines = [.. TextLines.Read(sentences).Take(MostSentences + 1)];
        return lines.Length is > 0 and <= MostSentences
            ? new Image(name, annotation, lines)
            : throw new DataException(
                new DataPlace(sentences), lines.Length == 0 ? "holds no sentence" : $"holds more than {MostSentences} sentences; a picture has five");
    }

    private static EntitySentence ReadSentence(TextLine line, Image image)
    {
        if (line.Text.Length > LongestSentence)
        {
            throw new DataException(line.Place, $"is longer than {LongestSentence} characters; this is no sentence");
        }

        (string text, IReadOnlyList<MarkedPhrase> marked) = EntityMarkup.Parse(line.Text.Trim(), line.Place);
        EntityPhrase[] phrases = [.. marked.Select((phrase, i) => WithBoxes(phrase, image.Annotation, line.Place.Of($"phrases[{i}]")))];
        return new EntitySentence(line.Place, image.Name, line.Place.Line!.Value - 1, image.Annotation.Picture, image.Annotation.Size, text, phrases);
    }

    private static EntityPhrase WithBoxes(MarkedPhrase phrase, EntityAnnotation annotation, DataPlace place)
    {
        IReadOnlyList<PixelBox> boxes = annotation.Entities.TryGetValue(phrase.EntityId, out List<PixelBox>? found) ? found
            : phrase.EntityId == EntityAnnotation.NotVisual ? []
            : throw new DataException(
                place, $"names the entity {Printable.Name(phrase.EntityId)}, which the annotation of {Printable.Name(annotation.Picture)} does not have");
        return new EntityPhrase(phrase.Start, phrase.End, phrase.EntityId, phrase.Types, boxes);
    }

    private sealed record Image(string Name, EntityAnnotation Annotation, TextLine[] Lines);
}
