using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>What does the picture show: a caption is the answer.</summary>
/// <param name="templates">The wordings, of the kind <see cref="TemplateKind.Caption"/>; the built-in ones when null.</param>
public sealed class CaptionTask(QuestionTemplates? templates = null) : ISampleTask<PictureCaption>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.Of(templates, TemplateKind.Caption);

    /// <inheritdoc/>
    public TaskSample Make(PictureCaption record, SampleChance chance) => Make(record, record.Caption, chance);

    /// <summary>The sample of a caption of a record in any format.</summary>
    /// <param name="record">Where the caption comes from; names the picture.</param>
    /// <param name="caption">The caption; null for a question without an answer.</param>
    /// <param name="chance">What the wording is left to.</param>
    public TaskSample Make(IDataRecord record, string? caption, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(), caption is null ? null : [caption]);
}
