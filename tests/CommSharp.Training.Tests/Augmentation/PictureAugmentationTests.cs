using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Recipes;
using CsCheck;

namespace CommSharp.Training.Tests.Augmentation;

/// <summary>Boxes and points go where the pixels go, and pictures whose words would become wrong stay as they are.</summary>
public sealed class PictureAugmentationTests
{
    private static readonly RgbColor Ground = new(20, 40, 60), Mark = new(200, 120, 40);

    private static readonly AugmentationSettings Moving = new() { Flip = 0.5, SmallestCrop = 0.3, VisibleBox = 0.5 };

    private static readonly AugmentationSettings Mirrored = new() { Flip = 1 }, Cropped = new() { SmallestCrop = 0.3 };

    private static readonly Gen<(int Width, int Height, int X, int Y, int BoxWidth, int BoxHeight, long Seed)> Scenes =
        from width in Gen.Int[8, 60]
        from height in Gen.Int[8, 60]
        from x in Gen.Int[0, 7]
        from y in Gen.Int[0, 7]
        from boxWidth in Gen.Int[1, 60]
        from boxHeight in Gen.Int[1, 60]
        from seed in Gen.Long
        select (width, height, x, y, Math.Min(boxWidth, width - x), Math.Min(boxHeight, height - y), seed);

    [Fact]
    public void A_box_covers_the_pixels_of_its_thing_afterwards() => Scenes.Sample(
        scene =>
        {
            var box = new PixelBox(scene.X, scene.Y, scene.X + scene.BoxWidth, scene.Y + scene.BoxHeight);
            var point = new PixelPoint(scene.X + 0.5, scene.Y + 0.5);
            RgbImage picture = Draw(scene.Width, scene.Height, box);
            TaskSample sample = Sample("the thing", box, point);
            (RgbImage changed, TaskSample moved) = PictureAugmentation.Apply(picture, sample, Moving, new SampleChance(scene.Seed, 0));
            PixelBox movedBox = moved.Turns[1].Parts.OfType<SampleBoxes>().Single().Boxes[0];
            PixelPoint movedPoint = moved.Turns[1].Parts.OfType<SamplePoints>().Single().Points[0];
            Assert.Equal(Extent(changed), movedBox);
            Assert.Equal(Mark, changed[(int)movedPoint.X, (int)movedPoint.Y]);
            Assert.True(movedBox.Area >= Moving.VisibleBox * box.Area);
            Assert.True(changed.Width * changed.Height >= (0.3 * scene.Width * scene.Height) - scene.Width - scene.Height);
        },
        threads: 1);

    [Fact]
    public void All_kinds_of_changes_occur()
    {
        var box = new PixelBox(10, 10, 20, 22);
        RgbImage picture = Draw(60, 50, box);
        (RgbImage Picture, TaskSample Sample)[] changed = [.. Enumerable.Range(0, 200).Select(i =>
            PictureAugmentation.Apply(picture, Sample("it", box), Moving, new SampleChance(1, i)))];
        Assert.InRange(changed.Count(each => each.Picture.Width < 60), 100, 200);
        (RgbImage, TaskSample)[] mirrored = [.. Enumerable.Range(0, 200).Select(i =>
            PictureAugmentation.Apply(picture, Sample("it", box), new AugmentationSettings { Flip = 0.5 }, new SampleChance(1, i)))];
        Assert.InRange(mirrored.Count(each => Boxes(each.Item2)[0] == new PixelBox(40, 10, 50, 22)), 70, 130);
        Assert.InRange(mirrored.Count(each => Boxes(each.Item2)[0] == box), 70, 130);
    }

    [Fact]
    public void The_same_chance_gives_the_same_picture()
    {
        AugmentationSettings all = Moving with { Brightness = 0.3, Contrast = 0.3, Saturation = 0.3 };
        var box = new PixelBox(10, 10, 20, 22);
        RgbImage picture = Draw(60, 50, box);
        byte[] Pixels(long index) => PictureAugmentation.Apply(picture, Sample("it", box), all, new SampleChance(1, index)).Picture.Pixels.ToArray();
        Assert.Equal(Pixels(5), Pixels(5));
        Assert.NotEqual(Pixels(5), Pixels(6));
    }

