using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Tests.Formats;

public sealed class CocoCaptionTests : IDisposable
{
    private const string Captions = "captions_train2014.json";
    private const string Results = """[{"image_id": 30, "caption": "a bar"}, {"image_id": 9, "caption": "a square"}, {"image_id": 25, "caption": ""}]""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_reads_to_its_summary()
    {
        var golden = new GoldenJson(AnswerSamples.Fixture("formats", "expected_summary.json"));
        GoldenValue expected = golden.Root["coco"];
        CocoCaptionImage[] images = [.. Checked(AnswerSamples.Fixture("formats", "coco", "annotations", Captions))];

        Assert.Equal((expected["images"].Number, expected["captions"].Number), (images.Length, images.Sum(image => image.Captions.Count)));
        Assert.Equal(expected["captions_per_image"].Names, images.Select(image => image.Id));
        Assert.All(images, image => Assert.Equal(expected["captions_per_image"][image.Id].Items.Select(caption => caption.Text!), image.Captions.Select(caption => caption.Text)));
        Assert.Equal(("COCO_train2014_000000000009.jpg", 48, 32), (images[0].Picture, images[0].StatedSize!.Value.Width, images[0].StatedSize!.Value.Height));
    }

    [Fact]
    public void Ids_may_exceed_32_bits()
    {
        string file = Sample();
        Damage.Edit(file, root => root["annotations"]![0]!["id"] = 900100000001);
        Damage.Edit(file, root => root["annotations"]!.AsArray().Where(each => (int)each!["image_id"]! == 9).ToList().ForEach(each => each!["image_id"] = 9000000000009));
        Damage.Edit(file, root => root["images"]![0]!["id"] = 9000000000009);
        CocoCaptionImage[] images = [.. CocoCaptionImage.Read(file)];
        Assert.Equal(9000000000009, images[0].ImageId);
        Assert.Equal(3, images[0].Captions.Count);
        Assert.Equal(900100000001, images[1].Captions[^1].Id);
    }

    public static TheoryData<string, Action<string>, string, string> Broken => new()
    {
        { "cut", Damage.CutInTheMiddle, Captions, "was cut off" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "green circle"), "annotations[0]", "not UTF-8" },
        { "no caption's id", file => Damage.Edit(file, root => Annotation(root, 1).Remove("id")), "annotations[1]", "no member 'id'" },
        { "no caption's picture", file => Damage.Edit(file, root => Annotation(root, 1).Remove("image_id")), "annotations[1]", "no member 'image_id'" },
        { "id as text", file => Damage.Edit(file, root => Annotation(root, 2)["id"] = "514"), "annotations[2].id", "a whole number is needed" },
        { "id beyond 64 bits", file => Damage.Replace(file, "\"id\": 514", "\"id\": 99999999999999999999"), "annotations[2].id", "a whole number is needed" },
        { "caption as list", file => Damage.Edit(file, root => Annotation(root, 2)["caption"] = new JsonArray("a")), "annotations[2].caption", "a text is needed" },
        { "empty caption", file => Damage.Edit(file, root => Annotation(root, 2)["caption"] = " \n"), "annotations[2].caption", "is empty" },
        { "duplicate caption's id", file => Damage.Edit(file, root => Annotation(root, 3)["id"] = 520), "annotations[3]", "has the id 520, as an earlier caption has" },
        { "unknown picture", file => Damage.Edit(file, root => Annotation(root, 3)["image_id"] = 31), "annotations[3].image_id", "names the picture 31, which the list \"images\" does not have" },
        { "no picture's id", file => Damage.Edit(file, root => root["images"]![1]!.AsObject().Remove("id")), "images[1]", "no member 'id'" },
        { "duplicate picture", file => Damage.Edit(file, root => root["images"]![1]!["id"] = 9), "images[1]", "has the id 9, as an earlier picture has" },
        { "side as text", file => Damage.Edit(file, root => root["images"]![0]!["width"] = "48"), "images[0].width", "a number is needed" },
        { "one side", file => Damage.Edit(file, root => root["images"]![0]!.AsObject().Remove("height")), "images[0]", "no member 'height'" },
        { "wrong size", file => Damage.Edit(file, root => root["images"]![0]!["width"] = 50), "images[0]", "says that 'COCO_train2014_000000000009.jpg' has 50 x 32" },
        { "picture that is not there", file => Damage.Edit(file, root => root["images"]![2]!["file_name"] = "missing.jpg"), "images[2]", "'missing.jpg', but there is no file" },
        { "picture without captions", file => Damage.Edit(file, root => RemoveCaptions(root, 30)), "images[2]", "is the picture 30 ('COCO_train2014_000000000030.jpg'), which has no caption" },
        { "no list", file => Damage.Edit(file, root => root["annotations"] = "none"), "field 'annotations'", "is not a list" },
        { "no pictures", file => Damage.Edit(file, root => root.AsObject().Remove("images")), Captions, "no member 'images'" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = Sample();
        damage(file);
        AnswerSamples.AssertRefused(Checked(file), place, problem);
    }

    [Fact]
    public void Bad_captions_and_pictures_are_counted_when_they_are_borne()
    {
        string file = Sample();
        Damage.Edit(file, root => Annotation(root, 2)["caption"] = 5); // one of three of picture 9
        Damage.Edit(file, root => RemoveCaptions(root, 30));
        Damage.Edit(file, root => root["annotations"]!.AsArray().Add(JsonNode.Parse("""{"id": 1, "image_id": 77, "caption": "lost"}""")));
        var problems = new DataProblems();
        Assert.Equal([("9", 2), ("25", 3)], Checked(file, problems).Select(image => (image.Id, image.Captions.Count)));
        Assert.Equal(["annotations[1].caption", "images[2]", "annotations[6].image_id"], problems.All.Select(problem => problem.Place.Field));
        Assert.Throws<DataException>(() => Checked(file, new DataProblems(limit: 2)).ToList());
    }

    [Fact]
    public void Each_picture_gets_its_result()
    {
        IReadOnlyList<(CocoCaptionImage Image, CocoCaptionResult Result)> pairs = Matched(Sample(), Results);
        Assert.Equal([(9L, "a square"), (25, ""), (30, "a bar")], pairs.Select(pair => (pair.Image.ImageId, pair.Result.Caption)));
    }

    [Theory]
    [InlineData("""[{"image_id": 9, "caption": "a"}, {"image_id": 9, "caption": "b"}]""", "record 1", "is a second caption of the picture 9, after ")]
    [InlineData("""[{"image_id": 7, "caption": "a"}]""", "record 0", "is a caption of the picture 7, which has no references")]
    [InlineData("""[{"image_id": 25, "caption": "a"}]""", Captions, "has the picture 9, to which the results give no caption, nor 1 more")]
    [InlineData("[]", Captions, "has the picture 9, to which the results give no caption, nor 2 more")]
    [InlineData("""[{"image_id": "9", "caption": "a"}]""", "record 0, field 'image_id'", "a whole number is needed")]
    [InlineData("""[{"image_id": 9, "caption": null}]""", "record 0", "no member 'caption'")]
    [InlineData("""[{"caption": "a"}]""", "record 0", "no member 'image_id'")]
    [InlineData("""{"image_id": 9, "caption": "a"}""", "results.json", "is not a list")]
    [InlineData("""[{"image_id": 9, "caption": "a"}""", "results.json", "was cut off")]
    public void Results_that_do_not_fit_are_refused_by_name(string results, string place, string problem)
    {
        string file = Sample();
        var error = Assert.Throws<DataException>(() => Matched(file, results));
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static JsonObject Annotation(JsonNode root, int index) => root["annotations"]![index]!.AsObject();

    private static void RemoveCaptions(JsonNode root, int image) => root["annotations"]!.AsArray().RemoveAll(each => (int)each!["image_id"]! == image);

    private static IEnumerable<CocoCaptionImage> Checked(string file, DataProblems? problems = null) =>
        RecordCheck.Passing(CocoCaptionImage.Read(file, problems), new PictureFolder(AnswerSamples.Fixture("formats", "coco", "train2014")), problems);

    private string Sample() => AnswerSamples.Copy(_folder, "formats", "coco", "annotations", Captions);

    private IReadOnlyList<(CocoCaptionImage Image, CocoCaptionResult Result)> Matched(string file, string results) =>
        CocoCaptionResult.Match(CocoCaptionImage.Read(file), CocoCaptionResult.Read(_folder.Write("results.json", results)));
}
