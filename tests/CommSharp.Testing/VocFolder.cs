using CommSharp.Imaging;

namespace CommSharp.Testing;

/// <summary>A small data set in Pascal VOC's layout, made for one test: pictures of 40 x 30 pixels whose bytes differ, with the objects that are asked for.</summary>
public static class VocFolder
{
    /// <summary>An object of a class at a box, as VOC writes it: counted from 1, the last pixel included.</summary>
    /// <param name="Class">The class.</param>
    /// <param name="Box">Left, top, right, bottom.</param>
    /// <param name="IsDifficult">What the file says of it; nothing when null.</param>
    public sealed record Thing(string Class, (int X1, int Y1, int X2, int Y2) Box, bool? IsDifficult = null);

    /// <summary>Writes a picture and its annotation; the split is written by <see cref="WriteSplit"/>.</summary>
    public static void WritePicture(TemporaryFolder folder, string root, string name, params IReadOnlyList<Thing> objects)
    {
        folder.Write($"{root}/Annotations/{name}.xml", $"""
            <annotation>
              <filename>{name}.png</filename>
              <size><width>40</width><height>30</height><depth>3</depth></size>
              {string.Join("\n  ", objects.Select(Write))}
            </annotation>
            """);
        byte shade = (byte)name.Sum(letter => letter * 7);
        folder.Write($"{root}/JPEGImages/{name}.png", PngFile.Encode(new RgbImage(40, 30, [.. Enumerable.Repeat(shade, 3600)])));
    }

    /// <summary>Writes the list of a split.</summary>
    public static void WriteSplit(TemporaryFolder folder, string root, string split, params IReadOnlyList<string> names) =>
        folder.Write($"{root}/ImageSets/Main/{split}.txt", string.Concat(names.Select(name => name + "\n")));

    private static string Write(Thing thing) => string.Concat(
        $"<object><name>{thing.Class}</name>",
        thing.IsDifficult is { } difficult ? $"<difficult>{(difficult ? 1 : 0)}</difficult>" : "",
        $"<bndbox><xmin>{thing.Box.X1}</xmin><ymin>{thing.Box.Y1}</ymin><xmax>{thing.Box.X2}</xmax><ymax>{thing.Box.Y2}</ymax></bndbox></object>");
}