    [Theory]
    [InlineData("the man on the LEFT")]
    [InlineData("leftmost cup")]
    [InlineData("his right-hand side")]
    [InlineData("turning clockwise")]
    [InlineData("What does the sign say?")]
    [InlineData("the clock")]
    [InlineData("it is at [0.12, 0.30, 0.55, 0.81]")]
    public void Words_that_a_mirror_makes_wrong_forbid_it(string words)
    {
        var box = new PixelBox(10, 10, 20, 22);
        RgbImage picture = Draw(60, 50, box);
        (RgbImage same, TaskSample sample) = PictureAugmentation.Apply(picture, Sample(words, box), Mirrored, new SampleChance(1, 2));
        Assert.Same(picture, same);
        Assert.Equal([box], Boxes(sample));
    }

    [Theory]
    [InlineData("a bright leftover in an upright, copyrighted bag")]
    [InlineData("the whitest cup")]
    public void Words_that_only_look_like_sides_do_not(string words)
    {
        var box = new PixelBox(10, 10, 20, 22);
        (_, TaskSample sample) = PictureAugmentation.Apply(Draw(60, 50, box), Sample(words, box), Mirrored, new SampleChance(1, 2));
        Assert.Equal([new PixelBox(40, 10, 50, 22)], Boxes(sample));
    }

    [Fact]
    public void Words_of_a_phrase_with_boxes_count_too()
    {
        var box = new PixelBox(10, 10, 20, 22);
        TaskSample sample = Sample("a man", box);
        sample = sample with { Turns = [sample.Turns[0], SampleTurn.Assistant(new SampleBoxes([box], "his left hand"))] };
        Assert.Equal([box], Boxes(PictureAugmentation.Apply(Draw(60, 50, box), sample, Mirrored, new SampleChance(1, 2)).Sample));
    }

    [Theory]
    [InlineData("How many cups are there?", true)]
    [InlineData("the cup in the middle", true)]
    [InlineData("the left cup", true)]
    [InlineData("the cup", false)]
    public void Pictures_are_cropped_only_where_boxes_say_what_must_stay(string words, bool hasBox)
    {
        var box = new PixelBox(10, 10, 20, 22);
        RgbImage picture = Draw(60, 50, box);
        TaskSample sample = hasBox
            ? Sample(words, box)
            : Sample(words, box) with { Turns = [SampleTurn.User(new SampleImage(), words), SampleTurn.Assistant("Yes.")] };
        for (int i = 0; i < 20; i++)
        {
            Assert.Same(picture, PictureAugmentation.Apply(picture, sample, Cropped, new SampleChance(1, i)).Picture);
        }
    }

    [Fact]
    public void A_question_without_boxes_beside_others_that_have_some_forbids_the_crop_as_well()
    {
        var box = new PixelBox(10, 10, 20, 22);
        RgbImage picture = Draw(60, 50, box);
        TaskSample where = Sample("the cup", box), whether = where with { Turns = [SampleTurn.User(new SampleImage(), "Are there any spoons?"), SampleTurn.Assistant("Yes.")] };
        foreach (TaskSample sample in new[] { TaskSample.Join([where, whether]), TaskSample.PutApart([where, whether]) })
        {
            Assert.All(Enumerable.Range(0, 20), i => Assert.Same(picture, PictureAugmentation.Apply(picture, sample, Cropped, new SampleChance(1, i)).Picture));
        }

        TaskSample both = TaskSample.PutApart([where, where]);
        Assert.Contains(Enumerable.Range(0, 20), i => PictureAugmentation.Apply(picture, both, Cropped, new SampleChance(1, i)).Picture != picture);
    }

