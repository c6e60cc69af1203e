using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>What a tower sees of a picture.</summary>
/// <param name="Pixels">The view.</param>
/// <param name="Seen">The part of the picture that fills it, in the picture's pixels.</param>
/// <param name="IsMirrored">Whether left and right are exchanged.</param>
internal sealed record PictureView(RgbImage Pixels, PixelBox Seen, bool IsMirrored)
{
    private const double LeastSeen = 0.5; // of a thing less than half of which is seen, words may be wrong
    private const double MostStretch = 4.0 / 3; // torchvision's RandomResizedCrop
    private const int BlurRadius = 2;
    private const byte SolarizeFrom = 128; // DINO's

    /// <summary>A varied view. What is done follows from the chance alone.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="size">The view's side in pixels.</param>
    /// <param name="settings">How it is varied.</param>
    /// <param name="mayFlip">Whether the words that belong to it stay true in a mirror.</param>
    /// <param name="chance">What is left to chance.</param>
    public static PictureView Make(RgbImage picture, int size, ViewSettings settings, bool mayFlip, SampleChance chance)
    {
        PixelWindow window = settings is { SmallestCrop: 1 } ? new PixelWindow(0, 0, picture.Width, picture.Height) : Window(picture, settings, chance);
        bool isWhole = window.Width == picture.Width && window.Height == picture.Height;
        RgbImage view = Sized(isWhole ? picture : PictureEdits.Crop(picture, window), size);
        bool isMirrored = chance.Happens(settings.Flip) && mayFlip;
        view = isMirrored ? PictureEdits.Mirror(view) : view;
        if (chance.Happens(settings.Recolored))
        {
            double brightness = Factor(settings.Brightness), contrast = Factor(settings.Contrast), saturation = Factor(settings.Saturation);
            view = brightness == 1 && contrast == 1 && saturation == 1 ? view : PictureEdits.Recolor(view, brightness, contrast, saturation);
        }

        view = chance.Happens(settings.Grayscale) ? PictureEdits.Recolor(view, 1, 1, 0) : view;
        view = chance.Happens(settings.Blur) ? PictureEdits.Blur(view, 1 + chance.Below(BlurRadius)) : view;
        view = chance.Happens(settings.Solarize) ? PictureEdits.Solarize(view, SolarizeFrom) : view;
        return new PictureView(view, new PixelBox(window.Left, window.Top, window.Left + window.Width, window.Top + window.Height), isMirrored);

        double Factor(double range) => range == 0 ? 1 : chance.Between(1 - range, 1 + range);
    }

    /// <summary>The whole picture, as a probe sees it: the shorter edge resized to the size, and the middle of it.</summary>
    public static PictureView Whole(RgbImage picture, int size)
    {
        PreparedImage prepared = new ImagePreprocessing { Fit = ImageFit.Crop, Size = size }.Apply(picture);
        return new PictureView(prepared.Pixels, prepared.Geometry.ToPixels(new NormalizedBox(0, 0, 1, 1)), IsMirrored: false);
    }

    /// <summary>The regions of the picture of which at least half is seen, where the view shows them.</summary>
    /// <param name="regions">The picture's.</param>
    /// <param name="picture">The picture's number among those that are looked at together.</param>
    public IEnumerable<SeenRegion> Regions(IEnumerable<PictureRegion> regions, int picture) =>
        regions.Where(region => IsSeen(region.Box)).Select(region => new SeenRegion(picture, Place(region.Box), region.Phrase));

    private bool IsSeen(PixelBox box) => box.Area > 0 && box.Intersect(Seen).Area >= LeastSeen * box.Area;

    /// <summary>Where the seen part of a box is in the view.</summary>
    private NormalizedBox Place(PixelBox box)
    {
        PixelBox part = box.Intersect(Seen);
        double width = Seen.X2 - Seen.X1, height = Seen.Y2 - Seen.Y1;
        double left = (part.X1 - Seen.X1) / width, right = (part.X2 - Seen.X1) / width;
        double top = (part.Y1 - Seen.Y1) / height, bottom = (part.Y2 - Seen.Y1) / height;
        return IsMirrored ? new NormalizedBox(1 - right, top, 1 - left, bottom) : new NormalizedBox(left, top, right, bottom);
    }

    private static RgbImage Sized(RgbImage picture, int size) =>
        picture.Width == size && picture.Height == size ? picture : Resampler.Resize(picture, size, size);

    private static PixelWindow Window(RgbImage picture, ViewSettings settings, SampleChance chance)
    {
        double share = chance.Between(settings.SmallestCrop, settings.LargestCrop), most = Math.Log(Math.Min(MostStretch, 1 / share));
        return PictureEdits.DrawWindow(picture, share, Math.Exp(chance.Between(-most, most)), chance);
    }
}
