using System.Text.Json;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Commands;

public sealed class PretrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stopped_pretraining_goes_on_with_the_same_command_and_writes_a_model()
    {
        Outcome stopped = await RunAsync("--stop-after", "0.0001s", "--json");
        Assert.Equal(0, stopped.ExitCode);
        using JsonDocument first = JsonDocument.Parse(stopped.Output);
        Assert.False(first.RootElement.GetProperty("result").GetProperty("isComplete").GetBoolean());
        Outcome outcome = await RunAsync("--dtype", "float16");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("pretrained 3 steps", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["run", "model", "model.safetensors"]));
    }

    [Theory]
    [InlineData("objective.projectionWidth=0", "\"objective.projectionWidth\" is 0")]
    [InlineData("objective.kind=clap", "objective")]
    [InlineData("objective.tokenizer=nowhere.model", "nowhere.model")]
    [InlineData("data.captions.path=nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("data.captions.task=rec", "rec")]
    public async Task What_cannot_be_meant_is_one_line_that_names_it(string change, string named)
    {
        Outcome outcome = await RunAsync("--set", change);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(named, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("should not have happened", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_threads_are_a_mistake_in_the_command()
    {
        Outcome outcome = await RunAsync("--threads", "0");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--threads must be at least 1", outcome.Error, StringComparison.Ordinal);
    }

    private Task<Outcome> RunAsync(params string[] arguments)
    {
        string shikra = TokenizerSource.Fixture("formats", "shikra");
        return CommandLine.RunAsync(
            new PretrainCommand(),
            [
                "pretrain", "tiny-clip", "--out", _folder["run"], "--device", "cpu",
                "--set", "schedule.steps=3",
                "--set", $"objective.tokenizer={TokenizerSource.Model(TokenizerSource.Small)}",
                "--set", $"data.captions.path={Path.Combine(shikra, "CAP_coco2014_train.jsonl")}",
                "--set", $"data.captions.pictures={Path.Combine(shikra, "images")}",
                .. arguments,
            ]);
    }
}
