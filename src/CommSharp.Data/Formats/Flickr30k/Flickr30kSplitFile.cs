using CommSharp.Checkpoints;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Flickr30k;

/// <summary>Flickr30k's captions as dataset_flickr30k.json of Karpathy, who divided the pictures into train, val and test.</summary>
public static class Flickr30kSplitFile
{
    private static readonly string[] Splits = ["train", "val", "test"];

    /// <summary>Reads the pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">"train", "val" or "test" for the pictures of one; null for all.</param>
    /// <param name="problems">Takes bad pictures; null to stop at the first.</param>
    /// <exception cref="DataException">There is no such split, the file cannot be read, or a bad picture is not borne.</exception>
    public static IEnumerable<Flickr30kPicture> Read(string path, string? split = null, DataProblems? problems = null)
    {
        if (split is not null && !Splits.Contains(split))
        {
            throw new DataException(new DataPlace(path), $"has no split {Printable.Name(split)}; it has train, val and test");
        }

        var sentences = new HashSet<long>();
        var pictures = new HashSet<string>(StringComparer.Ordinal);
        foreach (Flickr30kPicture picture in JsonList.Read(path, "images", record => Parse(record, sentences, pictures), problems))
        {
            if (split is null || picture.Split == split)
            {
                yield return picture;
            }
        }
    }

    private static Flickr30kPicture Parse(JsonField record, HashSet<long> sentences, HashSet<string> pictures)
    {
        string picture = record["filename"].FilledText;
        if (!pictures.Add(picture))
        {
            throw record.Problem($"has the picture {Printable.Name(picture)}, as an earlier record has");
        }

        JsonField split = record["split"];
        if (!Splits.Contains(split.Text))
        {
            throw split.Problem($"is {Printable.Name(split.Text)}; it must be train, val or test");
        }

        IEnumerable<Flickr30kCaption> captions = record["sentences"].Items.Select((sentence, number) => Caption(sentence, number, sentences));
        return Flickr30kPicture.Of(record.Place, picture, split.Text, captions);
    }

    private static Flickr30kCaption Caption(JsonField sentence, int number, HashSet<long> sentences)
    {
        long id = sentence["sentid"].WholeNumber;
        return sentences.Add(id)
            ? new Flickr30kCaption(number, sentence["raw"].FilledText) { Tokens = [.. sentence["tokens"].Items.Select(token => token.Text)] }
            : throw sentence.Problem($"has the id {id}, as an earlier sentence has");
    }
}
