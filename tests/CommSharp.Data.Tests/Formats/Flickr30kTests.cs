using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Flickr30k;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Tests.Formats;

public sealed class Flickr30kTests : IDisposable
{
    private const string Token = "results_20130124.token";
    private const string Csv = "results.csv";
    private const string Karpathy = "dataset_flickr30k.json";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files => [Token, Csv, Karpathy];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_sample_reads_to_its_summary(string name)
    {
        var golden = new GoldenJson(AnswerSamples.Fixture("formats", "expected_summary.json"));
        GoldenValue expected = golden.Root["flickr30k"];
        Flickr30kPicture[] pictures = [.. Checked(AnswerSamples.Fixture("formats", "flickr30k", name))];

        Assert.Equal((expected["images"].Number, expected["captions"].Number), (pictures.Length, pictures.Sum(picture => picture.Captions.Count)));
        Assert.Equal(expected["karpathy_splits"].Names, pictures.Select(picture => picture.Picture));
        Assert.All(pictures, picture => Assert.Equal(name == Karpathy ? expected["karpathy_splits"][picture.Picture].Text : null, picture.Split));
        Assert.Equal(
            name == Csv ? (expected["csv_rows"].Number, expected["csv_rows_with_a_missing_separator"].Number) : (15, 0),
            (pictures.Sum(picture => picture.Captions.Count), pictures.Sum(picture => picture.Captions.Count(caption => caption.LacksSeparator))));
        Assert.Equal(["A red square is here .", "Two shapes , one is a red square .", "The red square \" stands \" alone .", "A red square ; a bar .", "Someone drew a red square ."],
            pictures[0].Captions.Select(caption => caption.Text));
        Assert.Equal((4, "Someone drew a blue bar ."), (pictures[2].Captions[4].Number, pictures[2].Captions[4].Text));
        Assert.Equal(name == Karpathy ? ["a", "red", "square", "is", "here"] : null, pictures[0].Captions[0].Tokens);
    }

    [Fact]
    public void A_split_is_read_alone()
    {
        string file = AnswerSamples.Fixture("formats", "flickr30k", Karpathy);
        Assert.Equal("25.jpg", Assert.Single(Flickr30kSplitFile.Read(file, "val")).Picture);
        AnswerSamples.AssertRefused(Flickr30kSplitFile.Read(file, "testA"), Karpathy, "has no split 'testA'; it has train, val and test");
    }

