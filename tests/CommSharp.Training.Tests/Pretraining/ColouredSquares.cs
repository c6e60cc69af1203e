using CommSharp.Imaging;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Pretraining;

/// <summary>A toy world: squares of four colours anywhere on a gray ground, with captions and as folders of classes.</summary>
internal static class ColouredSquares
{
    public const int Side = 28;

    private static readonly (string Name, RgbColor Color)[] Colors =
        [("blue", new(40, 60, 220)), ("green", new(30, 170, 60)), ("red", new(220, 40, 40)), ("yellow", new(230, 210, 40))];

    /// <summary>Writes train/ and val/, each with classes in folders and captions.jsonl beside them.</summary>
    public static void Write(TemporaryFolder folder, int train = 64, int heldOut = 32)
    {
        Write(folder, "train", train, seed: 1);
        Write(folder, "val", heldOut, seed: 2);
    }

    public static FolderSource Classes(string folder, string split) => new() { Path = Path.Combine(folder, split) };

    public static CaptionSource Captions(string folder, string split) => new()
    {
        Captions = new DatasetPart { Format = "shikra-caption", Path = Path.Combine(folder, split + ".jsonl"), Pictures = Path.Combine(folder, split) },
    };

    private static void Write(TemporaryFolder folder, string split, int count, int seed)
    {
        var random = new Random(seed);
        var lines = new List<string>();
        for (int i = 0; i < count; i++)
        {
            (string name, RgbColor color) = Colors[i % Colors.Length];
            string picture = $"{name}/{i}.png";
            folder.Write($"{split}/{picture}", PngFile.Encode(Draw(color, random)));
            lines.Add($$"""{ "img_id": {{i}}, "img_path": "{{picture}}", "caption": "a {{name}} square", "height": {{Side}}, "width": {{Side}} }""");
        }

        folder.Write(split + ".jsonl", string.Join('\n', lines) + "\n");
    }

    private static RgbImage Draw(RgbColor color, Random random)
    {
        byte[] pixels = new byte[3 * Side * Side];
        int size = random.Next(10, 16), left = random.Next(Side - size), top = random.Next(Side - size);
        for (int i = 0; i < Side * Side; i++)
        {
            bool isInside = i % Side >= left && i % Side < left + size && i / Side >= top && i / Side < top + size;
            int noise = random.Next(30);
            (int red, int green, int blue) = isInside ? (color.Red, color.Green, color.Blue) : (110, 110, 110);
            pixels[3 * i] = (byte)Math.Min(255, red + noise);
            pixels[(3 * i) + 1] = (byte)Math.Min(255, green + noise);
            pixels[(3 * i) + 2] = (byte)Math.Min(255, blue + noise);
        }

        return new RgbImage(Side, Side, pixels);
    }
}
