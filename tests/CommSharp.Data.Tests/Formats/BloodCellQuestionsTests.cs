using CommSharp.Data.Checking;
using CommSharp.Data.Formats;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Pictures;

namespace CommSharp.Data.Tests.Formats;

public sealed class BloodCellQuestionsTests
{
    private static readonly string[] Classes = ["RBC", "WBC", "Platelets"];

    [Theory]
    [InlineData("train", 205, 248)]
    [InlineData("val", 87, 108)]
    public void Real_pictures_make_as_many_questions_as_their_annotations_allow(string split, int pictures, int alone)
    {
        string root = SharedFolder.Require("data", "bccd");
        PascalVocAnnotation[] all = [.. PascalVocFolder.Read(root, split)];
        int[][] counts = [.. all.Select(each => Classes.Select(name => each.Objects.Count(thing => thing.Name == name)).ToArray())];
        Assert.Equal((pictures, alone), (all.Length, counts.Sum(each => each.Count(count => count == 1))));

        Assert.Equal(alone, Read("voc-rec").Length);
        Assert.Equal(counts.Sum(each => each.Count(count => count > 0)), Read("voc-detect").Length);
        Assert.Equal(counts.Sum(each => each.Sum()), Read("voc-reg").Length);
        Assert.Equal(counts.Sum(each => each.Count(count => count > 0) + (each.Contains(0) ? 1 : 0)), Read("voc-count").Length);
        Assert.Equal(pictures, Read("voc-caption").Length);
        Assert.Equal(
            Classes.Index().Sum(name => 2 * Math.Min(counts.Count(each => each[name.Index] > 0), counts.Count(each => each[name.Index] == 0))), Read("voc-presence").Length);

        PascalVocQuestion[] Read(string format) => ReadBloodCells(root, format, split);
    }

    [Fact]
    public void The_white_blood_cell_is_alone_in_85_pictures_of_val()
    {
        string root = SharedFolder.Require("data", "bccd");
        PascalVocQuestion[] cells = [.. ReadBloodCells(root, "voc-rec", "val").Where(each => each.Class == "WBC")];
        Assert.Equal(85, cells.Length);
        Assert.All(cells, each => Assert.Equal("the white blood cell", each.Words));
    }

    [Theory]
    [InlineData("voc-rec")]
    [InlineData("voc-detect")]
    [InlineData("voc-reg")]
    [InlineData("voc-count")]
    [InlineData("voc-presence")]
    [InlineData("voc-caption")]
    public void Every_box_lies_in_its_picture_and_no_picture_is_in_both_splits(string format)
    {
        string root = SharedFolder.Require("data", "bccd");
        PascalVocQuestion[] train = ReadBloodCells(root, format, "train"), val = ReadBloodCells(root, format, "val");
        Assert.Empty(train.Select(each => each.Picture).Intersect(val.Select(each => each.Picture)));
        Assert.All(train.Concat(val), each => Assert.All(each.Regions, box => Assert.Equal(box, box.ClampTo(each.Size.Width, each.Size.Height))));

        int[] kept = Numbers(number => number % 5 != 4), held = Numbers(number => number % 5 == 4);
        Assert.Empty(kept.Intersect(held));
        Assert.InRange(held.Length, 1, 41);

        int[] Numbers(Func<int, bool> takes)
        {
            var options = new PascalVocQuestionOptions { Split = "train", Takes = takes };
            return [.. PascalVocQuestions.Read(root, train[0].Kind, options).Select(each => each.PictureNumber).Distinct()];
        }
    }

    [Theory]
    [InlineData("train")]
    [InlineData("val")]
    public void Yes_is_as_often_right_as_no_for_every_class(string split)
    {
        string root = SharedFolder.Require("data", "bccd");
        PascalVocQuestion[] all = ReadBloodCells(root, "voc-presence", split);
        Assert.Equal(Classes.Length, all.Select(each => each.Class).Distinct().Count());
        Assert.All(all.GroupBy(each => each.Class), of => Assert.Equal(of.Count(each => each.Answer == "yes"), of.Count(each => each.Answer == "no")));
    }

    private static PascalVocQuestion[] ReadBloodCells(string root, string format, string split)
    {
        IEnumerable<IDataRecord> records = DataFormats.All.Single(each => each.Name == format).Read(new DataRequest(root, split));
        return [.. RecordCheck.Passing(records.Cast<PascalVocQuestion>(), new PictureFolder(Path.Combine(root, "JPEGImages")))];
    }
}
