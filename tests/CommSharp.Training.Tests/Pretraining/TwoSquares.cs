using System.Globalization;
using CommSharp.Imaging;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Pretraining;

/// <summary>A toy world with two squares of different colours in each picture, of which a caption names the colours and regions tell which is where.</summary>
internal static class TwoSquares
{
    public const int Side = ColouredSquares.Side;

    private static readonly (string Name, RgbColor Color)[] Colors =
        [("blue", new(40, 60, 220)), ("green", new(30, 170, 60)), ("red", new(220, 40, 40)), ("yellow", new(230, 210, 40))];

    /// <summary>Writes train/ and val/ with pictures, and captions and regions beside them.</summary>
    public static void Write(TemporaryFolder folder, int train = 64, int heldOut = 32)
    {
        Write(folder, "train", train, seed: 1);
        Write(folder, "val", heldOut, seed: 2);
    }

    public static CaptionSource Source(string folder, string split) => new()
    {
        Captions = new DatasetPart { Format = "shikra-caption", Path = Path.Combine(folder, split + ".jsonl"), Pictures = Path.Combine(folder, split) },
        Regions = Regions(folder, split),
    };

    public static DatasetPart Regions(string folder, string split) =>
        new() { Format = "shikra-region", Task = "reg", Path = Path.Combine(folder, split + "-regions.jsonl"), Pictures = Path.Combine(folder, split) };

    public static PretrainingRecipe Recipe(string folder, ClipSettings objective, int steps, int batch = 16)
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(folder, objective, steps, batch: batch);
        return recipe with { Data = Source(folder, "train"), Probe = recipe.Probe! with { Data = Source(folder, "val") } };
    }

    private static void Write(TemporaryFolder folder, string split, int count, int seed)
    {
        var random = new Random(seed);
        List<string> captions = [], regions = [];
        for (int i = 0; i < count; i++)
        {
            (string Name, RgbColor Color)[] two = [.. Colors];
            random.Shuffle(two);
            Array.Resize(ref two, 2);
            byte[] pixels = new byte[3 * Side * Side];
            Array.Fill(pixels, (byte)110);
            for (int square = 0; square < two.Length; square++)
            {
                int size = random.Next(8, 13), left = (square * Side / 2) + random.Next((Side / 2) - size), top = random.Next(Side - size);
                Fill(pixels, left, top, size, two[square].Color);
                string box = string.Create(CultureInfo.InvariantCulture, $"[{left}, {top}, {left + size}, {top + size}]");
                regions.Add($$"""{ "img_path": "{{i}}.png", "expression": "the {{two[square].Name}} square", "bbox": {{box}} }""");
            }

            string[] names = [.. two.Select(each => each.Name).Order(StringComparer.Ordinal)];
            captions.Add($$"""{ "img_path": "{{i}}.png", "caption": "a {{names[0]}} and a {{names[1]}} square" }""");
            folder.Write($"{split}/{i}.png", PngFile.Encode(new RgbImage(Side, Side, [.. pixels.Select(value => (byte)Math.Min(255, value + random.Next(30)))])));
        }

        folder.Write(split + ".jsonl", string.Join('\n', captions) + "\n");
        folder.Write(split + "-regions.jsonl", string.Join('\n', regions) + "\n");
    }

    private static void Fill(byte[] pixels, int left, int top, int size, RgbColor color)
    {
        for (int y = top; y < top + size; y++)
        {
            for (int x = left; x < left + size; x++)
            {
                int at = 3 * ((y * Side) + x);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (color.Red, color.Green, color.Blue);
            }
        }
    }
}
