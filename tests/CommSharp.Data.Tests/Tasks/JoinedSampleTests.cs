using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>Several questions about one picture in one conversation.</summary>
public sealed class JoinedSampleTests
{
    private static readonly ImageGeometry Square = GoldenConversations.Padded(100, 100);

    [Fact]
    public void The_picture_is_shown_once_and_spoken_of_afterwards()
    {
        TaskSample joined = TaskSample.Join([Sample("<image> Where is <expr>?"), Sample("In <image>, where is <expr>?"), Sample("<image> Find <expr>.")]);
        Conversation written = joined.Write(BoxFormat.Shikra, Square);
        Assert.Equal(1, written.ImageCount);
        Assert.Equal([new ImagePart(), new TextPart(" Where is a cup?")], written.Turns[0].Parts);
        Assert.Equal([new TextPart("In the picture, where is a cup?")], written.Turns[2].Parts);
        Assert.Equal([new TextPart("Find a cup.")], written.Turns[4].Parts);
        Assert.All([1, 3, 5], turn => Assert.Equal(written.Turns[1], written.Turns[turn] with { Parts = written.Turns[1].Parts }));
        Assert.Equal(6, written.Turns.Count);
        Assert.Equal(0, written.Turns.Skip(1).Sum(turn => turn.Parts.Count(part => part is ImagePart)));
    }

    /// <summary>No built-in wording is left with a hole where the picture stood.</summary>
    [Fact]
    public void Every_built_in_wording_of_places_reads_on_without_its_picture()
    {
        foreach (QuestionTemplate template in QuestionTemplates.BuiltIn(TemplateKind.Referring).All)
        {
            string text = string.Concat(SampleTurn.User(template.Fill("a cup")).WithoutPicture().Parts.Cast<SampleText>().Select(part => part.Text));
            Assert.DoesNotContain("<image>", text, StringComparison.Ordinal);
            Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("in ?", text, StringComparison.Ordinal);
            Assert.Equal(text.Trim(), text);
        }
    }

    [Fact]
    public void Boxes_move_in_every_turn()
    {
        TaskSample joined = TaskSample.Join([Sample("<image> <expr>"), Sample("<image> <expr>")]).Map(box => new PixelBox(0, 0, 50, 50), point => point);
        Assert.All(joined.Turns.Where(turn => turn.Role == TurnRole.Assistant), turn => Assert.Contains(turn.Parts, part => part is SampleBoxes { Boxes: [{ X2: 50 }] }));
    }

    [Fact]
    public void Different_pictures_are_no_conversation()
    {
        TaskSample one = Sample("<image> <expr>");
        Assert.Throws<ArgumentException>(() => TaskSample.Join([one, one with { Picture = "other.jpg" }]));
        Assert.Throws<ArgumentException>(() => TaskSample.Join([]));
    }

    private static TaskSample Sample(string template) => new ReferringTask(QuestionTemplates.Only(TemplateKind.Referring, template)).Make(
        new RegReference(new DataPlace("file.jsonl", Line: 1), "a.jpg", new PixelBox(10, 20, 30, 40), "a cup", null), SampleChance.None);
}