    [Fact]
    public void What_an_answer_rests_on_stays_in_sight_too()
    {
        PixelBox box = new(10, 10, 20, 22), evidence = new(50, 40, 60, 50);
        TaskSample sample = Sample("the cup", box);
        sample = sample with { Turns = [sample.Turns[0], sample.Turns[1] with { Evidence = [evidence] }] };
        AugmentationSettings settings = new() { SmallestCrop = 0.3, VisibleBox = 1 };
        (RgbImage Picture, TaskSample Sample)[] seen = [.. Enumerable.Range(0, 50).Select(i => PictureAugmentation.Apply(Draw(60, 50, box), sample, settings, new SampleChance(1, i)))];
        Assert.Contains(seen, each => each.Picture.Width < 60);
        Assert.All(seen, each => Assert.Equal(evidence.Area, Assert.Single(each.Sample.Turns[1].Evidence!).Area, 1e-6));
    }

    [Fact]
    public void A_crop_that_cannot_keep_the_boxes_is_not_made()
    {
        PixelBox[] corners = [new(0, 0, 4, 4), new(56, 46, 60, 50)];
        RgbImage picture = Draw(60, 50, corners[0]);
        TaskSample sample = Sample("them", corners[0]);
        sample = sample with { Turns = [sample.Turns[0], SampleTurn.Assistant(new SampleBoxes(corners))] };
        AugmentationSettings settings = new() { SmallestCrop = 0.3, VisibleBox = 1 };
        Assert.All(Enumerable.Range(0, 50), i =>
            Assert.Equal(corners, Boxes(PictureAugmentation.Apply(picture, sample, settings, new SampleChance(1, i)).Sample)));
    }

    [Fact]
    public void Colours_are_changed_about_their_gray()
    {
        RgbImage picture = new(2, 1, [100, 150, 200, 60, 60, 60]);
        Assert.Equal([110, 165, 220, 66, 66, 66], PictureEdits.Recolor(picture, 1.1, 1, 1).Pixels.ToArray());

        // luma of the first pixel 0.299 * 100 + 0.587 * 150 + 0.114 * 200 = 140.75; of the picture (140.75 + 60) / 2 = 100.375
        Assert.Equal([100, 125, 150, 80, 80, 80], PictureEdits.Recolor(picture, 1, 0.5, 1).Pixels.ToArray());
        Assert.Equal([141, 141, 141, 60, 60, 60], PictureEdits.Recolor(picture, 1, 1, 0).Pixels.ToArray());
        Assert.Equal([255, 255, 255, 120, 120, 120], PictureEdits.Recolor(new RgbImage(2, 1, [200, 180, 190, 60, 60, 60]), 2, 1, 1).Pixels.ToArray());
    }

    private static IReadOnlyList<PixelBox> Boxes(TaskSample sample) => [.. sample.Turns[1].Parts.OfType<SampleBoxes>().SelectMany(part => part.Boxes)];

    private static TaskSample Sample(string words, PixelBox box, PixelPoint? point = null) => new()
    {
        Place = new DataPlace("drawn"),
        Picture = "drawn.png",
        Turns =
        [
            SampleTurn.User(new SampleImage(), words),
            SampleTurn.Assistant([new SampleBoxes([box]), .. point is { } at ? (SamplePart[])[new SamplePoints([at])] : []]),
        ],
    };

    private static RgbImage Draw(int width, int height, PixelBox box)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            (int x, int y) = (i % width, i / width);
            RgbColor color = x >= box.X1 && x < box.X2 && y >= box.Y1 && y < box.Y2 ? Mark : Ground;
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = (color.Red, color.Green, color.Blue);
        }

        return new RgbImage(width, height, pixels);
    }

    private static PixelBox Extent(RgbImage picture)
    {
        (int X, int Y)[] marked = [.. Enumerable.Range(0, picture.Width * picture.Height)
            .Select(i => (i % picture.Width, i / picture.Width)).Where(at => picture[at.Item1, at.Item2] == Mark)];
        return new PixelBox(marked.Min(at => at.X), marked.Min(at => at.Y), marked.Max(at => at.X) + 1, marked.Max(at => at.Y) + 1);
    }
}
