using System.Security.Cryptography;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Checking;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Evaluation.Benchmarks;

namespace CommSharp.Evaluation.Running;

/// <summary>The items that will be asked, every one of them checked: what is wrong with the data is known before the first question.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Items">The items, at least one.</param>
/// <param name="Pictures">The folder of pictures.</param>
/// <param name="Problems">The records that were left out.</param>
public sealed record EvaluationPlan(Benchmark Benchmark, IReadOnlyList<EvaluationItem> Items, PictureFolder Pictures, IReadOnlyList<DataException> Problems)
{
    /// <summary>Reads a benchmark's folder.</summary>
    /// <param name="benchmark">The benchmark.</param>
    /// <param name="folder">The folder of its files.</param>
    /// <param name="pictures">The folder of its pictures; where the layout has them when null.</param>
    /// <param name="options">How many items, and how many bad records are borne.</param>
    /// <exception cref="CommSharpException">Files are missing, too many records are bad, nothing is left, or what is left could not be scored.</exception>
    public static EvaluationPlan Read(Benchmark benchmark, string folder, string? pictures, EvaluationOptions options)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommSharpException($"{folder}: there is no such folder; it should hold {string.Join(", ", benchmark.Layout)}.");
        }

        if (benchmark.DefaultSplit is null && (options.Split is not null || options.Every is not null))
        {
            throw new CommSharpException($"{benchmark.Name} is one split, all of which is asked; leave --split, --every and --keep out.");
        }

        DataProblems? problems = options.MostBadRecords > 0 ? new DataProblems(options.MostBadRecords) : null;
        BenchmarkData data = benchmark.Read(new BenchmarkSource(folder, problems) { Split = options.Split ?? benchmark.DefaultSplit, Takes = options.Takes });
        PictureFolder root = pictures is null ? data.Pictures : new PictureFolder(pictures);
        EvaluationItem[] items =
        [
            .. RecordCheck.Passing(data.Items, root, problems)
                .Where(item => options.Part is null || item.Part == options.Part)
                .Take(options.Limit ?? int.MaxValue)
                .Select(item => benchmark.Task.NeedsSize && item.StatedSize is null ? item with { StatedSize = root.Measure(item.Picture, item.Place) } : item),
        ];
        if (items.Length == 0)
        {
            throw new CommSharpException($"{folder}: no item of {benchmark.Title} is left to ask{(options.Part is { } part ? $"; is there a part {Printable.Name(part)}" : "")}.");
        }

        benchmark.Task.RequireScorable(items);
        return new EvaluationPlan(benchmark, items, root, problems?.All ?? []);
    }

    /// <summary>A hash over the ids, pictures, questions and targets of the items.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (EvaluationItem item in Items)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{item.Id}\0{item.Picture}\0{item.Words}\0{item.Boxes.FirstOrDefault().Box}\0{item.Target?.Text}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
