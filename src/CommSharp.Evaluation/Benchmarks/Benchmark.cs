using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>Where a benchmark's files are, and what becomes of bad records.</summary>
/// <param name="Folder">The folder of its files.</param>
/// <param name="Problems">Takes bad records; null to stop at the first.</param>
public sealed record BenchmarkSource(string Folder, DataProblems? Problems)
{
    /// <summary>The split that is asked for; null where the benchmark's name says it.</summary>
    public string? Split { get; init; }

    /// <summary>Whether a picture is asked about, by its number in the split, counted from 0; all are when null.</summary>
    public Func<int, bool>? Takes { get; init; }

    /// <summary>The one of several names under which a file is published that is there.</summary>
    /// <param name="names">The names, the official one first.</param>
    /// <exception cref="CommSharpException">None is there.</exception>
    public string Find(params IReadOnlyList<string> names) => names.Select(name => Path.Combine(Folder, name)).FirstOrDefault(Path.Exists)
        ?? throw new CommSharpException($"{Folder}: there is no {string.Join(" and no ", names)}; the benchmark needs it there.");
}

/// <summary>The items of a benchmark and the folder of their pictures.</summary>
/// <param name="Items">The items, read as they are asked for.</param>
/// <param name="Pictures">The folder that their pictures are below.</param>
public sealed record BenchmarkData(IEnumerable<EvaluationItem> Items, PictureFolder Pictures);

/// <summary>A benchmark: data in their official layout, and a task.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in papers.</param>
/// <param name="Task">What is asked and how answers are scored.</param>
/// <param name="Layout">The files that its folder must hold, a line each.</param>
/// <param name="Read">Reads it.</param>
public sealed record Benchmark(string Name, string Title, EvaluationTask Task, IReadOnlyList<string> Layout, Func<BenchmarkSource, BenchmarkData> Read)
{
    /// <summary>The split that is asked where no other is named; null for a benchmark that is one split, of which no part can be chosen.</summary>
    public string? DefaultSplit { get; init; }
}
