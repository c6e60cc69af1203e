using System.Text.Json.Serialization;

namespace CommSharp.Training.Recipes;

/// <summary>Samples of one or more data sets: a tree whose leaves are data sets.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DatasetPart), "dataset")]
[JsonDerivedType(typeof(ConcatPart), "concat")]
[JsonDerivedType(typeof(InterleavePart), "interleave")]
[JsonDerivedType(typeof(ConversationPart), "conversations")]
public abstract record DataMixture
{
    /// <summary>The share of the samples that is taken, drawn anew for each epoch; 1 for all, 3 for each three times.</summary>
    public double Portion { get; init; } = 1;
}

/// <summary>One data set, asked in one way.</summary>
public sealed record DatasetPart : DataMixture
{
    /// <summary>What reports call it; the format and the task when null.</summary>
    public string? Name { get; init; }

    /// <summary>How it is stored: a name that <c>commsharp data check</c> knows.</summary>
    public required string Format { get; init; }

    /// <summary>The file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>The folder of its pictures; that of <see cref="Path"/>, or JPEGImages in it, when null.</summary>
    public string? Pictures { get; init; }

    /// <summary>The split, where the format has several; all when null.</summary>
    public string? Split { get; init; }

    /// <summary>What is asked, such as "rec"; what the format is mostly used for when null.</summary>
    public string? Task { get; init; }

    /// <summary>A file of wordings, one a line; the built-in ones when null.</summary>
    public string? Templates { get; init; }

    /// <summary>Only the first so many records; all when null.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// With <see cref="Keep"/>: of the first <see cref="Limit"/> records only those whose number, from 0, modulo this is kept, so that another part of the
    /// recipe can take the others; all when null.
    /// </summary>
    public int? Every { get; init; }

    /// <summary>The remainders that are kept, 0 to below <see cref="Every"/>; see <see cref="Every"/>.</summary>
    public IReadOnlyList<int>? Keep { get; init; }
}

/// <summary>All samples of every part, once an epoch.</summary>
public sealed record ConcatPart : DataMixture
{
    /// <summary>The parts.</summary>
    public required IReadOnlyList<DataMixture> Parts { get; init; }
}

/// <summary>
/// Samples of every part as often as its weight says, in any order, until the first part is used up. How many each part gives is the same in every
/// epoch; which they are is drawn anew.
/// </summary>
public sealed record InterleavePart : DataMixture
{
    /// <summary>The parts.</summary>
    public required IReadOnlyList<DataMixture> Parts { get; init; }

    /// <summary>How often each is drawn, one number a part; brought to a sum of 1. All alike when null.</summary>
    public IReadOnlyList<double>? Weights { get; init; }
}

/// <summary>
/// A conversation about every picture: questions of all parts about it, drawn anew in every epoch, asked one after the other. They share the picture's
/// tokens, which are most of a short sample.
/// </summary>
public sealed record ConversationPart : DataMixture
{
    /// <summary>The data sets, which are about the same pictures; of each all samples are taken, and one that is named twice comes up twice as often.</summary>
    public required IReadOnlyList<DataMixture> Parts { get; init; }

    /// <summary>The most questions of a conversation.</summary>
    public int Turns { get; init; } = 8;

    /// <summary>
    /// Whether questions share the picture's tokens and nothing else: each sees the picture and itself, as if it were asked alone. What one answer says about the picture
    /// then spares no other question looking.
    /// </summary>
    public bool Apart { get; init; }
}
