using CommSharp.Imaging;
using SkiaSharp;

namespace CommSharp.Tests.Imaging;

public sealed class OrientationTests
{
    private const int Width = 48;
    private const int Height = 32;

    // Each quarter of the picture as it should be seen has a colour of its own: red and green above, blue and white below.
    private static readonly RgbColor[] Upright = [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(255, 255, 255)];

    // Which of them the stored quarters hold, by the definition of EXIF's tag 0x0112.
    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 1, 3, 0, 2)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 2, 0, 3, 1)]
    public void A_jpeg_is_turned_as_its_exif_data_say(int orientation, params int[] stored)
    {
        byte[] jpeg = Jpeg([.. stored.Select(quarter => Upright[quarter])]);
        byte[] tagged = [.. jpeg[..2], .. Exif((byte)orientation), .. jpeg[2..]];

        RgbImage upright = ImageDecoder.Decode(tagged);
        RgbImage asStored = ImageDecoder.Decode(tagged, options: FixturePictures.AsStored);

        Assert.Equal(orientation >= 5 ? (Height, Width) : (Width, Height), (upright.Width, upright.Height));
        Assert.Equal((Width, Height), (asStored.Width, asStored.Height));
        Assert.Equal(Upright, Quarters(upright));
        Assert.Equal(stored.Select(quarter => Upright[quarter]), Quarters(asStored));
    }

    [Theory]
    [InlineData("exif6.png")]
    [InlineData("exif6.webp")]
    public void Png_and_webp_are_turned_too(string name)
    {
        RgbImage stored = FixturePictures.Read(name);

        RgbImage upright = ImageDecoder.Decode(FixturePictures.Bytes(name));

        Assert.Equal((stored.Height, stored.Width), (upright.Width, upright.Height));
        Assert.Equal(stored[0, stored.Height - 1], upright[0, 0]);
        Assert.Equal(stored[0, 0], upright[upright.Width - 1, 0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void An_orientation_that_does_not_exist_is_none(byte orientation)
    {
        byte[] jpeg = Jpeg(Upright);

        Assert.Equal(Upright, Quarters(ImageDecoder.Decode([.. jpeg[..2], .. Exif(orientation), .. jpeg[2..]])));
    }

    private static byte[] Jpeg(RgbColor[] quarters)
    {
        byte[] pixels = new byte[Width * Height * 3];
        for (int i = 0; i < Width * Height; i++)
        {
            RgbColor color = quarters[(i / Width < Height / 2 ? 0 : 2) + (i % Width < Width / 2 ? 0 : 1)];
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = color;
        }

        using SKBitmap bitmap = SkiaBitmap.From(new RgbImage(Width, Height, pixels));
        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        return jpeg.ToArray();
    }

    private static byte[] Exif(byte orientation)
    {
        byte[] body = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        return [0xff, 0xe1, 0, (byte)(body.Length + 2), .. body];
    }

    /// <summary>The middle of each quarter, with what JPEG lost of its colour put back.</summary>
    private static RgbColor[] Quarters(RgbImage image) =>
        [.. from y in new[] { 1, 3 } from x in new[] { 1, 3 } select Pure(image[image.Width * x / 4, image.Height * y / 4])];

    private static RgbColor Pure(RgbColor color) =>
        new((byte)(color.Red > 127 ? 255 : 0), (byte)(color.Green > 127 ? 255 : 0), (byte)(color.Blue > 127 ? 255 : 0));
}
