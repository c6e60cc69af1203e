using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Rec;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class RecTests : IDisposable
{
    private const string Boxes = """
        {"id": 1, "img_path": "a.jpg", "expression": "the cup", "bbox": [10, 20, 30.5, 40], "width": 64, "height": 48, "answer": "[0.1,0.2,0.3,0.4]"}
        {"id": "2", "img_path": "b.jpg", "bbox": [0, 0, 64, 48], "width": 64, "height": 48, "answer": ""}

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_right_box_is_in_pixels_or_in_a_text()
    {
        string file = _folder.Write("answers.jsonl", Boxes + """{"answer": "a", "target": "Answer: [0.1,0.2,0.3,0.4] ."}""");
        RecAnswer[] answers = [.. RecordCheck.Passing(RecAnswer.Read(file), pictures: null)];
        Assert.Equal(["1", "2", null], answers.Select(answer => answer.Id));
        Assert.Equal((new PixelBox(10, 20, 30.5, 40), new PictureSize(64, 48), "a.jpg"), (answers[0].Box, answers[0].StatedSize, answers[0].Picture));
        Assert.Equal(("Answer: [0.1,0.2,0.3,0.4] .", null, null), (answers[2].Target, answers[2].Box, answers[2].StatedSize));
    }

    public static TheoryData<string, Action<string>, string, string> Broken => new()
    {
        { "cut", Damage.CutInTheMiddle, "line ", "is not valid JSON" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "the cup"), "line 1", "not UTF-8" },
        { "no answer", file => Damage.EditLine(file, 2, line => line.AsObject().Remove("answer")), "line 2", "no member 'answer'" },
        { "answer as list", file => Damage.Replace(file, "\"[0.1,0.2,0.3,0.4]\"", "[0.1,0.2,0.3,0.4]"), "line 1, field 'answer'", "a text is needed" },
        { "no box", file => Damage.EditLine(file, 2, line => line.AsObject().Remove("bbox")), "line 2", "needs either" },
        { "box and text", file => Damage.EditLine(file, 2, line => line["target"] = "x"), "line 2", "needs either" },
        { "three numbers", file => Damage.Replace(file, "[10, 20, ", "[10, "), "line 1, field 'bbox'", "has 3 numbers" },
        { "reversed", file => Damage.Replace(file, "[10, 20,", "[31, 20,"), "line 1, field 'bbox'", "is no box" },
        { "no area", file => Damage.Replace(file, "[0, 0, 64, 48]", "[0, 0, 64, 0]"), "line 2, field 'bbox'", "has no area" },
        { "out of the picture", file => Damage.Replace(file, "[0, 0, 64, 48]", "[0, 0, 99, 48]"), "line 2, field 'bbox'", "stands out of the picture" },
        { "no width", file => Damage.EditLine(file, 2, line => line.AsObject().Remove("width")), "line 2", "no member 'width'" },
        { "duplicate id", file => Damage.EditLine(file, 2, line => line["id"] = 1), "line 2", "has the id '1'" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = _folder.Write("answers.jsonl", Boxes);
        damage(file);
        AnswerSamples.AssertRefused(RecordCheck.Passing(RecAnswer.Read(file), pictures: null), place, problem);
    }

    [Fact]
    public void A_picture_that_is_not_there_is_named() => AnswerSamples.AssertRefused(
        RecordCheck.Passing(RecAnswer.Read(_folder.Write("answers.jsonl", Boxes)), new PictureFolder(_folder.Path)), "line 1", "'a.jpg', but there is no file");
}
