using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Formats.Reg;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>
/// What is there: a box is asked about, and words are the answer. With templates of <see cref="TemplateKind.RegionDescription"/> the words shall
/// fit this region only (REG); with those of <see cref="TemplateKind.RegionCaption"/> they say what it shows (GC).
/// </summary>
/// <param name="templates">The wordings, of one of the two kinds; the built-in ones for REG when null.</param>
public sealed class RegionTextTask(QuestionTemplates? templates = null) : ISampleTask<RegReference>, ISampleTask<RefCocoExpression>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.Of(templates, TemplateKind.RegionDescription, TemplateKind.RegionCaption);

    /// <inheritdoc/>
    public TaskSample Make(RegReference record, SampleChance chance) => Make(record, record.Box, record.Expression, chance);

    /// <inheritdoc/>
    public TaskSample Make(RefCocoExpression record, SampleChance chance) => Make(record, record.Target.Box, record.Text, chance);

    /// <summary>The sample of a region of a record in any format.</summary>
    /// <param name="record">Where the region comes from; names the picture.</param>
    /// <param name="box">The region.</param>
    /// <param name="words">What is said of it; null for a question without an answer.</param>
    /// <param name="chance">What the wording is left to.</param>
    public TaskSample Make(IDataRecord record, PixelBox box, string? words, SampleChance chance) =>
        TaskSample.Of(record, _templates.Choose(chance).Fill(new SampleBoxes([box])), words is null ? null : [words]);
}
