using System.Globalization;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Running;

/// <summary>Pictures with one bright square each, as a Shikra file of referring expressions, and recipes that train the bundled tiny model on them.</summary>
internal static class GroundingSamples
{
    public const int Side = 56;

    /// <summary>Writes pictures and squares.jsonl into a folder.</summary>
    public static void Write(string folder, int count, int seed = 7)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        var random = new Random(seed);
        var lines = new List<string>();
        for (int i = 0; i < count; i++)
        {
            int size = random.Next(14, 28), left = random.Next(0, Side - size), top = random.Next(0, Side - size);
            string name = $"{i:D3}.png";
            PngFile.Write(Path.Combine(folder, "pictures", name), Square(Side, left, top, size, (byte)random.Next(150, 255)));
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"img_path": "{{name}}", "expression": "the square", "bbox": [{{left}}, {{top}}, {{left + size}}, {{top + size}}], "dataset_name": "squares", "height": {{Side}}, "width": {{Side}}, "phrases": [{"words": "square", "boxes": [[{{left}}, {{top}}, {{left + size}}, {{top + size}}]]}]}"""));
        }

        File.WriteAllText(Path.Combine(folder, "squares.jsonl"), string.Join('\n', lines) + "\n");
        File.WriteAllText(Path.Combine(folder, "wordings.txt"), "<image> Where is <expr>?\n");
    }

    /// <summary>A recipe over such a folder: everything but the towers of the bundled model, one wording.</summary>
    public static TrainingRecipe Recipe(string folder) => new()
    {
        Name = "squares",
        Model = new FolderModelSource { Path = BundledModel.Folder },
        Trained = new TrainedSettings
        {
            Groups =
            [
                new ParameterGroup { Part = ModelPart.Merges },
                new ParameterGroup { Part = ModelPart.Projections },
                new ParameterGroup { Part = ModelPart.Projector },
                new ParameterGroup { Part = ModelPart.Language },
            ],
        },
        Data = Data(folder),
        Schedule = new ScheduleSettings { Steps = 6, LearningRate = 2e-3, WarmUp = 0 },
        Batch = new BatchSettings { Size = 4 },
        Checkpoints = new CheckpointSettings { EverySteps = 2 },
        Seed = 5,
    };

    public static DatasetPart Data(string folder) => new()
    {
        Format = "shikra-region",
        Task = "rec",
        Path = Path.Combine(folder, "squares.jsonl"),
        Pictures = Path.Combine(folder, "pictures"),
        Templates = Path.Combine(folder, "wordings.txt"),
    };

    /// <summary>The recipe as a file, as a person has it.</summary>
    public static RecipeFile AsFile(TrainingRecipe recipe, string folder)
    {
        string file = Path.Combine(folder, "recipe.json");
        ConfigurationFile.Write(file, recipe);
        return RecipeFile.Load(file);
    }

    /// <summary>A wording of questions about a region, written into such a folder.</summary>
    public static string Questions(string folder)
    {
        string file = Path.Combine(folder, "questions.txt");
        File.WriteAllText(file, "<image> What is <objs>?\n<image> What is this?<objs>\n");
        return file;
    }

    /// <summary>A picture of one square.</summary>
    public static RgbImage Square(int side, int left, int top, int size, byte brightness)
    {
        byte[] pixels = new byte[side * side * 3];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                bool inside = x >= left && x < left + size && y >= top && y < top + size;
                int at = ((y * side) + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = inside ? (brightness, (byte)40, (byte)30) : ((byte)20, (byte)60, (byte)90);
            }
        }

        return new RgbImage(side, side, pixels);
    }
}
