using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Flickr30kEntities;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class Flickr30kEntitiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Flickr30kEntitiesTests() => FormatSamples.Copy("flickr30k_entities", _folder);

    private static string Pictures => FormatSamples.At("flickr30k", "flickr30k_images");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Phrases_and_boxes_are_those_of_the_reference()
    {
        string expectedFile = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics", "prompts", "flickr30k_entities_expected.json");
        JsonNode[] expected = [.. JsonNode.Parse(File.ReadAllText(expectedFile))!["items"]!.AsArray().Select(item => item!)];
        EntitySentence[] read = [.. RecordCheck.Passing(Flickr30kEntitiesFolder.Read(_folder.Path, "train"), new PictureFolder(Pictures))];
        Assert.Equal(expected.Length, read.Length);
        foreach ((JsonNode item, EntitySentence sentence) in expected.Zip(read))
        {
            Assert.Equal(item["image_id"]!.GetValue<string>(), sentence.ImageName);
            Assert.Equal(item["sentence"]!.GetValue<string>(), Marked(sentence));
            PixelBox[][] boxes = [.. sentence.Phrases.Where(phrase => phrase.Boxes.Count > 0).Select(phrase => phrase.Boxes.ToArray())];
            Assert.Equal(item["phrase_boxes"]!.AsArray().Select(phrase => phrase!.AsArray().Select(Box).ToArray()), boxes);
        }
    }

    [Fact]
    public void What_has_no_box_stays_a_phrase()
    {
        EntitySentence first = Flickr30kEntitiesFolder.Read(_folder.Path).First();
        Assert.Equal(("25.jpg#0", "25.jpg", new PictureSize(32, 48)), (first.Id!, first.Picture, first.Size));
        Assert.Equal(["A green circle", "the other shape", "a picture"], first.Phrases.Select(phrase => first.Text[phrase.Start..phrase.End]));
        Assert.Equal(("14", "scene"), (first.Phrases[2].EntityId, Assert.Single(first.Phrases[2].Types)));
        Assert.Empty(first.Phrases[2].Boxes);
        Assert.Equal(["other", "people"], Flickr30kEntitiesFolder.Read(_folder.Path).ElementAt(1).Phrases[1].Types);
        Assert.Equal(2, Flickr30kEntitiesFolder.Read(_folder.Path).ElementAt(3).Place.Line);

        Damage.Replace(_folder["Sentences", "25.txt"], "EN#14/scene", "EN#0/notvisual");
        Assert.Empty(Flickr30kEntitiesFolder.Read(_folder.Path).First().Phrases[2].Boxes);
    }

    [Theory]
    [InlineData("[/EN#11/other A", "[/EN#15/other A", "line 1, field 'phrases[0]': names the entity '15', which the annotation of '9.jpg' does not have")]
    [InlineData("[/EN#11/other A", "[/EN#/other A", "line 1: has a phrase '/other A red square' without a number, a type or words")]
    [InlineData("[/EN#11/other A", "[/EN#11 A", "line 1: has a phrase '11 A red square' without a number, a type or words")]
    [InlineData("[/EN#11/other A red square]", "[/EN#11/other]", "line 1: has a phrase '11/other' without a number, a type or words")]
    [InlineData("square]", "square", "line 1: has a bracket at character 1 that belongs to no phrase")]
    [InlineData("touches", "touches]", "line 1: has a bracket at character 36 that belongs to no phrase")]
    [InlineData("[/EN#11/other A", "[11 A", "line 1: has a bracket at character 1 that belongs to no phrase")]
    public void Bad_marks_are_named_by_line_and_counted(string text, string by, string problem)
    {
        string file = _folder["Sentences", "9.txt"];
        Damage.Replace(file, text, by);
        (int passed, string message) = FormatSamples.Borne(problems => Flickr30kEntitiesFolder.Read(_folder.Path, problems: problems), Pictures);
        Assert.Equal((3, true), (passed, message.StartsWith($"{file}, {problem}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<name>12</name>", "", "line 1, field 'object': has no element 'name'")]
    [InlineData("<name>11</name><name>13</name>", "<name>11</name><name>11</name>", "line 1, field 'object.name': is '11' a second time")]
    [InlineData("<ymin>3</ymin>", "<ymin>three</ymin>", "line 1, field 'object.bndbox.ymin': is 'three'; a number is needed")]
    [InlineData("<scene>1</scene><nobndbox>1</nobndbox>", "", "line 1, field 'object': has neither 'bndbox' nor 'nobndbox'")]
    [InlineData("</bndbox></object>", "</bndbox><nobndbox>1</nobndbox></object>", "line 1, field 'object.nobndbox': says that there is no box, but there is one")]
    [InlineData("<filename>9.jpg", "<filename>25.jpg", "line 1, field 'filename': is '25.jpg', but the annotation is called '9.xml'")]
    [InlineData("<annotation>", "<!DOCTYPE a><annotation>", "has a document type definition")]
    public void A_bad_annotation_is_named_and_leaves_its_picture_out(string text, string by, string problem)
    {
        string file = _folder["Annotations", "9.xml"];
        Damage.Replace(file, text, by);
        (int passed, string message) = FormatSamples.Borne(problems => Flickr30kEntitiesFolder.Read(_folder.Path, problems: problems), Pictures);
        Assert.Equal(2, passed);
        Assert.StartsWith(file, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_out_of_the_picture_and_absent_files_are_found()
    {
        Damage.Replace(_folder["Annotations", "9.xml"], "<xmax>20</xmax>", "<xmax>60</xmax>");
        Assert.Contains(
            "line 1, field 'phrases[0].boxes[0]': the box 3, 2, 59, 11 stands out of the picture of 48 x 32 pixels",
            FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path, "train")),
            StringComparison.Ordinal);
        Assert.Contains("there is no file", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path), _folder.Path), StringComparison.Ordinal);
        File.Delete(_folder["Annotations", "25.xml"]);
        Assert.Contains("25.xml: no such file", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path)), StringComparison.Ordinal);
        Assert.Contains("no such folder", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder["none"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_files_and_what_is_not_utf8_leave_their_picture_out()
    {
        Damage.SpoilUtf8(_folder["Sentences", "9.txt"], "near");
        Assert.Equal(
            (2, $"{_folder["Sentences", "9.txt"]}, line 2: is not UTF-8; convert the file"),
            FormatSamples.Borne(problems => Flickr30kEntitiesFolder.Read(_folder.Path, problems: problems), Pictures));
        Damage.CutInTheMiddle(_folder["Annotations", "25.xml"]);
        Assert.Contains("25.xml, line 1: is not valid XML", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_a_split_names_twice_is_read_once()
    {
        Damage.RepeatLine(_folder["train.txt"], 1);
        Assert.Equal(
            (4, $"{_folder["train.txt"]}, line 3: names the picture '9' a second time"),
            FormatSamples.Borne(problems => Flickr30kEntitiesFolder.Read(_folder.Path, "train", problems)));
    }

    [Fact]
    public void Pictures_without_sentences_or_with_too_many_are_refused()
    {
        string file = _folder.Write("Sentences/9.txt", "\n");
        Assert.Equal($"{file}: holds no sentence", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path, "train")));
        _folder.Write("Sentences/9.txt", string.Concat(Enumerable.Repeat("a\n", 1001)));
        Assert.Contains("holds more than 1000 sentences", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path, "train")), StringComparison.Ordinal);
        _folder.Write("Sentences/9.txt", new string('a', 10_001));
        Assert.Contains("is longer than 10000 characters", FormatSamples.Refusal(Flickr30kEntitiesFolder.Read(_folder.Path, "train")), StringComparison.Ordinal);
    }

    private static string Marked(EntitySentence sentence)
    {
        string text = sentence.Text;
        foreach (EntityPhrase phrase in sentence.Phrases.Reverse().Where(phrase => phrase.Boxes.Count > 0))
        {
            text = $"{text[..phrase.Start]}<ph_st>{text[phrase.Start..phrase.End]}<ph_ed>{text[phrase.End..]}";
        }

        return text;
    }

    private static PixelBox Box(JsonNode? box) => box!.AsArray() is [var x1, var y1, var x2, var y2]
        ? new PixelBox(x1!.GetValue<double>(), y1!.GetValue<double>(), x2!.GetValue<double>(), y2!.GetValue<double>())
        : default;
}
