using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using CommSharp.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

namespace CommSharp.Cli.Commands;

/// <summary>What was composed.</summary>
internal sealed record ComposeReport(string Folder, string Preset, int TokensPerImage, int VocabularySize, long FreshParameters, long Seed);

/// <summary>Builds a model folder from trained towers and a trained language model, with fresh merges and projections.</summary>
internal sealed class ComposeCommand : Verb<ComposeReport>
{
    private readonly Argument<DirectoryInfo> _target = new("OUT") { Description = "The folder to write; it must not exist yet, or be empty." };

    private readonly Option<string> _preset = new("--preset")
    {
        Description = $"The model: {string.Join(", ", Presets.Names)}, or a config file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => "comm-7b",
    };

    private readonly Option<string[]> _towers = new("--tower")
    {
        Description = "A vision tower's folder; one for each branch of the model, in order (comm-7b: CLIP, then DINOv2).",
        HelpName = "DIR",
    };

    private readonly Option<string?> _language = new("--language")
    {
        Description = "The folder of a Llama-family language model, such as Vicuna.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _random = new("--random")
    {
        Description = "Instead of towers and a language model, draw every weight, to learn what the preset's size costs.",
    };

    private readonly Option<string?> _tokenizer = new("--tokenizer") { Description = "With --random: a tokenizer.model for the language model.", HelpName = "FILE" };

    private readonly Option<ScalarType> _dtype = CommonOptions.Parsed(
        "--dtype", "With --random: what weights are stored in, float32, bfloat16 or float16.", "DTYPE", DtypeName.Parse, ScalarType.BFloat16);

    private readonly Option<long> _seed = new("--seed") { Description = "Decides the fresh weights.", HelpName = "N" };

    private readonly Option<string[]> _changes = new("--set")
    {
        Description = "A change to the model's config, such as vision.branches[1].layers=last:2.",
        HelpName = "PATH=VALUE",
    };

    public ComposeCommand()
        : base(
            "compose",
            "Build a COMM folder from a CLIP, a DINOv2 and a Vicuna folder, with fresh merges and projections.",
            "commsharp compose my-comm --tower clip-vit-large-patch14-336 --tower dinov2-large --language vicuna-7b-v1.5")
    {
        Arguments.Add(_target);
        foreach (Option option in new Option[] { _preset, _towers, _language, _seed, _changes, _random, _tokenizer, _dtype })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<ComposeReport> ResultJson => CliJson.Default.ComposeReport;

    protected override Task<ComposeReport> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        Task.Run(() => Compose(context, cancellationToken), cancellationToken);

    protected override void Render(ComposeReport result, IAnsiConsole output)
    {
        output.WriteLine($"{result.Folder}: {result.Preset}, {result.TokensPerImage} tokens per picture, vocabulary {result.VocabularySize}");
        output.WriteLine($"{result.FreshParameters:N0} fresh parameters from seed {result.Seed}");
    }

    private ComposeReport Compose(VerbContext context, CancellationToken cancellationToken)
    {
        context.LoadRuntime();
        string preset = context.Value(_preset)!, target = context.Value(_target).FullName;
        MultimodalConfig config = Presets.Load(preset, context.Value(_changes) ?? []);
        long seed = context.Value(_seed);
        if (context.Value(_random))
        {
            context.Notes.WriteLine("commsharp: drawing every weight; the model is good for measuring and for nothing else");
            RandomModel.Write(config, target, context.Value(_tokenizer), context.Value(_dtype), seed, cancellationToken);
            return Report(config, model => model.parameters().Sum(parameter => parameter.numel()));
        }

        string language = context.Value(_language) ?? throw new UsageException("A language model is missing; name its folder with --language, or draw everything with --random.");
        CompositionPlan plan = CompositionPlan.Make(config, context.Value(_towers) ?? [], language);
        ComposeReport report = Report(plan.Config, FreshParameters); // contradictions show before anything is written
        context.Notes.WriteLine("commsharp: writing towers and language model; merges and projections are fresh, so the model needs training");
        Composition.Write(plan, target, seed, cancellationToken);
        return report;

        ComposeReport Report(MultimodalConfig composed, Func<MultimodalModel, long> fresh)
        {
            using var shapes = new MultimodalModel(composed, TensorOptions.Meta);
            return new ComposeReport(target, preset, shapes.Vision.TokensPerImage, composed.Language.Architecture.VocabularySize, fresh(shapes), seed);
        }
    }

    private static long FreshParameters(MultimodalModel model) =>
        model.Vision.named_parameters().Where(pair => !pair.name.Contains(".tower.", StringComparison.Ordinal)).Sum(pair => pair.parameter.numel());
}
