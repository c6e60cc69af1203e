using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

/// <summary>The pictures in tests/Fixtures/images.</summary>
internal static class FixturePictures
{
    internal static ImageDecodingOptions AsStored { get; } = new() { ApplyOrientation = false };

    internal static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "images");

    internal static string[] Names { get; } =
    [
        .. Directory.EnumerateFiles(Folder)
            .Where(file => Path.GetExtension(file) != ".md")
            .Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal),
    ];

    internal static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    internal static RgbImage Read(params string[] parts) => ImageDecoder.Read(Path.Combine([Folder, .. parts]), AsStored);
}
