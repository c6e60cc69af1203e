using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tasks;

/// <summary>
/// A question about a picture, and its answer where there is one, as a task makes it from a record. Boxes stay data in pixels until
/// <see cref="Write"/>, so that an augmentation can move them and every model gets them in its own form.
/// </summary>
public sealed record TaskSample
{
    /// <summary>Where the record stands.</summary>
    public required DataPlace Place { get; init; }

    /// <summary>The picture's path below the folder of pictures; null for a sample of words alone.</summary>
    public required string? Picture { get; init; }

    /// <summary>The turns: user and model by turns, the user first.</summary>
    public required IReadOnlyList<SampleTurn> Turns { get; init; }

    /// <summary>
    /// Turns at which a question begins that stands apart: it sees the picture, which it shows itself, and nothing of the turns before. Empty for an ordinary
    /// conversation.
    /// </summary>
    public IReadOnlyList<int> Apart { get; init; } = [];

    /// <summary>Whether the next to speak is the model.</summary>
    public bool AwaitsAnswer => Turns[^1].Role == TurnRole.User;

    /// <summary>The sample up to its last answer, as it is asked in an evaluation; itself when it awaits an answer already.</summary>
    public TaskSample AsQuestion() => AwaitsAnswer ? this : this with { Turns = [.. Turns.SkipLast(1)] };

    /// <summary>The same with every box and point moved, as an augmentation of the picture moves them.</summary>
    public TaskSample Map(Func<PixelBox, PixelBox> box, Func<PixelPoint, PixelPoint> point) =>
        this with { Turns = [.. Turns.Select(turn => turn.Map(box, point))] };

    /// <summary>
    /// The conversation as a model reads it. Boxes are mapped to the model's square and cut off at its edges. The picture's own edges do not
    /// matter: published boxes may stand out of it by a pixel, and the references write them so.
    /// </summary>
    /// <param name="format">How the model writes boxes.</param>
    /// <param name="geometry">What was done to the picture; may be null for a sample without boxes and points.</param>
    /// <exception cref="ArgumentNullException">The sample has boxes or points, but there is no geometry.</exception>
    public Conversation Write(BoxFormat format, ImageGeometry? geometry) => new([.. Turns.Select(turn => turn.Write(format, geometry))]);

    /// <summary>
    /// One conversation of several samples about the same picture. It is shown in the first question; where later ones would show it they say "the picture", or
    /// nothing where it stood before the question.
    /// </summary>
    /// <param name="samples">At least one, each with its answers.</param>
    /// <exception cref="ArgumentException">There is none, or they are about different pictures.</exception>
    public static TaskSample Join(IReadOnlyList<TaskSample> samples)
    {
        RequireOnePicture(samples);
        return samples[0] with { Turns = [.. samples[0].Turns, .. samples.Skip(1).SelectMany(sample => sample.Turns).Select(turn => turn.WithoutPicture())] };
    }

    /// <summary>Several samples about the same picture side by side: each sees the picture and nothing of the others.</summary>
    /// <param name="samples">At least one, each with its answers.</param>
    /// <exception cref="ArgumentException">There is none, or they are about different pictures.</exception>
    public static TaskSample PutApart(IReadOnlyList<TaskSample> samples)
    {
        RequireOnePicture(samples);
        var begins = new List<int>();
        int turns = samples[0].Turns.Count;
        foreach (TaskSample sample in samples.Skip(1))
        {
            begins.Add(turns);
            turns += sample.Turns.Count;
        }

        return samples[0] with { Turns = [.. samples.SelectMany(sample => sample.Turns)], Apart = begins };
    }

    /// <summary>The samples that stand apart in this one, in their order; itself alone when none do.</summary>
    public IReadOnlyList<TaskSample> Separate()
    {
        int[] bounds = [0, .. Apart, Turns.Count];
        return Apart.Count == 0 ? [this] : [.. bounds.Zip(bounds.Skip(1), (from, to) => this with { Turns = [.. Turns.Take(from..to)], Apart = [] })];
    }

    /// <summary>The sample of a record: a question and, unless it is null, the answer with its <see cref="SampleTurn.Evidence"/>.</summary>
    internal static TaskSample Of(IDataRecord record, IReadOnlyList<SamplePart> question, IReadOnlyList<SamplePart>? answer, IReadOnlyList<PixelBox>? evidence = null) => new()
    {
        Place = record.Place,
        Picture = record.Picture,
        Turns = answer is null ? [SampleTurn.User(question)] : [SampleTurn.User(question), SampleTurn.Assistant(answer) with { Evidence = evidence }],
    };

    private static void RequireOnePicture(IReadOnlyList<TaskSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Select(sample => sample.Picture).Distinct(StringComparer.Ordinal).Count() != 1)
        {
            throw new ArgumentException("A conversation is about one picture.", nameof(samples));
        }
    }

    /// <summary>An error about a record without something that a task needs.</summary>
    internal static DataException Missing(IDataRecord record, string member) =>
        new(record.Place.Of(member), "is missing; this form of the task needs it");
}
