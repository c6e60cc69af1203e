using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Cli.Training;
using CommSharp.Multimodal.Folders;
using CommSharp.Multimodal.Inspecting;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>What a folder holds.</summary>
/// <param name="Model">What its configs and the directories of its weights say.</param>
/// <param name="BadValues">The tensors with NaN or infinite elements; null when the values were not read.</param>
/// <param name="Training">The memory that a recipe needs; then there is no model.</param>
internal sealed record InspectReport(FolderInspection? Model, IReadOnlyList<BadValues>? BadValues, RecipeMemory? Training = null);

/// <summary>Says what a model's folder holds and whether its weights fit its config.</summary>
internal sealed class InspectCommand : Verb<InspectReport>
{
    private readonly Argument<string?> _folder = new("FOLDER")
    {
        Description = "A model's folder: a tower, a Llama, LLaVA-1.5, Shikra, or our own.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly RecipeMemoryOptions _training = new();
    private readonly Option<string?> _visionTower = CommonOptions.VisionTower();
    private readonly Option<bool> _keys = new("--keys") { Description = "List where every tensor of the model comes from." };

    private readonly Option<bool> _values = new("--values")
    {
        Description = "Read all tensors, one at a time, and report NaN and infinite elements.",
    };

    public InspectCommand()
        : base(
            "inspect",
            "Show what a model's folder holds: architecture, sizes, and whether its weights fit its config.",
            "commsharp inspect shikra-7b --vision-tower clip-vit-large-patch14 --values")
    {
        Arguments.Add(_folder);
        foreach (Option option in new Option[] { _visionTower, _keys, _values }.Concat(_training.All))
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<InspectReport> ResultJson => CliJson.Default.InspectReport;

    protected override async Task<InspectReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        string? path = context.OptionalValue(_folder);
        if (_training.IsGiven(context, path, context.Value(_visionTower) is not null || context.Value(_keys) || context.Value(_values)))
        {
            context.LoadRuntime();
            return new InspectReport(null, null, _training.Plan(context));
        }

        context.LoadRuntime();
        ModelFolder folder = ModelFolder.Open(path!, context.Value(_visionTower));
        FolderInspection model = FolderInspection.Of(folder);
        IReadOnlyList<BadValues>? bad = context.Value(_values)
            ? await LongWork.RunAsync(context.Notes, "reading", progress => BadValues.Find(folder, progress, cancellationToken), cancellationToken)
            : null;
        return new InspectReport(context.Value(_keys) ? model : model with { Keys = [] }, bad);
    }

    protected override string? FailureIn(InspectReport result) =>
        result.Model?.Checkpoints.FirstOrDefault(checkpoint => !checkpoint.Report.Fits) is { } misfit
            ? $"{misfit.Location}: {misfit.Report.Problem}"
            : result.Training?.Problem;

    protected override void Render(InspectReport result, IAnsiConsole output)
    {
        if (result.Training is { } training)
        {
            RecipeMemoryText.Write(output, training);
        }

        if (result.Model is { } model)
        {
            Write(output, model, result.BadValues);
        }
    }

    private static void Write(IAnsiConsole output, FolderInspection model, IReadOnlyList<BadValues>? bad)
    {
        output.WriteLine($"{model.Folder}: {model.Kind}");
        Write(output, [.. model.Architecture.Select(line => (line.Part, line.Text))]);
        PartSize all = new("all", model.Parameters);
        Write(output, [.. model.Parts.Append(all).Select(part => (part.Name, $"{Number(part.Parameters)} parameters"))]);
        string stored = string.Join(", ", model.Checkpoints.SelectMany(checkpoint => checkpoint.Stored)
            .GroupBy(each => each.Dtype)
            .Select(each => $"{each.Key} {ByteSize.Format(each.Sum(one => one.Bytes))}"));
        string memory = $"float32 {ByteSize.Format(model.Float32Size)}, bfloat16 {ByteSize.Format(model.BFloat16Size)}";
        Write(output, ("stored", stored), ("in memory", memory));
        foreach (CheckpointInspection checkpoint in model.Checkpoints)
        {
            Write(output, checkpoint);
        }

        Write(output, [.. model.Keys.Select(key => ($"{key.Part}: {key.Target}", Origin(key)))]);
        Write(output, [.. model.UnusedMembers.Select(member => ("unused", $"config member {member}"))]);
        Write(output, bad);
    }

    private static void Write(IAnsiConsole output, CheckpointInspection checkpoint)
    {
        LoadReport report = checkpoint.Report;
        output.WriteLine(checkpoint.Location);
        Write(
            output,
            [
                .. Names("loaded", report.Loaded, named: 0), .. Names("ignored", report.Ignored), .. Names("unbuilt", report.Unbuilt),
                .. Names("missing", report.Missing), .. Names("unexpected", report.Unexpected),
                .. Names("mismatched", [.. report.Mismatched.Select(mismatch => mismatch.ToString())]),
            ]);
    }

    private static void Write(IAnsiConsole output, IReadOnlyList<BadValues>? bad)
    {
        if (bad is { Count: 0 })
        {
            Write(output, ("values", "every element is a number"));
        }

        Write(output, [.. (bad ?? []).Select(each => ("values", $"{each.Name}: {Number(each.NotANumber)} NaN, {Number(each.Infinite)} infinite"))]);
    }

    private static string Origin(KeyOrigin key) => $"<- {string.Join(" + ", key.Sources)} [{string.Join(", ", key.Shape)}]";

    /// <summary>All names are in the JSON; a person gets the first.</summary>
    private static IEnumerable<(string, string)> Names(string what, IReadOnlyList<string> names, int named = 3) => names.Count == 0
        ? []
        : [(what, Number(names.Count) + (named == 0 ? "" : $": {string.Join(", ", names.Take(named))}{(names.Count > named ? ", …" : "")}"))];

    private static void Write(IAnsiConsole output, params (string Label, string Text)[] rows)
    {
        int width = rows.Select(row => row.Label.Length).DefaultIfEmpty().Max();
        foreach ((string label, string text) in rows)
        {
            output.WriteLine($"  {Printable.Line(label.PadRight(width))}  {Printable.Line(text)}"); // names come from files
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
