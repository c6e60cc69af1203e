using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Tasks;

public sealed class QuestionTemplateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TemplateKind.Referring, 30, "Where is <expr> in <image>? Answer with its coordinates.")]
    [InlineData(TemplateKind.RegionDescription, 30, "Describe the region <objs> of <image> so that it cannot be mistaken for another one.")]
    [InlineData(TemplateKind.RegionCaption, 20, "What can be seen at <objs> in <image>?")]
    [InlineData(TemplateKind.Caption, 40, "Describe <image> in one sentence.")]
    [InlineData(TemplateKind.GroundedCaption, 30, "Describe <image> in one sentence and give the coordinates of everything that you mention.")]
    [InlineData(TemplateKind.ShortAnswer, 30, "<image> <question> Answer briefly.")]
    [InlineData(TemplateKind.ReasoningText, 20, "<image> <question> Explain your reasoning, then give the answer.")]
    [InlineData(TemplateKind.ReasoningBoxes, 20, "<image> <question> Explain your reasoning with the bounding boxes of the things involved, then give the answer.")]
    [InlineData(TemplateKind.ReasoningPoints, 20, "<image> <question> Explain your reasoning with a point on each thing involved, then give the answer.")]
    [InlineData(TemplateKind.Detection, 20, "Where are <expr> in <image>? Answer with a box for each.")]
    [InlineData(TemplateKind.RegionClass, 20, "What kind of object is at <objs> in <image>? Answer with its name.")]
    [InlineData(TemplateKind.Counting, 20, "How many <expr> are there in <image>? Answer with a number.")]
    [InlineData(TemplateKind.Presence, 18, "Are there any <expr> in <image>? Answer with yes or no.")]
    [InlineData(TemplateKind.Inventory, 20, "Say how many objects of each kind there are in <image>.")]
    public void Every_task_has_wordings_of_its_own_and_keeps_its_first_one(TemplateKind kind, int least, string first)
    {
        var templates = QuestionTemplates.BuiltIn(kind);
        Assert.InRange(templates.All.Count, least, 1000);
        Assert.Equal(first, templates.All[0].Text);
        Assert.Equal(first, templates.Choose(SampleChance.None).Text);
        Assert.All(templates.All, template => Assert.True(char.IsUpper(template.Text[0]) || template.Text[0] == '<', template.Text));
        Assert.All(templates.All, template => Assert.True(template.Text[^1] is '.' or '?' or '>', template.Text));
        Assert.Equal(templates.All.Count, templates.All.Select(template => template.Text.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void Every_kind_of_template_is_built_in() =>
        Assert.All(Enum.GetValues<TemplateKind>(), kind => Assert.NotEmpty(QuestionTemplates.BuiltIn(kind).All));

    [Theory]
    [InlineData("Where is <expr>?", "has the placeholder <image> 0 times")]
    [InlineData("Where is <expr> in <image> or <image>?", "has the placeholder <image> 2 times")]
    [InlineData("What is in <image>?", "has the placeholder <expr> 0 times")]
    [InlineData("Where is <expr>, I mean <expr>, in <image>?", "has the placeholder <expr> 2 times")]
    [InlineData("Where is <expr> in <image>? <question>", "has the placeholder <question>, which this task does not fill")]
    [InlineData("Find <expr> in <image>.", "is there twice")]
    public void A_line_that_is_no_template_is_refused_by_its_number(string line, string problem)
    {
        string file = _folder.Write("mine.txt", $"Find <expr> in <image>.\n\n{line}\n");
        string message = Assert.Throws<DataException>(() => QuestionTemplates.Read(TemplateKind.Referring, file)).Message;
        Assert.StartsWith($"{file}, line 3: {problem}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_templates_can_be_brought()
    {
        string file = _folder.Write("mine.txt", "<image>\tSag, wo <expr> ist.\r\n<expr> in <image>\n");
        var templates = QuestionTemplates.Read(TemplateKind.Referring, file);
        Assert.Equal(["<image>\tSag, wo <expr> ist.", "<expr> in <image>"], templates.All.Select(template => template.Text));
        Assert.Equal([new SampleImage(), "\tSag, wo ", "der Hund", " ist."], templates.All[0].Fill("der Hund"));
        Assert.Equal(["der Hund", " in ", new SampleImage()], templates.All[1].Fill("der Hund"));

        string empty = _folder.Write("empty.txt", "\n\n");
        Assert.Contains("has no templates", Assert.Throws<DataException>(() => QuestionTemplates.Read(TemplateKind.Referring, empty)).Message, StringComparison.Ordinal);
        string spoilt = _folder.Write("spoilt.txt", [0xff, 0xfe, 0x20]);
        Assert.Contains("not UTF-8", Assert.Throws<DataException>(() => QuestionTemplates.Read(TemplateKind.Referring, spoilt)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_wording_serves_all_samples()
    {
        var only = QuestionTemplates.Only(TemplateKind.RegionCaption, "<image> <objs>?", "--template");
        var boxes = new SampleBoxes([new PixelBox(1, 2, 3, 4)]);
        Assert.Equal([new SampleImage(), " ", boxes, "?"], only.Choose(new SampleChance(1, 2)).Fill(boxes));
        string message = Assert.Throws<DataException>(() => QuestionTemplates.Only(TemplateKind.RegionCaption, "<image>", "--template")).Message;
        Assert.StartsWith("--template: has the placeholder <objs> 0 times", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_takes_no_templates_of_another_kind() =>
        Assert.Throws<ArgumentException>(() => new ReferringTask(QuestionTemplates.BuiltIn(TemplateKind.Caption)));
}
