using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class JpegFileTests
{
    /// <summary>Colours keep their places: thin lines of red on blue would smear over each other at half the resolution of colours.</summary>
    [Fact]
    public void What_is_written_is_read_with_little_change()
    {
        const int Side = 32, MostApart = 24;
        byte[] pixels = new byte[Side * Side * 3];
        for (int i = 0; i < Side * Side; i++)
        {
            pixels[(i * 3) + (i % 4 < 2 ? 0 : 2)] = 200;
        }

        RgbImage read = ImageDecoder.Decode(JpegFile.Encode(new RgbImage(Side, Side, pixels)), "lines.jpg");
        Assert.Equal((Side, Side), (read.Width, read.Height));
        int most = pixels.Zip(read.Pixels.ToArray(), (before, after) => Math.Abs(before - after)).Max();
        Assert.True(most <= MostApart, $"a level is off by {most}");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_and_nothing_is_left()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "missing", "a.jpg");
        var error = Assert.ThrowsAny<CommSharpException>(() => JpegFile.Write(path, new RgbImage(1, 1, new byte[3])));
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
