using CommSharp.Data.Formats;
using CommSharp.Data.Formats.Flickr30kEntities;
using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tasks;

/// <summary>What does the picture show, and where: a caption whose phrases have boxes is the answer.</summary>
/// <param name="templates">The wordings, of the kind <see cref="TemplateKind.GroundedCaption"/>; the built-in ones when null.</param>
public sealed class GroundedCaptionTask(QuestionTemplates? templates = null) : ISampleTask<GroundedCaption>, ISampleTask<EntitySentence>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.Of(templates, TemplateKind.GroundedCaption);

    /// <inheritdoc/>
    public TaskSample Make(GroundedCaption record, SampleChance chance) => Make(record, record.Sentence, chance);

    /// <inheritdoc/>
    public TaskSample Make(EntitySentence record, SampleChance chance) =>
        Make(record, GroundedSentence.Of(record.Text, record.Phrases.Select(phrase => (phrase.Start, phrase.End, phrase.Boxes))), chance);

    /// <summary>The sample of a caption of a record in any format.</summary>
    /// <param name="record">Where the caption comes from; names the picture.</param>
    /// <param name="sentence">The caption; null for a question without an answer.</param>
    /// <param name="chance">What the wording is left to.</param>
    public TaskSample Make(IDataRecord record, GroundedSentence? sentence, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(), sentence?.AsParts(AnswerForm.Boxes));
}
