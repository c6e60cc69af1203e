using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>A question that is answered with a reason in words: "A square is in the middle. So the answer is yes." (VQA-E, VQA-X).</summary>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for reasons in words when null.</param>
public sealed class ExplanationTask(QuestionTemplates? templates = null) : ISampleTask<ExplainedQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, TemplateKind.ReasoningText);

    /// <inheritdoc/>
    public TaskSample Make(ExplainedQuestion record, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(record.Question), [$"{record.Explanation} So the answer is {record.Answer}."]);
}
