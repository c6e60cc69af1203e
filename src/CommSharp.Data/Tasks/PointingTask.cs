using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>
/// Which of these boxes is it (Visual7W): the candidates stand behind the question, in any order where there is chance, and the right box or a
/// point on it is the answer.
/// </summary>
/// <param name="form">How the answer shows the place.</param>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for short answers when null.</param>
public sealed class PointingTask(RegionForm form, QuestionTemplates? templates = null) : ISampleTask<PointingQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, TemplateKind.ShortAnswer);

    /// <inheritdoc/>
    public TaskSample Make(PointingQuestion record, SampleChance chance)
    {
        SamplePart answer = form.Show(record.Answer, record.Point, chance);
        List<SamplePart> question = [record.Question + " Candidates:"];
        foreach (Imaging.PixelBox candidate in chance.Shuffled(record.Candidates))
        {
            question.AddRange([" ", new SampleBoxes([candidate])]);
        }

        question.Add($" answer in {(answer is SamplePoints ? "point" : "box")} format.");
        return TaskSample.Of(record, _templates.Choose(chance).Fill(question), ["The answer is ", answer, " ."]);
    }
}
