using System.CommandLine;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace CommSharp.Cli.Tests;

/// <summary>A verb as small as verbs get: it says a word, or throws what it is told to.</summary>
internal sealed class EchoVerb : Verb<Echo>
{
    private readonly Argument<string> _word = new("word");
    private readonly Exception? _failure;

    public EchoVerb(Exception? failure = null)
        : base("echo", "Say a word.", "commsharp echo hello")
    {
        _failure = failure;
        Arguments.Add(_word);
    }

    protected override JsonTypeInfo<Echo> ResultJson => EchoJson.Default.Echo;

    protected override Task<Echo> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.Notes.WriteLine("saying it");
        return _failure is null ? Task.FromResult(new Echo(context.Value(_word))) : Task.FromException<Echo>(_failure);
    }

    protected override void Render(Echo result, IAnsiConsole output) => output.WriteLine(result.Word);
}

internal sealed record Echo(string Word);

[JsonSerializable(typeof(Echo))]
internal sealed partial class EchoJson : JsonSerializerContext;
