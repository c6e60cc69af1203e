using CommSharp.Imaging;
using CommSharp.Multimodal.Converting;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Running;

/// <summary>The trained model among the fixtures. COMMSHARP_APPROVE=1 trains it anew, which takes some minutes.</summary>
public sealed class SquaresModelTests : IDisposable
{
    private const int Unseen = 40;

    private readonly TemporaryFolder _folder = new();

    public SquaresModelTests()
    {
        if (Approved.IsWriting)
        {
            WriteModel();
            WritePicture();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_finds_squares_that_it_has_never_seen()
    {
        GroundingSamples.Write(_folder.Path, Unseen, seed: 1000);
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with { Model = new FolderModelSource { Path = SquaresModel.Folder } };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        using TrainingModel model = TrainingModel.Load(file, StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken), CPU);
        using SampleSet samples = SampleSet.Open(recipe.Data, _folder.Path);
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        var settings = new ValidationSettings { Data = recipe.Data, Samples = Unseen, Answers = Unseen };
        var report = new HeldOutSamples(samples, settings, Unseen, preparer).Score(1, model, null, TestContext.Current.CancellationToken);
        Assert.InRange(report.MeanIoU!.Value, 0.75, 1);
    }

    private void WriteModel()
    {
        GroundingSamples.Write(_folder.Path, 16_000);
        DatasetPart where = GroundingSamples.Data(_folder.Path), what = where with { Task = "reg", Templates = GroundingSamples.Questions(_folder.Path) };
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Name = "squares",
            Model = new RandomModelSource
            {
                Preset = Path.Combine(BundledModel.Folder, "commsharp.json"),
                Patches = ["name=squares", "prompt.system="],
                Tokenizer = TokenizerSource.Model(TokenizerSource.Small),
            },
            Trained = new TrainedSettings
            {
                Groups = [.. new[] { ModelPart.Towers, ModelPart.Merges, ModelPart.Projections, ModelPart.Projector, ModelPart.Language }.Select(part => new ParameterGroup { Part = part })],
            },
            Data = new InterleavePart { Parts = [where, what], Weights = [4, 1] },
            Schedule = new ScheduleSettings { Steps = 2000, LearningRate = 3e-3, WarmUp = 0.05, Floor = 0.01 },
            Batch = new BatchSettings { Size = 32 },
            Optimizer = new OptimizerSettings { Beta2 = 0.98, WeightDecay = 0.01 },
            Checkpoints = new CheckpointSettings { EverySteps = 2000 },
        };
        TrainingResult result = Trainings.Complete(GroundingSamples.AsFile(recipe, _folder.Path), _folder["training"]);
        if (Directory.Exists(SquaresModel.Folder))
        {
            Directory.Delete(SquaresModel.Folder, recursive: true);
        }

        FolderConversion.Run(result.Model!, SquaresModel.Folder, new ConversionOptions { Dtype = ScalarType.Float16 });
    }

    private static void WritePicture()
    {
        int[] square = [.. SquaresModel.Square.Select(side => (int)side)];
        PngFile.Write(SquaresModel.Picture, GroundingSamples.Square(3 * GroundingSamples.Side, square[0], square[1], square[2] - square[0], brightness: 210));
    }
}
