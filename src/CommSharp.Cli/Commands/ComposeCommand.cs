using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using CommSharp.Text;
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

    private readonly Option<DtypeChoice> _dtype = CommonOptions.Parsed(
        "--dtype",
        "With --random: what weights are stored in, float32 (4 bytes a weight), bfloat16 or float16 (2 bytes).",
        "DTYPE",
        DtypeChoice.Parse,
        new DtypeChoice(ScalarType.BFloat16));

    private readonly Option<long> _seed = new("--seed") { Description = "Decides the fresh weights.", HelpName = "N" };

    private readonly Option<string[]> _changes = CommonOptions.ConfigChanges();

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
        string preset = context.Value(_preset)!, target = context.Value(_target).FullName;
        string? language = context.Value(_language), tokenizer = context.Value(_tokenizer);
        string[] towers = context.Value(_towers) ?? [];
        long seed = context.Value(_seed);
        MultimodalConfig config = Configure(preset, context.Value(_changes) ?? []);
        if (context.Value(_random))
        {
            RequireNone("--random draws every weight", ("--tower", towers.Length > 0), ("--language", language is not null));
            context.LoadRuntime();
            context.Notes.WriteLine("commsharp: drawing every weight; the model is good for measuring and for nothing else");
            WarnOfTokenizer(context, tokenizer is not null, target);
            RandomModel.Write(config, target, tokenizer, context.Value(_dtype)!.Type, seed, cancellationToken: cancellationToken);
            return Report(config, model => model.parameters().Sum(parameter => parameter.numel()));
        }

        RequireNone("Without --random the language model's own files are taken", ("--tokenizer", tokenizer is not null));
        if (language is null)
        {
            throw new UsageException("A language model is missing; name its folder with --language, or draw everything with --random.");
        }

        if (CompositionPlan.ProblemOfTowers(config, towers.Length) is { } problem)
        {
            throw new UsageException(problem);
        }

        context.LoadRuntime();
        CompositionPlan plan = CompositionPlan.Make(config, towers, language);
        ComposeReport report = Report(plan.Config, FreshParameters); // contradictions show before anything is written
        context.Notes.WriteLine("commsharp: writing towers and language model; merges and projections are fresh, so the model needs training");
        WarnOfTokenizer(context, LlamaTokenizer.IsIn(plan.Language.Path), target);
        Composition.Write(plan, target, seed, cancellationToken);
        return report;

        ComposeReport Report(MultimodalConfig composed, Func<MultimodalModel, long> fresh)
        {
            using var shapes = new MultimodalModel(composed, TensorOptions.Meta);
            return new ComposeReport(target, preset, shapes.Vision.TokensPerImage, composed.Language.Architecture.VocabularySize, fresh(shapes), seed);
        }
    }

    /// <summary>What is wrong with the words of the command line is wrong usage; what is wrong in a file of one's own is not.</summary>
    private static MultimodalConfig Configure(string preset, string[] changes)
    {
        try
        {
            return Presets.Load(preset, changes);
        }
        catch (CommSharpException error)
        {
            if (Presets.IsFile(preset))
            {
                _ = Presets.Load(preset);            // a file that is wrong without the changes is a failure
            }

            throw new UsageException(error.Message);
        }
    }

    private static void RequireNone(string why, params (string Option, bool IsGiven)[] options)
    {
        if (options.FirstOrDefault(option => option.IsGiven).Option is { } given)
        {
            throw new UsageException($"{why}; leave {given} out.");
        }
    }

    private static void WarnOfTokenizer(VerbContext context, bool isThere, string target)
    {
        if (!isThere)
        {
            string folder = Path.Combine(target, CompositionPlan.LanguagePath);
            context.Notes.WriteLine($"commsharp: there is no tokenizer.model, so the model cannot be asked; copy the language model's own into {folder}");
        }
    }

    private static long FreshParameters(MultimodalModel model) =>
        model.Vision.named_parameters().Where(pair => !pair.name.Contains(".tower.", StringComparison.Ordinal)).Sum(pair => pair.parameter.numel());
}
