using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>What scoring needs to know of the model whose answers are scored.</summary>
/// <param name="GeometryOf">What was done to a picture of a size.</param>
/// <param name="Boxes">How the model writes boxes.</param>
public sealed record ScoringContext(Func<PictureSize, ImageGeometry> GeometryOf, BoxFormat Boxes)
{
    /// <summary>A box of an item in the model's square.</summary>
    internal NormalizedBox Normalize(EvaluationItem item, PixelBox box) => GeometryOf(item.StatedSize
        ?? throw new InvalidOperationException($"The size of {item.Picture} is not known.")).ToModel(box);
}

/// <summary>What became of one answer.</summary>
/// <param name="Parsed">What was read in it; null when it could not be read.</param>
/// <param name="Target">What is right, as text; null where it is not published.</param>
/// <param name="Score">The item's own score; null where the metric has none.</param>
public readonly record struct Judgement(string? Parsed, string? Target, double? Score)
{
    /// <summary>The box that was read in the answer, in the model's square; null where there is none.</summary>
    public NormalizedBox? Box { get; init; }
}

/// <summary>The outcome over all items, and over each.</summary>
/// <param name="Sheet">The scores and their conventions.</param>
/// <param name="Judgements">One for each item, in order.</param>
public sealed record Scoring(ScoreSheet Sheet, IReadOnlyList<Judgement> Judgements);

/// <summary>A kind of question with its metric: one for all data sets that ask it.</summary>
public abstract class EvaluationTask
{
    /// <summary>The kind of its questions, which tells what stands in a template.</summary>
    public abstract TemplateKind Kind { get; }

    /// <summary>How the question is put by default.</summary>
    public virtual string Template => QuestionTemplates.BuiltIn(Kind).All[0].Text;

    /// <summary>The longest answer by default, in tokens.</summary>
    public abstract int MaxTokens { get; }

    /// <summary>Whether boxes are asked for or asked about, so that the picture's size matters.</summary>
    public virtual bool NeedsSize => false;

    /// <summary>What an item puts into the template beside its picture.</summary>
    public virtual IReadOnlyList<SamplePart> Content(EvaluationItem item) => item.Words is { } words ? [words] : [];

    /// <summary>The answers as the benchmark's server takes them; null where answers are scored here.</summary>
    public virtual string? Submission(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers) => null;

    /// <summary>Refuses items whose answers could not be scored, before the first is asked.</summary>
    /// <param name="items">The items, at least one.</param>
    /// <exception cref="CommSharpException">Something of them is missing; says what to ask instead.</exception>
    public virtual void RequireScorable(IReadOnlyList<EvaluationItem> items)
    {
    }

    /// <summary>Scores answers.</summary>
    /// <param name="items">The items, at least one, each with its target.</param>
    /// <param name="answers">The answer to each.</param>
    /// <param name="context">The model's ways.</param>
    public abstract Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context);

    /// <summary>The sort of question that an item is, as its data name it; null where they name none.</summary>
    /// <param name="item">An item with its target.</param>
    public virtual string? SortOf(EvaluationItem item) => null;

    /// <summary>
    /// Answers that could be given without looking, the same to every item; the best of them shows what the benchmark gives for nothing.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="context">The model's ways.</param>
    public abstract IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context);
}
