using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>A question that GPT-4 wrote, its places shown as boxes, and an answer with reasons or without (Shikra-RD).</summary>
/// <param name="form">How much the answer says.</param>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for the form when null.</param>
public sealed class GeneratedTask(AnswerForm form, QuestionTemplates? templates = null) : ISampleTask<GeneratedQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, form.Templates());

    /// <inheritdoc/>
    public TaskSample Make(GeneratedQuestion record, SampleChance chance) => TaskSample.Of(
        record,
        _templates.Choose(chance).Fill(record.Question.AsParts(AnswerForm.Boxes)),
        form == AnswerForm.Brief ? [record.Answer] : record.Reasoning.AsParts(form));
}
