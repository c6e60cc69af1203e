using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>A question of VCR about people and things that boxes stand for, with the answer and its reason in words or by letters.</summary>
/// <param name="form">What is asked and answered.</param>
/// <param name="templates">The wordings, of a kind that holds a question; when null the built-in ones for reasons with boxes, or for short answers
/// where the first answer gives no reason.</param>
public sealed class VcrTask(VcrForm form, QuestionTemplates? templates = null) : ISampleTask<VcrQuestion>
{
    private const string Question = "QUESTION: ", Options = " \nOPTIONS: ", Given = " \nANSWER: ", Rationales = "RATIONALE OPTIONS: ";
    private const string Choose = " You should decide on the best choice and output the corresponding letter.";
    private const string ChooseReason = " You should decide on the best choice that explains the above answer and output the corresponding letter.";
    private const string Explain = "You should explain the reason for the above answer.";

    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, DefaultKind(form));

    /// <inheritdoc/>
    public TaskSample Make(VcrQuestion record, SampleChance chance)
    {
        List<IReadOnlyList<SamplePart>> turns = [.. Turns(record)];
        turns[0] = _templates.Choose(chance).Fill(turns[0]);
        return new TaskSample
        {
            Place = record.Place,
            Picture = record.Picture,
            Turns = [.. turns.Select((parts, i) => i % 2 == 0 ? SampleTurn.User(parts) : SampleTurn.Assistant(parts))],
        };
    }

    internal static TemplateKind DefaultKind(VcrForm form) =>
        form is VcrForm.ReasonAnswer or VcrForm.ReasonChoice or VcrForm.ReasonAnswerChoice or VcrForm.GivenAnswerReason
            ? TemplateKind.ReasoningBoxes
            : TemplateKind.ShortAnswer;

    private IReadOnlyList<SamplePart>[] Turns(VcrQuestion record)
    {
        SamplePart[] asked = [Question, .. Words(record.Question)];
        SamplePart[] withChoices = [.. asked, Options, .. Choices(record.Answers), Choose];
        return form switch
        {
            VcrForm.Answer => [asked, Answer(record)],
            VcrForm.ReasonAnswer => [asked, [.. Reason(record), " ", .. Answer(record)]],
            VcrForm.Choice => [withChoices, AnswerLetter(record)],
            VcrForm.ReasonChoice => [withChoices, [.. Reason(record), " ", .. AnswerLetter(record)]],
            VcrForm.ReasonAnswerChoice => [withChoices, [.. Reason(record), " ", .. Answer(record), " ", .. AnswerLetter(record)]],
            VcrForm.GivenAnswerReason => [[.. asked, Given, .. Answer(record), " " + Explain], Reason(record)],
            VcrForm.GivenAnswerReasonChoice =>
                [[.. asked, Given, .. Answer(record), " \n" + Rationales, .. Choices(record.Rationales), ChooseReason], ReasonLetter(record)],
            VcrForm.AnswerThenReason => [asked, Answer(record), [Explain], Reason(record)],
            VcrForm.ChoiceThenReasonChoice =>
                [withChoices, AnswerLetter(record), [Rationales, .. Choices(record.Rationales), ChooseReason], ReasonLetter(record)],
            _ => throw new ArgumentOutOfRangeException(nameof(record), form, "Unknown form."),
        };
    }

    private static SamplePart[] Answer(VcrQuestion record) => Words(record.Answers[AnswerLabel(record)]);

    private static SamplePart[] Reason(VcrQuestion record) => Words(record.Rationales[RationaleLabel(record)]);

    private static SamplePart[] AnswerLetter(VcrQuestion record) => [$"The answer is ({Letter(AnswerLabel(record))})."];

    private static SamplePart[] ReasonLetter(VcrQuestion record) => [$"The answer is ({Letter(RationaleLabel(record))})."];

    private static SamplePart[] Words(IReadOnlyList<VcrWord> words) => Joined(words.Select(SamplePart[] (word) =>
        [word.Boxes.Count > 0 ? new SampleBoxes(word.Boxes) : word.Text]));

    private static SamplePart[] Choices(IReadOnlyList<IReadOnlyList<VcrWord>> choices) =>
        Joined(choices.Select(SamplePart[] (choice, i) => [$"({Letter(i)}) ", .. Words(choice)]));

    private static SamplePart[] Joined(IEnumerable<SamplePart[]> items) =>
        [.. items.SelectMany(IEnumerable<SamplePart> (item, i) => i > 0 ? [" ", .. item] : item)];

    private static char Letter(int index) => (char)('A' + index);

    private static int AnswerLabel(VcrQuestion record) => record.AnswerLabel ?? throw TaskSample.Missing(record, "answer_label");

    private static int RationaleLabel(VcrQuestion record) => record.RationaleLabel ?? throw TaskSample.Missing(record, "rationale_label");
}
