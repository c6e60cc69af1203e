using CommSharp.Data;
using CommSharp.Data.Checking;

namespace CommSharp.Cli.Commands.Data;

/// <summary>Something that is wrong, and where.</summary>
internal sealed record DataProblemReport(string File, int? Line, int? Record, string? Field, string Problem)
{
    public static DataProblemReport Of(DataException error) =>
        new(error.Place.File, error.Place.Line, error.Place.Record, error.Place.Field, error.Problem);

    /// <summary>As a person reads it.</summary>
    public string Text() => $"{new DataPlace(File, Line, Record, Field)}: {Problem}";
}

/// <summary>How often something is wrong.</summary>
internal sealed record DataProblemKindReport(int Count, string Problem);

/// <summary>What was found in a data set.</summary>
/// <param name="Format">The format's name.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Pictures">The folder of pictures; null when they were not looked at.</param>
/// <param name="Split">The split; null for all.</param>
/// <param name="Records">How many records are right.</param>
/// <param name="PictureCount">How many pictures they name, each counted once.</param>
/// <param name="Boxes">How many boxes they have.</param>
/// <param name="Kinds">The kinds of problems, the most frequent first.</param>
/// <param name="Problems">All problems, in the order of reading.</param>
/// <param name="End">What ended the reading too early; null when all was read.</param>
/// <param name="Html">The page of samples; null when none was asked for.</param>
/// <param name="Samples">How many samples the page shows.</param>
internal sealed record DataCheckReport(
    string Format,
    string Path,
    string? Pictures,
    string? Split,
    long Records,
    int PictureCount,
    long Boxes,
    IReadOnlyList<DataProblemKindReport> Kinds,
    IReadOnlyList<DataProblemReport> Problems,
    DataProblemReport? End,
    string? Html,
    int Samples)
{
    public static DataCheckReport Of(string format, string path, DataCheckOptions options, DataCheckOutcome outcome, string? html) => new(
        format,
        path,
        options.Pictures?.Path,
        options.Split,
        outcome.Records,
        outcome.Pictures,
        outcome.Boxes,
        [.. ProblemKind.Of(outcome.Problems.All).Select(kind => new DataProblemKindReport(kind.Count, kind.Description))],
        [.. outcome.Problems.All.Select(DataProblemReport.Of)],
        outcome.End is { } end ? DataProblemReport.Of(end) : null,
        html,
        html is null ? 0 : outcome.Samples.Count);
}
