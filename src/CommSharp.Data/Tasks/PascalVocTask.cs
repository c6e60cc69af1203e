using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>
/// The questions that Pascal VOC's boxes and classes answer, one kind at a time: boxes are answered as "Answer: [0.062,0.208,0.396,0.396] .", numbers,
/// yes and no as "The answer is 3.", classes and captions as they are.
/// </summary>
public sealed class PascalVocTask : ISampleTask<PascalVocQuestion>
{
    private readonly PascalVocQuestionKind _kind;
    private readonly QuestionTemplates _templates;

    /// <summary>Makes the task.</summary>
    /// <param name="kind">What is asked.</param>
    /// <param name="templates">The wordings, of the kind that <see cref="Templates"/> names; the built-in ones when null.</param>
    /// <exception cref="ArgumentException">The wordings are of another kind.</exception>
    public PascalVocTask(PascalVocQuestionKind kind, QuestionTemplates? templates = null)
    {
        _kind = kind;
        _templates = QuestionTemplates.Of(templates, Templates(kind));
    }

    /// <summary>The kind of wordings that ask such a question.</summary>
    public static TemplateKind Templates(PascalVocQuestionKind kind) => kind switch
    {
        PascalVocQuestionKind.Referring => TemplateKind.Referring,
        PascalVocQuestionKind.Detection => TemplateKind.Detection,
        PascalVocQuestionKind.Region => TemplateKind.RegionClass,
        PascalVocQuestionKind.Counting => TemplateKind.Counting,
        PascalVocQuestionKind.Presence => TemplateKind.Presence,
        PascalVocQuestionKind.Caption => TemplateKind.Inventory,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The record is a question of another kind.</exception>
    public TaskSample Make(PascalVocQuestion record, SampleChance chance)
    {
        if (record.Kind != _kind)
        {
            throw new ArgumentException($"The task asks questions of the kind {_kind}, not {record.Kind}.", nameof(record));
        }

        QuestionTemplate template = _templates.Choose(chance);
        return _kind switch
        {
            PascalVocQuestionKind.Referring or PascalVocQuestionKind.Detection =>
                TaskSample.Of(record, template.Fill(Meaning(record.Words!, record.Regions)), ["Answer: ", new SampleBoxes(record.Regions), " ."]),
            PascalVocQuestionKind.Region => TaskSample.Of(record, template.Fill(new SampleBoxes(record.Regions)), [record.Answer!]),
            PascalVocQuestionKind.Caption => TaskSample.Of(record, template.Fill(), [record.Answer!]),
            _ => TaskSample.Of(record, template.Fill(Meaning(record.Words!, record.Evidence)), [$"The answer is {record.Answer}."], record.Evidence),
        };
    }

    private static SampleText Meaning(string words, IReadOnlyList<PixelBox>? boxes) => new(words) { Phrases = boxes is null ? [] : [new MeantPhrase(words, boxes)] };
}
