using CommSharp.Data;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>What is right for an item.</summary>
public abstract record Target
{
    /// <summary>All of it as text, by which data are told apart.</summary>
    public abstract string Text { get; }
}

/// <summary>The one box that an expression means.</summary>
/// <param name="Box">In pixels of the picture.</param>
public sealed record BoxTarget(PixelBox Box) : Target
{
    /// <inheritdoc/>
    public override string Text => FormattableString.Invariant($"{Box.X1},{Box.Y1},{Box.X2},{Box.Y2}");
}

/// <summary>Texts that people wrote; an answer should be like them.</summary>
/// <param name="References">At least one.</param>
public sealed record TextTarget(IReadOnlyList<string> References) : Target
{
    /// <inheritdoc/>
    public override string Text => string.Join('\0', References);
}

/// <summary>Yes or no.</summary>
/// <param name="IsYes">Whether yes is right.</param>
public sealed record YesNoTarget(bool IsYes) : Target
{
    /// <inheritdoc/>
    public override string Text => IsYes ? "yes" : "no";
}

/// <summary>One question of a benchmark: what is shown, what is asked, and what is right.</summary>
public sealed record EvaluationItem : IDataRecord
{
    /// <inheritdoc/>
    public required DataPlace Place { get; init; }

    /// <summary>What no other item of the benchmark is called.</summary>
    public required string Id { get; init; }

    /// <summary>The picture's path below the folder of pictures.</summary>
    public required string Picture { get; init; }

    /// <summary>The picture's size, where the data states it.</summary>
    public PictureSize? StatedSize { get; init; }

    /// <summary>The question or the expression; null where the template says everything.</summary>
    public string? Words { get; init; }

    /// <summary>The region that is asked about, in pixels; null where there is none.</summary>
    public PixelBox? Region { get; init; }

    /// <summary>The part of the benchmark that the item belongs to, such as one of MME's tasks; null where there are no parts.</summary>
    public string? Part { get; init; }

    /// <summary>What is right; null where the truth is not published.</summary>
    public required Target? Target { get; init; }

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => (Region ?? (Target as BoxTarget)?.Box) is { } box ? [new("bbox", box)] : [];
}
