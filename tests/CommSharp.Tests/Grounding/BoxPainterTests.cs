using CommSharp.Checkpoints;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Tests.Grounding;

public sealed class BoxPainterTests
{
    private static readonly RgbColor Ground = new(90, 90, 90);
    private static readonly RgbColor Red = new(213, 94, 0);

    [Fact]
    public void A_box_is_drawn_along_its_edges_and_the_picture_itself_is_not_touched()
    {
        RgbImage picture = Blank(200, 160);

        RgbImage painted = BoxPainter.Paint(picture, [new LabeledBox(new PixelBox(40, 50, 120, 130))]);

        Assert.Equal(Red, painted[40, 90]);
        Assert.Equal(Red, painted[119, 90]);
        Assert.Equal(Red, painted[80, 50]);
        Assert.Equal(Ground, painted[80, 90]);
        Assert.Equal(Ground, painted[38, 90]);
        Assert.Equal(Ground, picture[40, 90]);
    }

    [Theory]
    [InlineData(0, 0, 30, 20)]
    [InlineData(150, 0, 200, 20)]
    [InlineData(190, 150, 200, 160)]
    [InlineData(-50, -50, 500, 500)]
    public void A_label_stays_in_the_picture_and_has_letters(double x1, double y1, double x2, double y2)
    {
        RgbImage without = BoxPainter.Paint(Blank(200, 160), [new LabeledBox(new PixelBox(x1, y1, x2, y2))]);

        RgbImage with = BoxPainter.Paint(Blank(200, 160), [new LabeledBox(new PixelBox(x1, y1, x2, y2), "a cat")]);

        int plate = Count(with, color => color == Red) - Count(without, color => color == Red);
        int letters = Count(with, color => color.Blue > 110) - Count(without, color => color.Blue > 110);
        Assert.True(plate > 200, $"The label's plate has {plate} pixels.");
        Assert.True(letters > 20, $"The letters have {letters} pixels.");
    }

    [Fact]
    public void Labels_longer_than_the_picture_empty_boxes_and_small_pictures_are_drawn()
    {
        string label = string.Concat(Enumerable.Repeat("a very long phrase \n🐈", 20));

        Assert.Equal(64, BoxPainter.Paint(Blank(64, 48), [new LabeledBox(new PixelBox(60, 40, 5, 5), label)]).Width);
        Assert.Equal(1, BoxPainter.Paint(Blank(1, 1), [new LabeledBox(new PixelBox(0, 0, 1, 1), label)]).Width);
        Assert.Equal(1, BoxPainter.Paint(Blank(1, 1), [new LabeledBox(new PixelBox(double.NaN, 0, double.PositiveInfinity, 1), label)]).Width);
    }

    [Fact]
    public void Boxes_have_different_colours()
    {
        LabeledBox[] boxes = [.. Enumerable.Range(0, 6).Select(i => new LabeledBox(new PixelBox(30 * i, 10, (30 * i) + 20, 100)))];

        RgbImage painted = BoxPainter.Paint(Blank(200, 160), boxes);

        Assert.Equal(6, Enumerable.Range(0, 6).Select(i => painted[30 * i, 50]).Distinct().Count());
    }

    [Fact]
    public void A_picture_is_written_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        RgbImage picture = Blank(20, 10);

        PngFile.Write(folder["a.png"], picture);

        Assert.True(ImageDecoder.Read(folder["a.png"]).Pixels.SequenceEqual(picture.Pixels));
        Assert.Equal(["a.png"], folder.Entries);
        Assert.Throws<CheckpointException>(() => PngFile.Write(folder["missing", "a.png"], picture));
    }

    private static RgbImage Blank(int width, int height) => new(width, height, [.. Enumerable.Repeat(Ground.Red, width * height * 3)]);

    private static int Count(RgbImage image, Func<RgbColor, bool> matches) =>
        Enumerable.Range(0, image.Width * image.Height).Count(i => matches(image[i % image.Width, i / image.Width]));
}
