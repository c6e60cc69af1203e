using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Formats.Reg;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>Where is it (REC): a phrase is asked for, and its box is the answer, "Answer: [0.062,0.208,0.396,0.396] .".</summary>
/// <param name="templates">The wordings, of the kind <see cref="TemplateKind.Referring"/>; the built-in ones when null.</param>
public sealed class ReferringTask(QuestionTemplates? templates = null) : ISampleTask<RegReference>, ISampleTask<RefCocoExpression>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.Of(templates, TemplateKind.Referring);

    /// <inheritdoc/>
    public TaskSample Make(RegReference record, SampleChance chance) => Make(record, new SampleText(record.Expression) { Phrases = record.Phrases }, record.Box, chance);

    /// <inheritdoc/>
    public TaskSample Make(RefCocoExpression record, SampleChance chance) => Make(record, record.Text, record.Target.Box, chance);

    /// <summary>The sample of a phrase of a record in any format.</summary>
    /// <param name="record">Where the phrase comes from; names the picture.</param>
    /// <param name="expression">The phrase.</param>
    /// <param name="box">Its box; null for a question without an answer.</param>
    /// <param name="chance">What the wording is left to.</param>
    public TaskSample Make(IDataRecord record, SampleText expression, PixelBox? box, SampleChance chance) => TaskSample.Of(
        record, _templates.Choose(chance).Fill(expression), box is { } known ? ["Answer: ", new SampleBoxes([known]), " ."] : null);
}
