using System.Text.Json;
using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class ImageDecoderTests
{
    public static TheoryData<string> Pictures => [.. FixturePictures.Names];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pixels_are_those_of_pillow(string name)
    {
        RgbImage ours = FixturePictures.Read(name), expected = FixturePictures.Read("expected", name + ".png");

        Assert.Equal((expected.Width, expected.Height), (ours.Width, ours.Height));
        Assert.True(ours.Pixels.SequenceEqual(expected.Pixels));
    }

    [Fact]
    public void Pixels_of_the_shared_formats_are_those_of_the_reference_reader()
    {
        string folder = SharedFolder.Require("data", "formats", "images");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected_pixels.json")));
        foreach (JsonProperty picture in expected.RootElement.GetProperty("images").EnumerateObject())
        {
            RgbImage image = ImageDecoder.Read(Path.Combine(folder, picture.Name), FixturePictures.AsStored);

            Assert.Equal(picture.Value.GetProperty("width").GetInt32(), image.Width);
            Assert.Equal(picture.Value.GetProperty("height").GetInt32(), image.Height);
            foreach (JsonElement sample in picture.Value.GetProperty("rgb_after_convert").EnumerateArray())
            {
                byte[] rgb = [.. sample.GetProperty("rgb").EnumerateArray().Select(level => level.GetByte())];
                Assert.Equal(new RgbColor(rgb[0], rgb[1], rgb[2]), image[sample.GetProperty("x").GetInt32(), sample.GetProperty("y").GetInt32()]);
            }
        }
    }

    [Fact]
    public void A_stream_a_file_and_memory_give_the_same()
    {
        byte[] bytes = FixturePictures.Bytes("plain.jpg");
        using var stream = new MemoryStream(bytes);

        RgbImage fromStream = ImageDecoder.Read(stream, "plain.jpg");

        Assert.True(fromStream.Pixels.SequenceEqual(ImageDecoder.Decode(bytes).Pixels));
        Assert.True(fromStream.Pixels.SequenceEqual(FixturePictures.Read("plain.jpg").Pixels));
    }

    [Fact]
    public void A_picture_of_one_pixel_is_a_picture()
    {
        var dot = new RgbImage(1, 1, [10, 20, 30]);

        RgbImage read = ImageDecoder.Decode(PngFile.Encode(dot));

        Assert.Equal(new RgbColor(10, 20, 30), read[0, 0]);
        Assert.Equal(new RgbColor(10, 20, 30), new ImagePreprocessing { Size = 14 }.Apply(read).Pixels[13, 13]);
    }
}
