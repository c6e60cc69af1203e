using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>A question with a short answer: "The answer is two." for VQAv2, "The answer is yes ." for POPE, as Shikra was taught.</summary>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for short answers when null.</param>
public sealed class ShortAnswerTask(QuestionTemplates? templates = null) : ISampleTask<PictureQuestion>, ISampleTask<PopeQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, TemplateKind.ShortAnswer);

    /// <inheritdoc/>
    public TaskSample Make(PictureQuestion record, SampleChance chance) =>
        Make(record, new SampleText(record.Question) { Phrases = record.Phrases }, record.Answer, chance, record.Evidence);

    /// <inheritdoc/>
    public TaskSample Make(PopeQuestion record, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(record.Text), [$"The answer is {(record.IsYes ? "yes" : "no")} ."]);

    /// <summary>The sample of a question of a record in any format.</summary>
    /// <param name="record">Where the question comes from; names the picture.</param>
    /// <param name="question">The question.</param>
    /// <param name="answer">The answer, a word or a few; null for a question without one.</param>
    /// <param name="chance">What the wording is left to.</param>
    /// <param name="evidence">What the answer speaks of: <see cref="SampleTurn.Evidence"/>.</param>
    public TaskSample Make(IDataRecord record, SampleText question, string? answer, SampleChance chance, IReadOnlyList<PixelBox>? evidence = null) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(question), answer is null ? null : [$"The answer is {answer}."], evidence);
}
