using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class RegTests : IDisposable
{
    private const string Expressions = """
        {"img_path": "a.jpg", "expression": "the left cup", "bbox": [10, 20, 30.5, 40], "width": 64, "height": 48, "phrases": [{"words": "left", "boxes": [[10, 20, 30.5, 40]]}, {"words": "cup", "boxes": []}]}
        {"img_path": "a.jpg", "expression": "the cup", "bbox": [30, 20, 50, 40]}
        {"img_path": "a.jpg", "expression": "cup on the left", "bbox": [10.0, 20, 30.5, 40]}

        """;

    private const string Captions = """
        [{"img_path": "a.jpg", "bbox": [30, 20, 50, 40], "caption": "a cup"}, {"img_path": "a.jpg", "bbox": [10, 20, 30.5, 40], "caption": ""}]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_expressions_of_a_region_share_its_caption()
    {
        string references = AnswerSamples.Fixture("metrics", "reg", "references.jsonl");
        Assert.Equal(80, RecordCheck.Passing(RegReference.Read(references), pictures: null).Count());
        Assert.Equal(30, RegCaption.Match(RegReference.Read(references), RegCaption.Read(AnswerSamples.Fixture("metrics", "reg", "predictions.json"))).Count);
        Assert.Equal(["a cup", ""], Matched().Values.Select(caption => caption.Caption));
    }

    [Fact]
    public void A_line_may_say_what_words_mean()
    {
        RegReference[] read = [.. RegReference.Read(_folder.Write("references.jsonl", Expressions))];
        Assert.Equal(["left", "cup"], read[0].Phrases.Select(phrase => phrase.Words));
        Assert.Equal([new PixelBox(10, 20, 30.5, 40)], read[0].Phrases[0].Boxes);
        Assert.Empty(read[0].Phrases[1].Boxes);
        Assert.Empty(read[1].Phrases);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenExpressions => new()
    {
        { "cut", Damage.CutInTheMiddle, "line 1", "is not valid JSON" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "the left cup"), "line 1", "not UTF-8" },
        { "no expression", file => Damage.EditLine(file, 2, line => line.AsObject().Remove("expression")), "line 2", "no member 'expression'" },
        { "empty expression", file => Damage.EditLine(file, 2, line => line["expression"] = ""), "line 2, field 'expression'", "is empty" },
        { "no picture", file => Damage.EditLine(file, 2, line => line.AsObject().Remove("img_path")), "line 2", "no member 'img_path'" },
        { "three numbers", file => Damage.Replace(file, "[10, 20, ", "[10, "), "line 1, field 'bbox'", "has 3 numbers" },
        { "box as text", file => Damage.EditLine(file, 2, line => line["bbox"] = "[1,2,3,4]"), "line 2, field 'bbox'", "a list is needed" },
        { "phrase of other words", file => Damage.EditLine(file, 1, line => line["phrases"]![1]!["words"] = "up"), "line 1, field 'phrases[1].words'", "is not in the text \"the left cup\" behind the phrase before it" },
        { "phrases in another order", file => Damage.EditLine(file, 1, line => line["phrases"]![0]!["words"] = "cup"), "line 1, field 'phrases[1].words'", "is not in the text \"the left cup\" behind the phrase before it" },
        { "phrase without boxes", file => Damage.EditLine(file, 1, line => line["phrases"]![0]!.AsObject().Remove("boxes")), "line 1, field 'phrases[0]'", "no member 'boxes'" },
        { "phrase out of the picture", file => Damage.Replace(file, "[[10, 20, 30.5", "[[10, 20, 80"), "line 1, field 'phrases[0].boxes[0]'", "stands out of the picture" },
        { "out of the picture", file => Damage.EditLine(file, 1, line => line["width"] = 20), "line 1, field 'bbox'", "stands out of the picture" },
    };

    [Theory]
    [MemberData(nameof(BrokenExpressions))]
    public void Broken_expressions_are_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = _folder.Write("references.jsonl", Expressions);
        damage(file);
        AnswerSamples.AssertRefused(RecordCheck.Passing(RegReference.Read(file), pictures: null), place, problem);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenCaptions => new()
    {
        { "cut", Damage.CutInTheMiddle, "captions.json", "was cut off" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "a cup"), "record 0", "not UTF-8" },
        { "no caption", file => Damage.Edit(file, root => root[1]!.AsObject().Remove("caption")), "record 1", "no member 'caption'" },
        { "caption as number", file => Damage.Edit(file, root => root[1]!["caption"] = 3), "record 1, field 'caption'", "a text is needed" },
        { "no box", file => Damage.Edit(file, root => root[0]!.AsObject().Remove("bbox")), "record 0", "no member 'bbox'" },
        { "duplicate", file => Damage.Edit(file, root => root[0]!["bbox"] = root[1]!["bbox"]!.DeepClone()), "record 1", "is a second caption of the region 10, 20, 30.5, 40 of a.jpg, after " },
        { "unknown", file => Damage.Edit(file, root => root[0]!["bbox"]![0] = 29), "record 0", "is a caption of the region 29, 20, 50, 40 of a.jpg, which has no references" },
        { "missing", file => Damage.Edit(file, root => root.AsArray().RemoveAt(0)), "references.jsonl, line 2", "has the region 30, 20, 50, 40 of a.jpg, to which the results give no caption;" },
    };

    [Theory]
    [MemberData(nameof(BrokenCaptions))]
    public void Broken_captions_are_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        AnswerSamples.AssertRefused(Enumerable.Repeat(0, 1).SelectMany(_ => Matched(damage)), place, problem);
    }

    [Fact]
    public void A_picture_that_is_not_there_is_named() => AnswerSamples.AssertRefused(
        RecordCheck.Passing(RegReference.Read(_folder.Write("references.jsonl", Expressions)), new PictureFolder(_folder.Path)), "line 1", "'a.jpg', but there is no file");

    private IReadOnlyDictionary<(string Picture, PixelBox Box), RegCaption> Matched(Action<string>? damage = null)
    {
        string captions = _folder.Write("captions.json", Captions);
        damage?.Invoke(captions);
        return RegCaption.Match(RegReference.Read(_folder.Write("references.jsonl", Expressions)), RegCaption.Read(captions));
    }
}
