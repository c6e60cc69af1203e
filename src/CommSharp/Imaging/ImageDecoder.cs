using CommSharp.Imaging.Decoding;
using SkiaSharp;

namespace CommSharp.Imaging;

/// <summary>
/// Decodes JPEG, PNG, WebP, BMP and the first frame of GIF to the pixels that Pillow's <c>convert("RGB")</c> gives: alpha is dropped, not composited;
/// gray is repeated, a palette looked up, 16 bits of colour lose the lower 8, 16-bit gray is clipped to 255 (docs/decisions/0010-imaging.md).
/// </summary>
public static class ImageDecoder
{
    /// <summary>Decodes a file.</summary>
    /// <param name="file">The path.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <exception cref="ImageException">Cannot be read, is no picture, is damaged or truncated, or exceeds a limit.</exception>
    public static RgbImage Read(string file, ImageDecodingOptions? options = null) => Open(file, stream => Read(stream, file, options));

    /// <summary>Reads how large a file's picture is, without decoding it; what <see cref="Read(string, ImageDecodingOptions?)"/> gives has this size.</summary>
    /// <param name="file">The path.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <exception cref="ImageException">Cannot be read, is no picture, or exceeds a limit.</exception>
    public static PictureSize Measure(string file, ImageDecodingOptions? options = null)
    {
        options ??= ImageDecodingOptions.Default;
        using MemoryStream bytes = Open(file, stream => Load(stream, file, options.Limits.MaximumBytes));
        return Measure(Span(bytes), file, options);
    }

    /// <summary>As <see cref="Measure(string, ImageDecodingOptions?)"/>, for a picture in memory.</summary>
    /// <param name="encoded">The encoded picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <exception cref="ImageException">It is no picture, or exceeds a limit.</exception>
    public static PictureSize Measure(ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= ImageDecodingOptions.Default;
        if (encoded.Length > options.Limits.MaximumBytes)
        {
            throw TooManyBytes(name, options.Limits.MaximumBytes);
        }

        var image = EncodedImage.Recognise(encoded, name);
        using SKCodec codec = OpenCodec(image, name, options.Limits);
        bool isTurned = options.ApplyOrientation && Orientation.SwapsSides(image.Origin ?? codec.EncodedOrigin);
        return isTurned ? new PictureSize(codec.Info.Height, codec.Info.Width) : new PictureSize(codec.Info.Width, codec.Info.Height);
    }

    /// <summary>Decodes a stream from where it stands to its end.</summary>
    /// <param name="stream">The encoded picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <exception cref="ImageException">It is no picture, is damaged or truncated, or exceeds a limit.</exception>
    public static RgbImage Read(Stream stream, string name, ImageDecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream bytes = Load(stream, name, (options ?? ImageDecodingOptions.Default).Limits.MaximumBytes);
        return Decode(Span(bytes), name, options);
    }

    /// <summary>Decodes a picture in memory.</summary>
    /// <param name="encoded">The encoded picture.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">How; the defaults when null.</param>
    /// <exception cref="ImageException">It is no picture, is damaged or truncated, or exceeds a limit.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> encoded, string name = "picture", ImageDecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= ImageDecodingOptions.Default;
        if (encoded.Length > options.Limits.MaximumBytes)
        {
            throw TooManyBytes(name, options.Limits.MaximumBytes);
        }

        var image = EncodedImage.Recognise(encoded, name);
        using SKCodec codec = OpenCodec(image, name, options.Limits);
        RgbImage pixels = SkiaPixels.Read(codec, image);
        return options.ApplyOrientation ? Orientation.Apply(pixels, image.Origin ?? codec.EncodedOrigin) : pixels;
    }

    private static T Open<T>(string file, Func<FileStream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        try
        {
            using FileStream stream = File.OpenRead(file);
            return read(stream);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException(file, "there is no such file; check the path", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(file, Directory.Exists(file) ? "is a folder; name a picture in it" : $"cannot be read: {error.Message}", error);
        }
    }

    private static MemoryStream Load(Stream stream, string name, int limit)
    {
        var bytes = new MemoryStream(stream.CanSeek ? (int)Math.Clamp(stream.Length - stream.Position, 0, limit) : 0);
        byte[] block = new byte[1 << 16];
        for (int read = stream.Read(block); read > 0; read = stream.Read(block))
        {
            if (bytes.Length + read > limit)
            {
                throw TooManyBytes(name, limit);
            }

            bytes.Write(block, 0, read);
        }

        return bytes;
    }

    private static ReadOnlySpan<byte> Span(MemoryStream bytes) => bytes.GetBuffer().AsSpan(0, (int)bytes.Length);

    private static SKCodec OpenCodec(EncodedImage image, string name, ImageLimits limits)
    {
        using SKData data = SKData.CreateCopy(image.Bytes);
        SKCodec codec = SKCodec.Create(data) ?? throw image.Damaged("its header cannot be read");
        try
        {
            CheckSize(codec.Info.Width, codec.Info.Height, name, limits);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static void CheckSize(int width, int height, string name, ImageLimits limits)
    {
        long most = Math.Min(limits.MaximumPixels, SkiaPixels.MostPixels);
        if ((long)width * height > most)
        {
            throw new ImageException(name, $"declares {width} x {height} pixels, more than the limit of {most}; make it smaller or raise the limit.");
        }

        if (Math.Max(width, height) > limits.MaximumSide)
        {
            throw new ImageException(
                name,
                $"declares {width} x {height} pixels, but the limit for a side is {limits.MaximumSide}; make it smaller or raise the limit.");
        }
    }

    private static ImageException TooManyBytes(string name, int limit) =>
        new(name, $"is larger than the limit of {limit} bytes for an encoded picture; make it smaller or raise the limit.");
}
