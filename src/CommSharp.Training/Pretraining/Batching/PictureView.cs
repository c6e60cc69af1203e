using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>Makes what a tower sees of a picture.</summary>
internal static class PictureView
{
    private const double MostStretch = 4.0 / 3; // torchvision's RandomResizedCrop
    private const int BlurRadius = 2;
    private const byte SolarizeFrom = 128; // DINO's

    /// <summary>A varied view. What is done follows from the chance alone.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="size">The view's side in pixels.</param>
    /// <param name="settings">How it is varied.</param>
    /// <param name="mayFlip">Whether the words that belong to it stay true in a mirror.</param>
    /// <param name="chance">What is left to chance.</param>
    public static RgbImage Make(RgbImage picture, int size, ViewSettings settings, bool mayFlip, SampleChance chance)
    {
        RgbImage view = Sized(settings is { SmallestCrop: 1 } ? picture : PictureEdits.Crop(picture, Window(picture, settings, chance)), size);
        view = chance.Happens(settings.Flip) && mayFlip ? PictureEdits.Mirror(view) : view;
        if (chance.Happens(settings.Recolored))
        {
            double brightness = Factor(settings.Brightness), contrast = Factor(settings.Contrast), saturation = Factor(settings.Saturation);
            view = brightness == 1 && contrast == 1 && saturation == 1 ? view : PictureEdits.Recolor(view, brightness, contrast, saturation);
        }

        view = chance.Happens(settings.Grayscale) ? PictureEdits.Recolor(view, 1, 1, 0) : view;
        view = chance.Happens(settings.Blur) ? PictureEdits.Blur(view, 1 + chance.Below(BlurRadius)) : view;
        return chance.Happens(settings.Solarize) ? PictureEdits.Solarize(view, SolarizeFrom) : view;

        double Factor(double range) => range == 0 ? 1 : chance.Between(1 - range, 1 + range);
    }

    /// <summary>The whole picture, as a probe sees it: the shorter edge resized to the size, and the middle of it.</summary>
    public static RgbImage Whole(RgbImage picture, int size) => new ImagePreprocessing { Fit = ImageFit.Crop, Size = size }.Apply(picture).Pixels;

    private static RgbImage Sized(RgbImage picture, int size) =>
        picture.Width == size && picture.Height == size ? picture : Resampler.Resize(picture, size, size);

    private static PixelWindow Window(RgbImage picture, ViewSettings settings, SampleChance chance)
    {
        double share = chance.Between(settings.SmallestCrop, settings.LargestCrop), most = Math.Log(Math.Min(MostStretch, 1 / share));
        return PictureEdits.DrawWindow(picture, share, Math.Exp(chance.Between(-most, most)), chance);
    }
}
