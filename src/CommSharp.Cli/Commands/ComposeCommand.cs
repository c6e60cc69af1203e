using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using Spectre.Console;

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
        Required = true,
    };

    private readonly Option<string> _language = new("--language")
    {
        Description = "The folder of a Llama-family language model, such as Vicuna.",
        HelpName = "DIR",
        Required = true,
    };

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
        foreach (Option option in new Option[] { _preset, _towers, _language, _seed, _changes })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<ComposeReport> ResultJson => CliJson.Default.ComposeReport;

    protected override Task<ComposeReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.LoadRuntime();
        string preset = context.Value(_preset)!;
        MultimodalConfig config = Presets.Load(preset, context.Value(_changes) ?? []);
        CompositionPlan plan = CompositionPlan.Make(config, context.Value(_towers) ?? [], context.Value(_language)!);
        using var shapes = new MultimodalModel(plan.Config, TensorOptions.Meta); // contradictions show before anything is written
        long seed = context.Value(_seed);
        context.Notes.WriteLine("commsharp: writing towers and language model; merges and projections are fresh, so the model needs training");
        Composition.Write(plan, context.Value(_target).FullName, seed, cancellationToken);
        return Task.FromResult(new ComposeReport(
            context.Value(_target).FullName,
            preset,
            shapes.Vision.TokensPerImage,
            plan.Config.Language.Architecture.VocabularySize,
            FreshParameters(shapes),
            seed));
    }

    protected override void Render(ComposeReport result, IAnsiConsole output)
    {
        output.WriteLine($"{result.Folder}: {result.Preset}, {result.TokensPerImage} tokens per picture, vocabulary {result.VocabularySize}");
        output.WriteLine($"{result.FreshParameters:N0} fresh parameters from seed {result.Seed}");
    }

    private static long FreshParameters(MultimodalModel model) =>
        model.Vision.named_parameters().Where(pair => !pair.name.Contains(".tower.", StringComparison.Ordinal)).Sum(pair => pair.parameter.numel());
}
