using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class CocoInstancesTests : IDisposable
{
    private const string Instances = "annotations/instances_train2014.json";

    private readonly TemporaryFolder _folder = new();

    public CocoInstancesTests() => FormatSamples.Copy("coco", _folder);

    private string File => _folder[Instances];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_reads_as_its_summary_says()
    {
        JsonNode expected = FormatSamples.Expected("coco");
        CocoInstance[] instances = [.. RecordCheck.Passing(CocoInstances.Read(File), new PictureFolder(_folder["train2014"]))];
        Assert.Equal(expected["images"]!.GetValue<int>(), CocoInstances.ReadImages(File).Count());
        Assert.Equal(expected["annotations"]!.GetValue<int>(), instances.Length);
        Assert.Equal(expected["crowd_annotations"]!.GetValue<int>(), instances.Count(instance => instance.IsCrowd));
        Assert.Equal(expected["categories"]!.AsArray().Select(id => id!.GetValue<long>()), CocoInstances.ReadCategories(File).Select(category => category.Id));

        CocoInstance second = instances[1], crowd = instances[^1];
        Assert.Equal((1734, "COCO_train2014_000000000009.jpg", "stop sign", "outdoor"), (second.AnnotationId, second.Picture!, second.Category.Name, second.Category.Supercategory!));
        Assert.Equal((new PixelBox(24.5, 16.25, 37.25, 24.75), 108.375), (second.Box, second.Area!.Value));
        Assert.Equal((900_100_000_001, "900100000001", true), (crowd.AnnotationId, crowd.Id!, crowd.IsCrowd));
        Assert.Equal($"{File}, field 'annotations[6]'", crowd.Place.ToString());
    }

    public static TheoryData<string, Action<JsonNode>, string> Broken => new()
    {
        { "missing id", root => First(root).Remove("id"), "field 'annotations[0]': has no member 'id'" },
        { "missing bbox", root => First(root).Remove("bbox"), "field 'annotations[0]': has no member 'bbox'" },
        { "three numbers", root => First(root)["bbox"] = new JsonArray(1, 2, 3), "field 'annotations[0].bbox': has 3 numbers; 4 are needed" },
        { "a text", root => First(root)["bbox"]![2] = "16", "field 'annotations[0].bbox[2]': is a text; a number is needed" },
        { "negative width", root => First(root)["bbox"]![2] = -1, "field 'annotations[0].bbox': is no box" },
        { "no width", root => First(root)["bbox"]![2] = 0, "field 'annotations[0].bbox': the box 3, 2, 3, 11 has no area" },
        { "fractional id", root => First(root)["id"] = 1.5, "field 'annotations[0].id': is a number; a whole number is needed" },
        { "unknown image", root => First(root)["image_id"] = 10, "field 'annotations[0].image_id': is 10, which no entry of 'images' has as its id" },
        { "unknown category", root => First(root)["category_id"] = 2, "field 'annotations[0].category_id': is 2, which no entry of 'categories' has as its id" },
        { "annotation twice", root => First(root)["id"] = 1734, "field 'annotations[1].id': is 1734, as that of an earlier entry is" },
        { "image twice", root => root["images"]![1]!["id"] = 9, "field 'images[1].id': is 9, as that of an earlier entry is" },
        { "category twice", root => root["categories"]![1]!["id"] = 1, "field 'categories[1].id': is 1, as that of an earlier entry is" },
        { "image without sides", root => root["images"]![0]!["width"] = 0, "field 'images[0].width': is a number; a picture's side in whole pixels is needed" },
        { "crowd", root => First(root)["iscrowd"] = 2, "field 'annotations[0].iscrowd': is 2; 0 or 1 is needed" },
        { "area", root => First(root)["area"] = -1, "field 'annotations[0].area': is negative" },
        { "open polygon", root => First(root)["segmentation"]![0]!.AsArray().RemoveAt(0), "field 'annotations[0].segmentation[0]': has 7 numbers" },
        { "flat polygon", root => First(root)["segmentation"] = new JsonArray(1, 2, 3, 4, 5, 6), "field 'annotations[0].segmentation[0]': is no polygon" },
        { "words in a polygon", root => First(root)["segmentation"]![0]![3] = "x", "field 'annotations[0].segmentation[0]': holds something that is no number" },
        { "runs too short", root => Crowd(root)["counts"]![2] = 1375, "field 'annotations[6].segmentation.counts': has runs of 1535 pixels in all, but a picture of 48 x 32 has 1536" },
        { "negative run", root => Crowd(root)["counts"]![0] = -64, "field 'annotations[6].segmentation.counts': holds something that is no length" },
        { "another size", root => Crowd(root)["size"] = new JsonArray(48, 32), "field 'annotations[6].segmentation.size': is not the picture's height and width, 32 and 48" },
        { "packed badly", root => Crowd(root)["counts"] = "0~", "field 'annotations[6].segmentation.counts': is no text of packed runs" },
        { "packed and cut", root => Crowd(root)["counts"] = "0P", "field 'annotations[6].segmentation.counts': is no text of packed runs" },
        { "packed without end", root => Crowd(root)["counts"] = new string('o', 100), "field 'annotations[6].segmentation.counts': is no text of packed runs" },
        { "no annotations", root => root.AsObject().Remove("annotations"), "has no member 'annotations'" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_wrong_is_named_by_file_record_and_field(string damage, Action<JsonNode> change, string problem)
    {
        Damage.Edit(File, change);
        string refusal = FormatSamples.Refusal(CocoInstances.Read(File));
        Assert.True(refusal.StartsWith(File, StringComparison.Ordinal) && refusal.Contains(problem, StringComparison.Ordinal), $"{damage}: {refusal}");
    }

    [Fact]
    public void A_cut_file_and_one_that_is_not_utf8_are_refused()
    {
        Damage.SpoilUtf8(File, "stop sign");
        Assert.Contains("field 'categories[1]': is not UTF-8", FormatSamples.Refusal(CocoInstances.Read(File)), StringComparison.Ordinal);
        Damage.CutInTheMiddle(File);
        Assert.Contains("ends too early", FormatSamples.Refusal(CocoInstances.Read(File)), StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_out_of_the_picture_and_absent_pictures_are_found_by_the_check()
    {
        Damage.Edit(File, root => First(root)["bbox"]![2] = 60);
        Assert.Equal(
            (6, $"{File}, field 'annotations[0].bbox': the box 3, 2, 63, 11 stands out of the picture of 48 x 32 pixels by more than 1 pixel"),
            FormatSamples.Borne(problems => CocoInstances.Read(File, problems), _folder["train2014"]));
        System.IO.File.Delete(_folder["train2014", "COCO_train2014_000000000025.jpg"]);
        Assert.Contains("there is no file", FormatSamples.Refusal(CocoInstances.Read(File).Skip(1), _folder["train2014"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_entry_is_counted_and_the_others_are_read()
    {
        Damage.Edit(File, root => First(root)["category_id"] = "one");
        Assert.Equal(
            (6, $"{File}, field 'annotations[0].category_id': is a text; a whole number is needed"), FormatSamples.Borne(problems => CocoInstances.Read(File, problems)));
    }

    /// <summary>Runs of 64, 96 and 1376 pixels packed by the rule in maskApi.c; 64 is 0 + 2 * 32, so its groups are 0 (another follows) and 2.</summary>
    [Fact]
    public void Packed_runs_are_summed()
    {
        Damage.Edit(File, root => Crowd(root)["counts"] = Pack(64, 96, 1376));
        Assert.Equal(7, CocoInstances.Read(File).Count());
        Assert.StartsWith("P2", Pack(64, 96, 1376), StringComparison.Ordinal);
        Damage.Edit(File, root => Crowd(root)["counts"] = Pack(64, 96, 10, 6, 8, 1352));
        Assert.Equal(7, CocoInstances.Read(File).Count());
        Damage.Edit(File, root => Crowd(root)["counts"] = Pack(64, 96, 10, 6, 8, 1351));
        Assert.Contains("has runs of 1535 pixels", FormatSamples.Refusal(CocoInstances.Read(File)), StringComparison.Ordinal);
    }

    private static string Pack(params long[] runs)
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < runs.Length; i++)
        {
            long number = runs[i] - (i > 2 ? runs[i - 2] : 0);
            bool more = true;
            while (more)
            {
                long bits = number & 31;
                number >>= 5;
                more = (bits & 16) != 0 ? number != -1 : number != 0;
                text.Append((char)(bits + (more ? 32 : 0) + 48));
            }
        }

        return text.ToString();
    }

    private static JsonObject First(JsonNode root) => root["annotations"]![0]!.AsObject();

    private static JsonObject Crowd(JsonNode root) => root["annotations"]![6]!["segmentation"]!.AsObject();
}
