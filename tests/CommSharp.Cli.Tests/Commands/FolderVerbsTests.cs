using System.Text.Json;
using CommSharp.Cli.Commands;
using static TorchSharp.torch;

namespace CommSharp.Cli.Tests.Commands;

/// <summary>inspect, convert and features as people call them.</summary>
public sealed class FolderVerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_shows_architecture_sizes_and_fit()
    {
        Outcome outcome = await CommandLine.RunAsync(new InspectCommand(), "inspect", TinyModels.CommSharp(_folder["model"]));

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("model: CommSharp model\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  tower 1       clip, 28 px, patch 14, grid 2x2, width 16, 3 blocks, 2 heads, quick gelu 32\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("merge 2", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("<-", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_lists_every_key_when_asked()
    {
        Outcome outcome = await CommandLine.RunAsync(new InspectCommand(), "inspect", TinyModels.Clip(_folder["model"]), "--keys");

        Assert.Contains("tower: blocks.2.attention.qkv.bias ", outcome.Output, StringComparison.Ordinal);
        string[] sources = [.. new[] { "q", "k", "v" }.Select(part => $"vision_model.encoder.layers.2.self_attn.{part}_proj.bias")];
        Assert.Contains($" <- {string.Join(" + ", sources)} [16]\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("tower: stem.classToken", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspects_json_has_the_resolved_config()
    {
        Outcome outcome = await CommandLine.RunAsync(new InspectCommand(), "inspect", TinyModels.Llava(_folder["model"]), "--json", "--values");

        using JsonDocument report = JsonDocument.Parse(outcome.Output);
        JsonElement model = report.RootElement.GetProperty("model");
        JsonElement branch = model.GetProperty("config").GetProperty("vision").GetProperty("branches")[0];
        Assert.Equal((1e-5, "-2"), (branch.GetProperty("architecture").GetProperty("normEpsilon").GetDouble(), branch.GetProperty("layers").GetString()));
        Assert.Equal(model.GetProperty("parameters").GetInt64() * 4, model.GetProperty("float32Size").GetInt64());
        Assert.True(model.GetProperty("fits").GetBoolean());
        Assert.Empty(report.RootElement.GetProperty("badValues").EnumerateArray());
    }

    [Fact]
    public async Task Convert_tells_what_it_wrote()
    {
        Outcome outcome = await CommandLine.RunAsync(
            new ConvertCommand(), "convert", TinyModels.LlavaOriginal(_folder["model"]), _folder["out"], "--dtype", "bfloat16", "--max-shard-size", "20KB");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("out: LLaVA-1.5 (Hugging Face layout), from LLaVA-1.5 (original layout), ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  model.safetensors.index.json\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["model", "out"], _folder.Entries);
        Outcome inspected = await CommandLine.RunAsync(new InspectCommand(), "inspect", _folder["out"]);
        Assert.Contains("stored     BF16 ", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_changes_what_the_config_says()
    {
        Outcome outcome = await CommandLine.RunAsync(
            new ConvertCommand(), "convert", TinyModels.CommSharp(_folder["model"]), _folder["out"], "--set", "vision.branches[0].imageSize=56", "--set", "vision.branches[1].imageSize=56");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Outcome inspected = await CommandLine.RunAsync(new InspectCommand(), "inspect", _folder["out"]);
        Assert.Contains("  tower 1       clip, 56 px (trained at 28, positions bicubic), patch 14, grid 4x4, ", inspected.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vision.branches[7].imageSize=56", "fits nowhere")]
    [InlineData("name", "write path=value")]
    public async Task A_change_that_fits_nowhere_is_misuse(string change, string said)
    {
        Outcome outcome = await CommandLine.RunAsync(new ConvertCommand(), "convert", TinyModels.CommSharp(_folder["model"]), _folder["out"], "--set", change);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["model"], _folder.Entries);
    }

    [Fact]
    public async Task Only_our_own_folders_take_changes()
    {
        Outcome outcome = await CommandLine.RunAsync(new ConvertCommand(), "convert", TinyModels.Llava(_folder["model"]), _folder["out"], "--set", "name=other");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("only a folder with commsharp.json takes changes", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_tells_what_it_wrote()
    {
        TinyModels.WriteFile(_folder["pixels.safetensors"], [("pixel_values", zeros(2, 3, TinyModels.ImageSize, TinyModels.ImageSize))]);

        Outcome outcome = await CommandLine.RunAsync(
            new FeaturesCommand(),
            "features",
            TinyModels.Llava(_folder["model"]),
            _folder["pixels.safetensors"],
            "--out",
            _folder["features.safetensors"],
            "--layers",
            "1,3",
            "--device",
            "cpu");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.EndsWith("3 tensors\n  tower1.layer.1 [2, 4, 16]\n  tower1.layer.3 [2, 4, 16]\n  image_tokens [2, 4, 24]\n", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("convert", "a", "b", "--dtype", "int8")]
    [InlineData("convert", "a", "b", "--max-shard-size", "large")]
    [InlineData("convert", "a")]
    [InlineData("features", "a", "b")]
    [InlineData("features", "a", "b", "--out", "c", "--layers", "9..1")]
    [InlineData("inspect")]
    public async Task Wrong_words_are_misuse(params string[] arguments)
    {
        System.CommandLine.Command verb = arguments[0] switch
        {
            "convert" => new ConvertCommand(),
            "features" => new FeaturesCommand(),
            _ => new InspectCommand(),
        };
        Outcome outcome = await CommandLine.RunAsync(verb, arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--help", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("1.5 mb", 1_500_000)]
    [InlineData("4096", 4096)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(13_476_864_000, "13.5 GB")]
    [InlineData(1_016_000, "1.02 MB")]
    public void Sizes_are_written_with_three_digits(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
