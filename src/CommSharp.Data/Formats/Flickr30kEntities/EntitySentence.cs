using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Flickr30kEntities;

/// <summary>Words of a sentence that name something, and where it is in the picture.</summary>
/// <param name="Start">Where the words begin in the sentence's text, in characters.</param>
/// <param name="End">Behind the last of them.</param>
/// <param name="EntityId">What is named; sentences of one picture share these ids. "0" stands for what cannot be seen.</param>
/// <param name="Types">What kinds of thing it is: people, clothing, bodyparts, animals, vehicles, instruments, scene, other, notvisual.</param>
/// <param name="Boxes">Where it is, in the order of the annotations; nothing for what has no box, such as a scene.</param>
public sealed record EntityPhrase(int Start, int End, string EntityId, IReadOnlyList<string> Types, IReadOnlyList<PixelBox> Boxes);

/// <summary>A caption of Flickr30k whose phrases are tied to boxes.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="ImageName">The picture's name without its ending.</param>
/// <param name="Index">Which of the picture's captions it is, counted from 0.</param>
/// <param name="Picture">The picture's name below the folder of pictures.</param>
/// <param name="Size">The picture's size as the annotations state it.</param>
/// <param name="Text">The caption without marks.</param>
/// <param name="Phrases">Its phrases in order, which never overlap.</param>
public sealed record EntitySentence(
    DataPlace Place, string ImageName, int Index, string Picture, PictureSize Size, string Text, IReadOnlyList<EntityPhrase> Phrases) : IDataRecord
{
    /// <summary>The picture and the caption's number, as Flickr30k itself writes it: "1000092795.jpg#0".</summary>
    public string? Id => FormattableString.Invariant($"{Picture}#{Index}");

    /// <inheritdoc/>
    public PictureSize? StatedSize => Size;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => Phrases.SelectMany(
        (phrase, i) => phrase.Boxes.Select((box, j) => new RecordBox($"phrases[{i}].boxes[{j}]", box) { Label = Text[phrase.Start..phrase.End] }));

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("sentence", Text)];
}
