using System.Globalization;
using CommSharp.Evaluation.Benchmarks;

namespace CommSharp.Evaluation.Running;

/// <summary>How a benchmark is run.</summary>
public sealed record EvaluationOptions
{
    /// <summary>How many questions are asked together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Only the first so many items; null for all. The result says so.</summary>
    public int? Limit { get; init; }

    /// <summary>The split, where the benchmark has several; its usual one when null.</summary>
    public string? Split { get; init; }

    /// <summary>With <see cref="Keep"/>: only pictures whose number in the split, from 0, modulo this is kept, as recipes choose them; all when null.</summary>
    public int? Every { get; init; }

    /// <summary>The remainders that are kept, 0 to below <see cref="Every"/>.</summary>
    public IReadOnlyList<int>? Keep { get; init; }

    /// <summary>Only items of this part of the benchmark, such as one class; all when null.</summary>
    public string? Part { get; init; }

    /// <summary>The question; the task's own when null.</summary>
    public string? Template { get; init; }

    /// <summary>The longest answer in tokens; the task's own when null.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Whether the same is also asked with pictures exchanged, and the best constant answer looked for.</summary>
    public bool Controls { get; init; }

    /// <summary>How many bad records are left out, counted and listed, before the run is refused.</summary>
    public int MostBadRecords { get; init; }

    /// <summary>Whether a picture is asked about, by its number in the split; null when all are.</summary>
    internal Func<int, bool>? Takes => this is { Every: { } every, Keep: { } keep } ? number => keep.Contains(number % every) : null;

    /// <summary>What of a benchmark is asked, a sentence each; nothing where all is.</summary>
    /// <param name="benchmark">The benchmark.</param>
    internal IEnumerable<string> Choices(Benchmark benchmark)
    {
        if ((Split ?? benchmark.DefaultSplit) is { } split)
        {
            yield return Every is { } every
                ? string.Create(CultureInfo.InvariantCulture, $"The split is {split}; of its pictures those are asked about whose number, from 0, modulo {every} is {string.Join(" or ", Keep!)}.")
                : $"The split is {split}.";
        }

        if (Part is { } part)
        {
            yield return $"Only items of the part {part} are asked.";
        }

        if (Limit is { } limit)
        {
            yield return $"Only the first {limit} items are asked.";
        }
    }

    /// <summary>Throws when a number is out of its range.</summary>
    /// <exception cref="CommSharpException">Names it.</exception>
    public void Validate()
    {
        if (Batch < 1 || Limit < 1 || MaxTokens < 1 || MostBadRecords < 0)
        {
            throw new CommSharpException("For an evaluation, the batch, the limit and the longest answer must be at least 1, and the number of bad records at least 0.");
        }

        if ((Every is null) != (Keep is null) || Every < 2 || Keep is { Count: 0 } || Keep?.Any(each => each < 0 || each >= Every) == true)
        {
            throw new CommSharpException("A part of a split is chosen by two numbers: every N, at least 2, and of these to keep remainders from 0 to N - 1.");
        }
    }
}
