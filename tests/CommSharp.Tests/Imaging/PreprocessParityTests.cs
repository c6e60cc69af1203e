using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class PreprocessParityTests : IDisposable
{
    private readonly PreprocessReference _reference = new();

    [Fact]
    public void Every_number_kept_of_every_picture_is_ours()
    {
        HashSet<string> compared = [];
        foreach (string picture in _reference.Pictures())
        {
            compared.UnionWith(_reference.Compare(picture, _reference.Exact(picture)));
        }

        Assert.Empty(_reference.Names.Except(compared));
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("exif6.jpg")]
    [InlineData("exif6.jpg" + PreprocessReference.ExifSuffix)]
    public void A_jpeg_is_as_near_as_two_decoders_are(string picture) =>
        _reference.Compare(picture, _reference.Decode(picture), exact: false);

    // libjpeg-turbo's slow integer transform and its "fancy" upsampling are the same in Pillow's build and in Skia's.
    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("exif6.jpg")]
    public void A_jpeg_has_the_pixels_of_pillow(string picture)
    {
        RgbImage ours = _reference.Decode(picture), theirs = _reference.Exact(picture);

        Assert.True(ours.Pixels.SequenceEqual(theirs.Pixels));
    }

    public void Dispose() => _reference.Dispose();
}
