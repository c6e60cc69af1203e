using CommSharp.Data.Checking;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Checking;

public sealed class RecordCheckTests
{
    [Fact]
    public void Only_records_that_fit_their_pictures_pass()
    {
        using var folder = new TemporaryFolder();
        PngFile.Write(folder["a.png"], new RgbImage(20, 10, new byte[600]));
        folder.Write("broken.png", "no picture");
        (Record Record, string? Problem)[] cases =
        [
            (new("1", "a.png") { Box = new(0, 0, 20, 10) }, null),
            (new("2", "a.png") { Box = new(-1, 0, 21, 11) }, null),
            (new("1", "a.png"), "has the id '1', as an earlier record has"),
            (new("3", "missing.png"), "there is no file"),
            (new("4", "../a.png"), "not below the folder"),
            (new("5", "broken.png"), "not a picture"),
            (new("6", "a.png") { StatedSize = new(10, 20) }, "says that 'a.png' has 10 x 20 pixels, but it has 20 x 10"),
            (new("7", "a.png") { Box = new(0, 0, 22, 10) }, "stands out of the picture of 20 x 10 pixels"),
            (new("8", "a.png") { Box = new(-3, 0, 5, 5) }, "stands out of the picture"),
            (new("9", "a.png") { Box = new(5, 5, 5, 8) }, "has no area"),
            (new("10", null), null),
        ];
        var problems = new DataProblems();
        string?[] passed = [.. RecordCheck.Passing(cases.Select(each => each.Record), new PictureFolder(folder.Path), problems).Select(record => record.Id)];
        Assert.Equal(cases.Where(each => each.Problem is null).Select(each => each.Record.Id), passed);
        Assert.All(cases.Where(each => each.Problem is not null).Zip(problems.All), pair => Assert.Contains(pair.First.Problem!, pair.Second.Message, StringComparison.Ordinal));
    }

    private sealed record Record(string? Id, string? Picture) : IDataRecord
    {
        public DataPlace Place { get; } = new("records.jsonl", Line: 1);

        public PictureSize? StatedSize { get; init; }

        public PixelBox? Box { get; init; }

        public IEnumerable<RecordBox> Boxes => Box is { } box ? [new("bbox", box)] : [];
    }
}
