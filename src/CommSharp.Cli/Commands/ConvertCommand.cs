using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

namespace CommSharp.Cli.Commands;

/// <summary>Rewrites a model's folder as safetensors in Hugging Face's layout.</summary>
internal sealed class ConvertCommand : Verb<ConversionReport>
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The model's folder to read." };
    private readonly Argument<string> _output = new("OUT") { Description = "The folder to write; it must not exist yet, or be empty." };
    private readonly Option<string?> _visionTower = CommonOptions.VisionTower();

    private readonly Option<string?> _base = new("--base")
    {
        Description = "FOLDER holds a delta (Shikra's release): the folder of the LLaMA that it is to be added to.",
        HelpName = "DIR",
    };

    private readonly Option<ScalarType?> _dtype = CommonOptions.Parsed<ScalarType?>(
        "--dtype",
        "What to store floating tensors as: float32, bfloat16 or float16; by default as they are.",
        "DTYPE",
        text => DtypeName.Parse(text),
        null);

    private readonly Option<bool> _lean = new("--lean") { Description = "Leave out what the model does not read, such as CLIP's text tower." };

    private readonly Option<string[]> _changes = CommonOptions.ConfigChanges();

    private readonly Option<long> _maxShardSize = CommonOptions.Parsed(
        "--max-shard-size", "How large a file of weights may grow.", "SIZE", ByteSize.Parse, ShardedSafetensorsWriter.DefaultShardBytes);

    public ConvertCommand()
        : base(
            "convert",
            "Rewrite a model's folder as safetensors in Hugging Face's layout; add a delta to its base.",
            "commsharp convert shikra-7b-delta-v1 shikra-7b --base llama-7b --vision-tower clip-vit-large-patch14")
    {
        Arguments.Add(_folder);
        Arguments.Add(_output);
        foreach (Option option in new Option[] { _base, _dtype, _lean, _changes, _maxShardSize, _visionTower })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<ConversionReport> ResultJson => CliJson.Default.ConversionReport;

    protected override Task<ConversionReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.LoadRuntime();
        var options = new ConversionOptions
        {
            Base = context.Value(_base),
            Dtype = context.Value(_dtype),
            Lean = context.Value(_lean),
            MaxShardBytes = context.Value(_maxShardSize),
        };
        ModelFolder folder = Open(context.Value(_folder)!, context.Value(_visionTower), context.Value(_changes) ?? []);
        return LongWork.RunAsync(
            context.Notes,
            "converting",
            progress => FolderConversion.Run(folder, context.Value(_output), options, progress, cancellationToken),
            cancellationToken);
    }

    protected override void Render(ConversionReport result, IAnsiConsole output)
    {
        string from = result.SourceKind == result.OutputKind ? "" : $", from {result.SourceKind}";
        output.WriteLine($"{result.Output}: {result.OutputKind}{from}, {result.Tensors} tensors, {ByteSize.Format(result.Bytes)}");
        foreach (string file in result.Files)
        {
            output.WriteLine($"  {file}");
        }

        if (result.Dropped.Count > 0)
        {
            output.WriteLine($"left out {result.Dropped.Count} tensors that readers compute or do not need, such as {result.Dropped[0]}");
        }
    }

    /// <summary>Changes that do not fit are wrong usage; a folder that could not be opened without them either is a failure.</summary>
    private static ModelFolder Open(string path, string? visionTower, string[] changes)
    {
        try
        {
            return ModelFolder.Open(path, visionTower, changes);
        }
        catch (CommSharpException error) when (changes.Length > 0)
        {
            _ = ModelFolder.Open(path, visionTower);
            throw new UsageException(error.Message);
        }
    }
}
