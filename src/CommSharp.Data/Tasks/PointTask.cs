using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>Which of the wordings of PointQA's second part is asked.</summary>
public enum PointWording
{
    /// <summary>The one that names the thing.</summary>
    Thing,

    /// <summary>The one that names what the thing is a kind of.</summary>
    Kind,

    /// <summary>The one that names nothing.</summary>
    General,
}

/// <summary>A question about a place, which stands right behind it: "What color is this?[0.229,0.302]" (PointQA).</summary>
/// <param name="form">How the place is shown.</param>
/// <param name="wording">Which wording of the second part is asked; the first part has one only.</param>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for short answers when null.</param>
public sealed class PointTask(RegionForm form, PointWording wording = PointWording.General, QuestionTemplates? templates = null)
    : ISampleTask<PointQuestion>, ISampleTask<PointTwiceQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, TemplateKind.ShortAnswer);

    /// <inheritdoc/>
    public TaskSample Make(PointQuestion record, SampleChance chance) =>
        Make(record, record.Question, form.Show(record.Box, record.Point, chance), record.Answer, chance);

    /// <inheritdoc/>
    public TaskSample Make(PointTwiceQuestion record, SampleChance chance)
    {
        string question = wording switch
        {
            PointWording.Thing => record.ObjectQuestion,
            PointWording.Kind => record.SuperQuestion,
            _ => record.GeneralQuestion,
        };
        return Make(record, question, form.Show(record.Box, record.Point, chance), record.Answer, chance);
    }

    private TaskSample Make(ShikraRecord record, string question, SamplePart place, string answer, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(question, place), [$"The answer is {answer} ."]);
}
