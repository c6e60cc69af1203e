using System.CommandLine;
using System.Globalization;
using CommSharp.Runtime;
using CommSharp.Training.Planning;
using CommSharp.Training.Recipes;
using Spectre.Console;
using TorchSharp;

namespace CommSharp.Cli.Training;

/// <summary>What a recipe needs, and whether it is there.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Plan">What is needed.</param>
/// <param name="Memory">What there is.</param>
/// <param name="Assumption">What the plan takes for granted; null when nothing.</param>
/// <param name="Changes">Each change that would save memory, alone.</param>
/// <param name="Problem">Why it does not fit and what would make it; null when it fits or nothing tells.</param>
internal sealed record RecipeMemory(
    string Recipe, MemoryPlan Plan, DeviceMemory Memory, string? Assumption, IReadOnlyList<MemoryChange> Changes, string? Problem);

/// <summary>The options of inspect that plan a training.</summary>
internal sealed class RecipeMemoryOptions
{
    private readonly Option<string?> _recipe = new("--train")
    {
        Description = "Instead of a folder: the memory that a training by this recipe needs. A file, or the name of a built-in recipe.",
        HelpName = "RECIPE",
    };

    private readonly Option<string[]> _changes = new("--set") { Description = "With --train: a change to the recipe, such as recompute=true.", HelpName = "PATH=VALUE" };

    private readonly Option<DeviceChoice> _device = CommonOptions.Device();

    private readonly Option<long?> _memory = CommonOptions.Parsed<long?>(
        "--memory",
        "With --train: plan for a GPU with so much memory, such as 24GB, instead of this machine; with --device cpu for so much main memory.",
        "SIZE",
        static text => ByteSize.Parse(text),
        null);

    public IEnumerable<Option> All => [_recipe, _changes, _device, _memory];

    /// <summary>Whether a training is to be planned.</summary>
    /// <exception cref="UsageException">Both or neither of a folder and a recipe, or options of the other.</exception>
    public bool IsGiven(VerbContext context, string? folder, bool hasFolderOptions)
    {
        bool isGiven = context.Value(_recipe) is not null;
        if (isGiven == folder is not null)
        {
            throw new UsageException(isGiven ? "inspect takes a FOLDER or --train RECIPE, not both" : "inspect needs FOLDER or --train RECIPE");
        }

        if (isGiven && hasFolderOptions)
        {
            throw new UsageException("--vision-tower, --keys and --values are about a folder, not about --train");
        }

        return isGiven || (context.Value(_memory) is null && context.Value(_changes) is null or [])
            ? isGiven
            : throw new UsageException("--set and --memory are about --train RECIPE");
    }

    public RecipeMemory Plan(VerbContext context)
    {
        RecipeFile recipe = RecipeFile.Load(context.Value(_recipe)!, context.Value(_changes) ?? []);
        DeviceChoice device = context.Value(_device)!;
        DeviceMemory memory = context.Value(_memory) is { } given
            ? DeviceMemory.Given(device.Type != DeviceType.CPU, given)
            : DeviceMemory.Of(device.Resolve());
        var plan = RecipePlan.Of(recipe, memory.IsGpu);
        string? problem = memory.Available is { } available && plan.Memory.Needed > available ? plan.Problem(available) : null;
        return new RecipeMemory(recipe.Recipe.Name, plan.Memory, memory, plan.Assumption, plan.Changes(), problem);
    }
}

/// <summary>Writes a plan for a person.</summary>
internal static class RecipeMemoryText
{
    public static void Write(IAnsiConsole output, RecipeMemory result)
    {
        MemoryPlan plan = result.Plan;
        string place = plan.IsOnGpu ? "GPU" : "main memory";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Recipe}: {plan.Trained:N0} of {plan.Parameters:N0} numbers are trained"));
        if (result.Assumption is { } assumption)
        {
            output.WriteLine($"  assumed: {assumption}");
        }

        foreach (MemoryPart part in plan.Parts.Where(part => part.Bytes > 0))
        {
            string where = plan.IsOnGpu && part.InMainMemory ? " (main memory)" : "";
            Row(part.Name, part.Bytes, part.Detail + where);
        }

        Row("needed", plan.Needed, place);
        if (plan.IsOnGpu)
        {
            Row("", plan.NeededBesideGpu, "main memory");
        }

        Row("at least", plan.Least, $"{place}, if all samples are short");
        output.WriteLine(result.Memory is { Available: { } available, Total: { } total }
            ? $"  there is        {RecipePlan.Size(available),9}  of {RecipePlan.Size(total)}"
            : "  there is        what the device has; nothing tells how much");
        foreach (MemoryChange change in result.Changes)
        {
            output.WriteLine($"  {RecipePlan.Options(change)}  would save {RecipePlan.Size(change.Saves)}: {change.Effect}");
        }

        void Row(string name, long bytes, string detail) => output.WriteLine($"  {name,-15} {RecipePlan.Size(bytes),9}  {detail}");
    }
}