    public static TheoryData<string, string, Action<string>, string, string> Broken => new()
    {
        { Token, "cut", Damage.CutInTheMiddle, "line 6", "each picture has 0 to 4: was the file cut off" },
        { Token, "not UTF-8", file => Damage.SpoilUtf8(file, "green"), "line 6", "not UTF-8" },
        { Token, "no tab", file => Damage.Replace(file, "9.jpg#1\t", "9.jpg#1 "), "line 2", "is not name.jpg#number, a tab and a caption" },
        { Token, "no number", file => Damage.Replace(file, "9.jpg#1", "9.jpg#"), "line 2", "numbers its caption ''; a whole number is needed" },
        { Token, "number as word", file => Damage.Replace(file, "25.jpg#2", "25.jpg#two"), "line 8", "numbers its caption 'two'" },
        { Token, "no name", file => Damage.Replace(file, "9.jpg#0", "#0"), "line 1", "names no picture" },
        { Token, "no caption", file => Damage.Replace(file, "A red square ; a bar .", " "), "line 4", "has no caption" },
        { Token, "duplicate number", file => Damage.Replace(file, "25.jpg#4", "25.jpg#3"), "line 6", "has captions 0, 1, 2, 3, 3 of '25.jpg'" },
        { Token, "duplicate picture", file => File.AppendAllLines(file, File.ReadAllLines(file)[..5]), "line 16", "as lines further up have" },
        { Token, "picture that is not there", file => Rename(file, "25.jpg#", "26.jpg#"), "line 6", "'26.jpg', but there is no file" },
        { Csv, "blanks without end", file => Damage.Replace(file, "25.jpg| 2|", "25.jpg|" + new string(' ', 100_000)), "line 9", "is not name.jpg| number| caption" },
        { Csv, "cut", Damage.CutInTheMiddle, "line 7", "each picture has 0 to 4: was the file cut off" },
        { Csv, "not UTF-8", file => Damage.SpoilUtf8(file, "green"), "line 7", "not UTF-8" },
        { Csv, "no header", file => File.WriteAllLines(file, File.ReadAllLines(file)[1..]), "line 1", "does not name the columns" },
        { Csv, "empty", file => File.WriteAllText(file, ""), Csv, "is empty" },
        { Csv, "no separator", file => Damage.Replace(file, "9.jpg| 1|", "9.jpg 1"), "line 3", "is not name.jpg| number| caption" },
        { Csv, "number as word", file => Damage.Replace(file, "9.jpg| 1|", "9.jpg| one|"), "line 3", "numbers its caption 'one'" },
        { Csv, "no number", file => Damage.Replace(file, "9.jpg| 1|", "9.jpg|"), "line 3", "is not name.jpg| number| caption" },
        { Csv, "number too large", file => Damage.Replace(file, "9.jpg| 1|", "9.jpg| 99999999999|"), "line 3", "numbers its caption '99999999999'" },
        { Csv, "no caption", file => Damage.Replace(file, "A red square ; a bar .", ""), "line 5", "has no caption" },
        { Csv, "duplicate number", file => Damage.Replace(file, "25.jpg| 4|", "25.jpg| 0|"), "line 7", "has captions 0, 0, 1, 2, 3 of '25.jpg'" },
        { Csv, "picture that is not there", file => Rename(file, "25.jpg|", "26.jpg|"), "line 7", "'26.jpg', but there is no file" },
        { Karpathy, "cut", Damage.CutInTheMiddle, Karpathy, "was cut off" },
        { Karpathy, "not UTF-8", file => Damage.SpoilUtf8(file, "green"), "images[1]", "not UTF-8" },
        { Karpathy, "no filename", file => Damage.Edit(file, root => Image(root, 1).Remove("filename")), "images[1]", "no member 'filename'" },
        { Karpathy, "unknown split", file => Damage.Edit(file, root => Image(root, 1)["split"] = "dev"), "images[1].split", "is 'dev'; it must be train, val or test" },
        { Karpathy, "sentence as text", file => Damage.Edit(file, root => Image(root, 1)["sentences"]![0] = "a"), "images[1].sentences[0]", "an object is needed" },
        { Karpathy, "four sentences", file => Damage.Edit(file, root => Image(root, 1)["sentences"]!.AsArray().RemoveAt(0)), "images[1]", "has captions 0, 1, 2, 3 of '25.jpg'" },
        { Karpathy, "no sentence's id", file => Damage.Edit(file, root => Image(root, 1)["sentences"]![2]!.AsObject().Remove("sentid")), "images[1].sentences[2]", "no member 'sentid'" },
        { Karpathy, "duplicate sentence", file => Damage.Edit(file, root => Image(root, 1)["sentences"]![2]!["sentid"] = 3), "images[1].sentences[2]", "has the id 3, as an earlier sentence has" },
        { Karpathy, "duplicate picture", file => Damage.Edit(file, root => Image(root, 1)["filename"] = "9.jpg"), "images[1]", "has the picture '9.jpg', as an earlier record has" },
        { Karpathy, "token as number", file => Damage.Edit(file, root => Image(root, 1)["sentences"]![2]!["tokens"]![1] = 7), "images[1].sentences[2].tokens[1]", "a text is needed" },
        { Karpathy, "picture that is not there", file => Damage.Edit(file, root => Image(root, 1)["filename"] = "26.jpg"), "images[1]", "'26.jpg', but there is no file" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused(string name, string what, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(what);
        string file = AnswerSamples.Copy(_folder, "formats", "flickr30k", name);
        damage(file);
        AnswerSamples.AssertRefused(Checked(file), place, problem);
    }

    [Theory]
    [InlineData(Token, "25.jpg#2\t", "25.jpg 2\t")]
    [InlineData(Csv, "25.jpg| 2|", "25.jpg| two|")]
    [InlineData(Karpathy, "\"split\": \"val\"", "\"split\": 3")]
    public void A_picture_with_a_bad_line_is_one_problem_when_it_is_borne(string name, string text, string by)
    {
        string file = AnswerSamples.Copy(_folder, "formats", "flickr30k", name);
        Damage.Replace(file, text, by);
        var problems = new DataProblems();
        IEnumerable<Flickr30kPicture> pictures = Checked(file, problems);
        Assert.Equal(["9.jpg", "30.jpg"], pictures.Select(picture => picture.Id));
        Assert.Single(problems.All);
    }

    private static JsonObject Image(JsonNode root, int index) => root["images"]![index]!.AsObject();

    private static void Rename(string file, string text, string by) => File.WriteAllText(file, File.ReadAllText(file).Replace(text, by, StringComparison.Ordinal));

    private static IEnumerable<Flickr30kPicture> Checked(string file, DataProblems? problems = null) => RecordCheck.Passing(
        Path.GetExtension(file) switch
        {
            ".token" => Flickr30kTokenFile.Read(file, problems),
            ".csv" => Flickr30kCsvFile.Read(file, problems),
            _ => Flickr30kSplitFile.Read(file, problems: problems),
        },
        new PictureFolder(AnswerSamples.Fixture("formats", "flickr30k", "flickr30k_images")),
        problems);
}
