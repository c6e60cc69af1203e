using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class BadPictureTests
{
    [Fact]
    public void What_is_no_picture_is_refused_with_what_would_be_one()
    {
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.Decode("<svg/> "u8, "drawing.svg"));

        Assert.Equal(
            "drawing.svg: is not a picture that can be read: it begins with 3C7376672F3E20; supported pictures are JPEG, PNG, WebP, BMP and GIF.",
            error.Message);
    }

    [Fact]
    public void Nothing_and_a_missing_file_are_refused()
    {
        ImageException empty = Assert.Throws<ImageException>(() => ImageDecoder.Decode([], "a.png"));
        ImageException missing = Assert.Throws<ImageException>(() => ImageDecoder.Read("missing.png"));

        Assert.StartsWith("a.png: is empty", empty.Message, StringComparison.Ordinal);
        Assert.StartsWith("missing.png: there is no such file", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain.jpg", "is a truncated JPEG: it ends after row ")]
    [InlineData("progressive.jpg", "is a damaged or truncated JPEG: its pixels cannot be decoded (InvalidInput); get it again.")]
    [InlineData("pattern.png", "is a truncated PNG: at least ")]
    [InlineData("plain.webp", "is a truncated WebP: at least ")]
    [InlineData("plain.gif", "is a truncated GIF: its end is missing; get it again.")]
    [InlineData("plain.bmp", "is a truncated BMP: its end is missing; get it again.")]
    public void A_truncated_file_is_refused(string name, string message)
    {
        byte[] bytes = FixturePictures.Bytes(name);

        ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(bytes.AsSpan(0, bytes.Length - 40), name));

        Assert.StartsWith($"{name}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_beginning_of_every_file_is_refused_or_whole()
    {
        foreach (string name in FixturePictures.Names)
        {
            byte[] bytes = FixturePictures.Bytes(name);
            RgbImage whole = FixturePictures.Read(name);
            for (int length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 60))
            {
                try
                {
                    RgbImage part = ImageDecoder.Decode(bytes.AsSpan(0, length), name, FixturePictures.AsStored);
                    Assert.True(part.Pixels.SequenceEqual(whole.Pixels), $"{name} cut to {length} bytes gives other pixels.");
                }
                catch (ImageException error)
                {
                    Assert.DoesNotContain('\n', error.Message);
                }
            }
        }
    }

    [Fact]
    public void A_changed_byte_gives_a_picture_or_an_error()
    {
        var random = new Random(5);
        var small = new ImageDecodingOptions { Limits = new ImageLimits { MaximumPixels = 1_000_000 } };
        foreach (string name in FixturePictures.Names)
        {
            for (int i = 0; i < 60; i++)
            {
                byte[] bytes = FixturePictures.Bytes(name);
                bytes[random.Next(i % 2 == 0 ? Math.Min(64, bytes.Length) : bytes.Length)] = (byte)random.Next(256);
                Exception? error = Record.Exception(() => ImageDecoder.Decode(bytes, name, small));
                Assert.True(error is null or ImageException, $"{name}: {error}");
            }
        }
    }

    [Fact]
    public void A_bomb_is_refused_by_the_size_it_declares()
    {
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(PngBytes.Black(20_000, 20_000, rows: 1), "bomb.png"));

        Assert.Equal("bomb.png: declares 20000 x 20000 pixels, more than the limit of 100000000; make it smaller or raise the limit.", error.Message);
    }

    [Fact]
    public void A_side_beyond_its_limit_is_refused()
    {
        ImageException error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(PngBytes.Black(70_000, 1, rows: 1)));

        Assert.Contains("the limit for a side is 65535", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused_from_a_stream_and_from_memory()
    {
        var options = new ImageDecodingOptions { Limits = new ImageLimits { MaximumBytes = 100 } };
        byte[] bytes = FixturePictures.Bytes("plain.jpg");
        using var stream = new MemoryStream(bytes);

        Assert.Contains("100 bytes", Assert.Throws<ImageException>(() => ImageDecoder.Read(stream, "a", options)).Message, StringComparison.Ordinal);
        Assert.Contains("100 bytes", Assert.Throws<ImageException>(() => ImageDecoder.Decode(bytes, "a", options)).Message, StringComparison.Ordinal);
    }
}
