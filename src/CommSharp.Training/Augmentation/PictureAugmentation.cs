using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Augmentation;

/// <summary>Varies a sample's picture, and its boxes and points with it. What is done follows from the chance alone.</summary>
internal static class PictureAugmentation
{
    private const int CropTries = 10;

    /// <summary>How far the crop's proportions may go from the picture's, either way; torchvision's RandomResizedCrop has the same.</summary>
    private const double MostStretch = 4.0 / 3;

    /// <summary>Crops, mirrors and recolours, in this order.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="sample">The sample, boxes and points in the picture's pixels.</param>
    /// <param name="settings">How far.</param>
    /// <param name="chance">What is left to chance.</param>
    /// <returns>The picture that the model shall see, and the sample in its pixels.</returns>
    public static (RgbImage Picture, TaskSample Sample) Apply(RgbImage picture, TaskSample sample, AugmentationSettings settings, SampleChance chance)
    {
        if (settings.SmallestCrop < 1 && !SampleWords.ForbidCrop(sample) && SaysWhatStays(sample) && ChooseCrop(picture, sample, settings, chance) is { } window)
        {
            picture = PictureEdits.Crop(picture, window);
            sample = sample.Map(box => Shift(box, window).ClampTo(window.Width, window.Height), point => new PixelPoint(point.X - window.Left, point.Y - window.Top));
        }

        if (chance.Happens(settings.Flip) && !SampleWords.ForbidFlip(sample))
        {
            double width = picture.Width;
            picture = PictureEdits.Mirror(picture);
            sample = sample.Map(box => new PixelBox(width - box.X2, box.Y1, width - box.X1, box.Y2), point => point with { X = width - point.X });
        }

        double brightness = Factor(settings.Brightness), contrast = Factor(settings.Contrast), saturation = Factor(settings.Saturation);
        return (brightness == 1 && contrast == 1 && saturation == 1 ? picture : PictureEdits.Recolor(picture, brightness, contrast, saturation), sample);

        double Factor(double range) => range == 0 ? 1 : chance.Between(1 - range, 1 + range);
    }

    /// <summary>
    /// Whether every question with its answer has a box or a point in its words. Of the others nothing says what must stay in sight: a "yes" would stay a "yes" where the crop left out what is there.
    /// </summary>
    private static bool SaysWhatStays(TaskSample sample) => sample.Turns.Chunk(2).All(pair => pair.SelectMany(turn => turn.Parts).Any(part => part is SampleBoxes or SamplePoints));

    private static PixelWindow? ChooseCrop(RgbImage picture, TaskSample sample, AugmentationSettings settings, SampleChance chance)
    {
        SamplePart[] parts = [.. sample.Turns.SelectMany(turn => turn.Parts)];
        PixelBox[] boxes = [.. parts.OfType<SampleBoxes>().SelectMany(part => part.Boxes), .. sample.Turns.SelectMany(turn => turn.Evidence ?? [])];
        PixelPoint[] points = [.. parts.OfType<SamplePoints>().SelectMany(part => part.Points)];
        for (int i = 0; i < CropTries; i++)
        {
            PixelWindow window = DrawWindow(picture, settings.SmallestCrop, chance);
            var seen = new PixelBox(window.Left, window.Top, window.Left + window.Width, window.Top + window.Height);
            if (boxes.All(box => IsSeen(box, seen, settings.VisibleBox)) && points.All(point => Holds(seen, point)))
            {
                return window;
            }
        }

        return null;
    }

    private static PixelWindow DrawWindow(RgbImage picture, double smallest, SampleChance chance)
    {
        double share = chance.Between(smallest, 1), most = Math.Log(Math.Min(MostStretch, 1 / share)); // beyond that it would not fit the picture
        double stretch = Math.Exp(chance.Between(-most, most));
        return PictureEdits.DrawWindow(picture, share, stretch, chance);
    }

    /// <summary>A box without area is seen when its corners are.</summary>
    private static bool IsSeen(PixelBox box, PixelBox window, double share) => box.Area > 0
        ? box.Intersect(window).Area is > 0 and var area && area >= share * box.Area
        : Holds(window, new PixelPoint(box.X1, box.Y1)) && Holds(window, new PixelPoint(box.X2, box.Y2));

    private static bool Holds(PixelBox window, PixelPoint point) =>
        point.X >= window.X1 && point.X <= window.X2 && point.Y >= window.Y1 && point.Y <= window.Y2;

    private static PixelBox Shift(PixelBox box, PixelWindow window) =>
        new(box.X1 - window.Left, box.Y1 - window.Top, box.X2 - window.Left, box.Y2 - window.Top);
}
