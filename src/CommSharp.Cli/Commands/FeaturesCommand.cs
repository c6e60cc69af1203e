using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Features;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using CommSharp.Vision;
using Spectre.Console;
using static TorchSharp.torch;

namespace CommSharp.Cli.Commands;

/// <summary>What was written.</summary>
internal sealed record FeaturesReport(string File, IReadOnlyList<FeatureTensor> Tensors);

/// <summary>Writes what the layers of a folder's towers make of pictures.</summary>
internal sealed class FeaturesCommand : Verb<FeaturesReport>
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The folder of a tower or of a multimodal model." };

    private readonly Argument<string> _pixels = new("PICTURE")
    {
        Description = "A picture; or a safetensors file with normalised pixels: pixel_values, or pixel_values.N for tower N, [B, 3, H, W].",
    };

    private readonly Option<string> _output = new("--out") { Description = "The safetensors file to write.", HelpName = "FILE", Required = true };

    private readonly Option<LayerSelection?> _layers = CommonOptions.Parsed<LayerSelection?>(
        "--layers", "The layers: all, half, -2, 19..24, last:6 or 6,12; by default those that the model reads.", "LAYERS", Layers, null);

    private readonly Option<int?> _tower = new("--tower")
    {
        Description = "Run only this tower, counted from 1, and leave the image tokens out.",
        HelpName = "N",
    };

    private readonly Option<string?> _visionTower = CommonOptions.VisionTower();
    private readonly Option<DeviceChoice> _device = CommonOptions.Device();
    private readonly Option<DtypeChoice> _dtype = CommonOptions.Dtype(ScalarType.Float32);

    public FeaturesCommand()
        : base(
            "features",
            "Write the features of a folder's towers, layer by layer, and the image tokens of a multimodal model.",
            "commsharp features dinov2-large photo.jpg --layers 19..24 --out features.safetensors")
    {
        Arguments.Add(_folder);
        Arguments.Add(_pixels);
        foreach (Option option in new Option[] { _output, _layers, _tower, _visionTower, _device, _dtype })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<FeaturesReport> ResultJson => CliJson.Default.FeaturesReport;

    protected override async Task<FeaturesReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        string output = context.Value(_output)!;
        AtomicFile.RequireFolder(output); // before the work, not after it
        context.LoadRuntime();
        var options = new FeatureOptions
        {
            Layers = context.Value(_layers),
            Tower = context.Value(_tower),
            VisionTower = context.Value(_visionTower),
            Weights = new TensorOptions(context.Value(_dtype)!.Type, context.Value(_device)!.Resolve()),
        };
        RequireTower(context);
        IReadOnlyList<FeatureTensor> tensors = await LongWork.RunAsync(
            context.Notes,
            "computing",
            progress => FeatureExtraction.Write(context.Value(_folder), context.Value(_pixels), output, options, progress, cancellationToken),
            cancellationToken);
        return new FeaturesReport(output, tensors);
    }

    protected override void Render(FeaturesReport result, IAnsiConsole output)
    {
        output.WriteLine($"{result.File}: {result.Tensors.Count} tensors");
        foreach (FeatureTensor tensor in result.Tensors)
        {
            output.WriteLine($"  {tensor.Name} [{string.Join(", ", tensor.Shape)}]");
        }
    }

    private void RequireTower(VerbContext context)
    {
        if (context.Value(_tower) is not { } tower)
        {
            return;
        }

        string folder = context.Value(_folder);
        int count = ModelFolder.Open(folder, context.Value(_visionTower)) is MultimodalFolder model ? model.Config.Vision.Branches.Count : 1;
        if (tower < 1 || tower > count)
        {
            throw new UsageException($"{folder}: there is no tower {tower}; it has {count}, counted from 1.");
        }
    }

    private static LayerSelection Layers(string text)
    {
        try
        {
            return LayerSelection.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CommSharpException(e.Message, e);
        }
    }
}
