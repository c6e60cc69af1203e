using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>Which questions are made.</summary>
public sealed record PascalVocQuestionOptions
{
    /// <summary>How many boxes are asked for at most where nobody says it.</summary>
    public const int UsualMostBoxes = 8;

    /// <summary>The split; null for all annotations.</summary>
    public string? Split { get; init; }

    /// <summary>
    /// Whether a picture is taken, by its number in the split, counted from 0; all are when null. The annotations of others are not opened, so that a
    /// picture is either asked about or held back, whatever is asked.
    /// </summary>
    public Func<int, bool>? Takes { get; init; }

    /// <summary>The words for the classes; those of the data set when null (<see cref="ClassWords.Of"/>).</summary>
    public ClassWords? Words { get; init; }

    /// <summary>The most boxes that are asked for; of more objects the first so many from the left are asked for in words that say so. At least 1.</summary>
    public int MostBoxes { get; init; } = UsualMostBoxes;

    /// <summary>Takes bad files and lines; null to stop at the first.</summary>
    public DataProblems? Problems { get; init; }
}
