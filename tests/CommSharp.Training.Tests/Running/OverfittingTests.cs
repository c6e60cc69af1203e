using System.Text.Json.Nodes;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Running;

/// <summary>The whole of a training, judged by what the model says afterwards by itself.</summary>
public sealed class OverfittingTests : IDisposable
{
    private const int Samples = 32;
    private const int Steps = 260;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tiny_model_learns_thirty_two_boxes_and_needs_the_pictures_to_say_them()
    {
        GroundingSamples.Write(_folder.Path, Samples);
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Model = new FolderModelSource { Path = WithoutSystemSentence(_folder["model"]) },
            Schedule = new ScheduleSettings { Steps = Steps, LearningRate = 3e-3, WarmUp = 0.05 },
            Batch = new BatchSettings { Size = Samples },
        };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        using TrainingModel model = TrainingModel.Load(file, StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken), CPU);
        using var optimizer = new Optimizer(model.Parameters, recipe.Optimizer);
        using SampleSet samples = SampleSet.Open(recipe.Data, _folder.Path);
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        var step = new TrainingStep(model.Model, optimizer, LearningRateSchedule.Of(recipe.Schedule, Steps), recipe.Seed);
        using (var stream = new BatchStream(samples, preparer, recipe.Batch, recipe.Loading, null, recipe.Seed, 0, Steps, [], TestContext.Current.CancellationToken))
        {
            for (int i = 0; i < Steps; i++)
            {
                step.Run(stream.Next());
            }
        }

        Assert.InRange(ExactShare(samples, model), 0.95, 1);
        Exchange(_folder["pictures"]);
        Assert.InRange(ExactShare(samples, model), 0, 0.3);
    }

    /// <summary>The bundled model with prompts of half the length.</summary>
    private static string WithoutSystemSentence(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(BundledModel.Folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(BundledModel.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string config = Path.Combine(folder, "commsharp.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(config))!;
        json["prompt"]!["system"] = "";
        File.WriteAllText(config, json.ToJsonString());
        return folder;
    }

    private static double ExactShare(SampleSet samples, TrainingModel model)
    {
        var settings = new ValidationSettings { Data = new DatasetPart { Format = "", Path = "" }, Samples = 1, Answers = Samples };
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        var heldOut = new HeldOutSamples(samples, settings, Samples, preparer);
        return heldOut.Score(1, model, null, TestContext.Current.CancellationToken).ExactAnswers!.Value;
    }

    /// <summary>Gives every picture the name of the next one.</summary>
    private static void Exchange(string folder)
    {
        string[] names = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        byte[][] pictures = [.. names.Select(File.ReadAllBytes)];
        for (int i = 0; i < names.Length; i++)
        {
            File.WriteAllBytes(names[i], pictures[(i + 1) % names.Length]);
        }
    }
}
