namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>An annotation and its number in the split, counted from 0 over all names of the list, also those that are left out.</summary>
internal sealed record NumberedAnnotation(int Number, PascalVocAnnotation Annotation)
{
    private readonly ILookup<string, PascalVocObject> _byClass = Annotation.Objects.ToLookup(each => each.Name, StringComparer.Ordinal);

    /// <summary>The classes that are there, in the words' order.</summary>
    public IReadOnlyList<string> Classes(ClassWords words) => words.InOrder(_byClass.Select(group => group.Key));

    /// <summary>The objects of a class; none where it is not there.</summary>
    public PascalVocObject[] Of(string name) => [.. _byClass[name]];

    /// <summary>Whether one of a class is difficult.</summary>
    public bool HasDifficult(string name) => _byClass[name].Any(each => each.IsDifficult == true);

    /// <summary>A question about it, without words and answer.</summary>
    public PascalVocQuestion Ask(PascalVocQuestionKind kind, string? name) => new()
    {
        Place = Annotation.Place,
        Id = name is null ? Annotation.Name : $"{Annotation.Name}/{name}",
        Picture = Annotation.Picture,
        Size = Annotation.Size,
        PictureNumber = Number,
        Kind = kind,
        Class = name,
    };
}
