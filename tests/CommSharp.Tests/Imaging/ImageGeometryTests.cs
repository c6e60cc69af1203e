using CommSharp.Grounding;
using CommSharp.Imaging;
using CsCheck;

namespace CommSharp.Tests.Imaging;

public sealed class ImageGeometryTests
{
    // Any proportions from 1:500 to 500:1.
    private static readonly Gen<(int Width, int Height)> Sizes =
        Gen.Select(Gen.Int[1, 2000], Gen.Double[-Math.Log(500), Math.Log(500)], (shorter, proportion) =>
        {
            int longer = Math.Min(65_535, (int)(shorter * Math.Exp(Math.Abs(proportion))));
            return proportion < 0 ? (shorter, longer) : (longer, shorter);
        });

    private static readonly Gen<ImageGeometry> Geometries = Gen.Select(Sizes, Gen.Enum<ImageFit>(), Gen.Int[0, 64], (picture, fit, margin) =>
        new ImagePreprocessing { Fit = fit, Size = 336, ResizedSize = 336 + margin }.Geometry(picture.Width, picture.Height, 336));

    private static readonly Gen<PixelBox> Shares = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], (a, b, c, d) =>
        new PixelBox(Math.Min(a, b), Math.Min(c, d), Math.Max(a, b), Math.Max(c, d)));

    [Fact]
    public void A_box_comes_back_to_its_pixels() => Gen.Select(Geometries, Shares).Sample((geometry, share) =>
    {
        var box = new PixelBox(share.X1 * geometry.Width, share.Y1 * geometry.Height, share.X2 * geometry.Width, share.Y2 * geometry.Height);
        PixelBox back = geometry.ToPixels(geometry.ToModel(box));

        double[] distances = [back.X1 - box.X1, back.Y1 - box.Y1, back.X2 - box.X2, back.Y2 - box.Y2];
        return distances.All(distance => Math.Abs(distance) < 0.5);
    });

    [Fact]
    public void A_picture_that_loses_nothing_lies_inside_the_square() => Geometries.Sample(geometry =>
    {
        NormalizedBox whole = geometry.ToModel(new PixelBox(0, 0, geometry.Width, geometry.Height));
        bool inside = whole is { X1: >= -1e-9, Y1: >= -1e-9, X2: <= 1 + 1e-9, Y2: <= 1 + 1e-9 };

        return geometry.LosesPicture != inside && geometry.VisibleFraction is > 0 and <= 1 + 1e-9;
    });

    [Fact]
    public void Padding_is_divided_in_the_middle_and_rounded_to_the_left()
    {
        var geometry = ImageGeometry.Pad(5, 2, 10);

        Assert.Equal((0, 1, 5, 5), (geometry.PadLeft, geometry.PadTop, geometry.PaddedWidth, geometry.PaddedHeight));
        Assert.Equal(new NormalizedBox(0, 0.2, 1, 0.6), geometry.ToModel(new PixelBox(0, 0, 5, 2)));
        Assert.Equal(1, geometry.VisibleFraction, 12);
        Assert.False(geometry.LosesPicture);
    }

    [Fact]
    public void A_crop_says_what_it_cut_off()
    {
        var geometry = ImageGeometry.Crop(800, 400, 336);

        Assert.Equal((672, 336, 168), (geometry.ResizedWidth, geometry.ResizedHeight, geometry.Window.Left));
        Assert.True(geometry.LosesPicture);
        Assert.Equal(0.5, geometry.VisibleFraction, 12);
        Assert.Equal(0, geometry.VisibleFractionOf(new PixelBox(0, 0, 100, 100)));
        Assert.Equal(1, geometry.VisibleFractionOf(new PixelBox(300, 0, 500, 400)), 12);
    }

    [Fact]
    public void The_longer_edge_is_cut_to_whole_pixels() => Assert.Equal(537, ImageGeometry.Crop(257, 411, 336).ResizedHeight);

    [Fact]
    public void The_mapping_follows_the_pixels()
    {
        byte[] pixels = new byte[300 * 100 * 3];
        for (int y = 40; y < 60; y++)
        {
            pixels.AsSpan(((y * 300) + 200) * 3, 30 * 3).Fill(255);
        }

        foreach (ImageFit fit in Enum.GetValues<ImageFit>())
        {
            PreparedImage prepared = new ImagePreprocessing { Fit = fit, Fill = RgbColor.Black, Size = 300 }.Apply(new RgbImage(300, 100, pixels));
            NormalizedPoint middle = prepared.Geometry.ToModel(new PixelPoint(215, 50));
            bool seen = middle.X is > 0 and < 1;

            Assert.Equal(fit != ImageFit.Crop, seen);
            if (seen)
            {
                Assert.Equal(RgbColor.White, prepared.Pixels[(int)(middle.X * 300), (int)(middle.Y * 300)]);
            }
        }
    }
}
