using CommSharp.Cli.Commands;
using CommSharp.Configuration;
using CommSharp.Multimodal;

namespace CommSharp.Cli.Tests.Commands;

public sealed class ComposeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("There is no preset \"comm-8b\"", "--language", "x", "--preset", "comm-8b")]
    [InlineData("\"layers\" is no change", "--language", "x", "--set", "layers")]
    [InlineData("the member \"colour\" is unknown", "--language", "x", "--set", "colour=red")]
    [InlineData("vision.branches[9]", "--language", "x", "--set", "vision.branches[9].layers=half")]
    [InlineData("has 2 vision branches", "--language", "x", "--tower", "clip")]
    [InlineData("A language model is missing", "--tower", "a", "--tower", "b")]
    [InlineData("leave --tower out", "--random", "--tower", "a")]
    [InlineData("leave --language out", "--random", "--language", "a")]
    [InlineData("leave --tokenizer out", "--tower", "a", "--tower", "b", "--language", "c", "--tokenizer", "t")]
    public async Task A_mistake_in_its_words_is_wrong_usage(string said, params string[] arguments)
    {
        Outcome outcome = await ComposeAsync(arguments);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("Try: commsharp compose --help\n", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_config_file_that_is_wrong_itself_is_a_failure()
    {
        string file = _folder.Write("mine.json", "{\n  \"name\": ");
        foreach (string[] changes in new string[][] { [], ["--set", "name=x"] })
        {
            Outcome outcome = await ComposeAsync(["--preset", file, "--language", "x", .. changes]);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Equal($"commsharp: {file}: is not valid JSON: it is cut off at line 2, column 11; copy or download it again.", outcome.ErrorLine);
        }

        ConfigurationFile.Write(file, Presets.Load("comm-7b"));
        Assert.Equal(2, (await ComposeAsync("--preset", file, "--language", "x", "--set", "colour=red")).ExitCode);
        Assert.Equal(1, (await ComposeAsync("--preset", _folder["none.json"], "--language", "x")).ExitCode);
    }

    [Fact]
    public async Task A_model_that_cannot_be_asked_for_want_of_a_tokenizer_is_announced_at_once()
    {
        string clip = TinyModels.Clip(_folder["clip"]), dino = TinyModels.DinoV2(_folder["dino"]), llama = TinyModels.Llama(_folder["llama"]);
        string[] parts = ["--tower", clip, "--tower", dino, "--language", llama, "--set", "vision.branches[1].layers=last:1", "--set", "vision.branches[1].imageSize=28"];

        Outcome without = await ComposeAsync(parts);
        Assert.True(without.ExitCode == 0, without.Error);
        Assert.Contains(
            $"commsharp: there is no tokenizer.model, so the model cannot be asked; copy the language model's own into {_folder["out", "language"]}\n",
            without.Error,
            StringComparison.Ordinal);

        Directory.Delete(_folder["out"], recursive: true);
        File.Copy(Path.Combine(BundledModel.Folder, "language", "tokenizer.model"), _folder["llama", "tokenizer.model"]);
        Outcome with = await ComposeAsync(parts);
        Assert.Equal(0, with.ExitCode);
        Assert.DoesNotContain("tokenizer", with.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tokenizer_that_is_not_there_is_told_before_weights_are_drawn()
    {
        Outcome outcome = await ComposeAsync("--random", "--preset", "comm-7b", "--tokenizer", _folder["none.model"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains($"{_folder["none.model"]}: there is no such file", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    private Task<Outcome> ComposeAsync(params string[] more) => CommandLine.RunAsync(new ComposeCommand(), ["compose", _folder["out"], .. more]);
}
