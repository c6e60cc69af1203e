using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Evaluation;
using Spectre.Console;

namespace CommSharp.Cli.Commands.Score;

/// <summary>A verb whose result is a <see cref="ScoreSheet"/>. It also writes what became of each item, where a person asks for that.</summary>
internal abstract class ScoreVerb : Verb<ScoreSheet>
{
    private readonly Option<string?> _items = new("--items")
    {
        Description = "Also write what became of each item, as JSON lines.",
        HelpName = "FILE",
    };

    protected ScoreVerb(string name, string description, string example)
        : base(name, description, example) => Options.Add(_items);

    protected sealed override JsonTypeInfo<ScoreSheet> ResultJson => CliJson.Default.ScoreSheet;

    protected sealed override Task<ScoreSheet> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        Task.Run(() => Evaluate(context, cancellationToken), cancellationToken);

    protected sealed override void Render(ScoreSheet result, IAnsiConsole output) => ScoreSheetText.Write(result, output);

    /// <summary>Reads the files and scores them.</summary>
    protected abstract ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken);

    /// <summary>The option that chooses among a metric's conventions; the first one is the default.</summary>
    protected static Option<string> ConventionOption(string description, params string[] names)
    {
        var option = new Option<string>("--convention")
        {
            Description = $"{description}: {string.Join(", ", names[..^1])} or {names[^1]}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => names[0],
        };
        return option.AcceptOnlyFromAmong(names);
    }

    /// <summary>Writes what became of each item to the file of --items, if there is one.</summary>
    protected void WriteItems<TItem>(VerbContext context, IEnumerable<TItem> items, JsonTypeInfo<TItem> contract)
    {
        if (context.Value(_items) is not { } path)
        {
            return;
        }

        const int block = 1 << 16;
        using var file = new AtomicFile(path);
        var lines = new StringBuilder();
        foreach (TItem item in items)
        {
            lines.Append(JsonSerializer.Serialize(item, contract)).Append('\n');
            if (lines.Length >= block)
            {
                file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
                lines.Clear();
            }
        }

        file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
        file.Commit();
    }
}
