using System.IO.Compression;
using CommSharp.Checkpoints;
using CommSharp.Cli.Commands;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Tests.Commands;

/// <summary>Bad files through the real command line: one clear line, exit code 1, no stack trace, and no output left.</summary>
public sealed class BadFilesTests : IDisposable
{
    private const string Weights = "model.safetensors";
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_that_does_not_exist() => await AssertRefusedAsync("there is no such folder", Model);

    [Fact]
    public async Task A_folder_that_is_no_model()
    {
        _folder.Write("model/notes.txt", "nothing");
        await AssertRefusedAsync("this folder holds no model", "commsharp.json", "config.json");
    }

    [Fact]
    public async Task MissingWeights()
    {
        TinyModels.Llama(Model);
        File.Delete(_folder["model", Weights]);
        await AssertRefusedAsync("holds no weights", Weights);
    }

    [Fact]
    public async Task TruncatedWeights()
    {
        TinyModels.Clip(Model);
        using (FileStream file = File.OpenWrite(_folder["model", Weights]))
        {
            file.SetLength(file.Length - 100);
        }

        await AssertRefusedAsync(Weights, "download the file again");
    }

    [Fact]
    public async Task A_missing_shard()
    {
        TinyModels.Llama(Model);
        File.Delete(_folder["model", Weights]);
        _folder.Write("model/model.safetensors.index.json", """{"weight_map":{"lm_head.weight":"model-00001-of-00001.safetensors"}}""");
        await AssertRefusedAsync("1 of 1 shards are missing: 'model-00001-of-00001.safetensors'");
    }

    [Theory]
    [InlineData(ulong.MaxValue, "header")]
    [InlineData(99_999_999UL, "header")]
    [InlineData(3UL, "header")]
    public async Task A_header_length_that_lies(ulong length, string said)
    {
        TinyModels.Llama(Model);
        _folder.Write("model/model.safetensors", RawSafetensors.Bytes("{" + RawSafetensors.Entry("a", "F32", "[1]", 0, 4) + "}", 4, length));
        await AssertRefusedAsync(Weights, said);
    }

    [Theory]
    [InlineData(0, 8, 8, 4000, "'b'")]       // beyond the end of the file
    [InlineData(0, 8, 4, 12, "'b'")]         // overlapping
    [InlineData(0, 8, 8, 4, "'b'")]          // backwards
    [InlineData(0, 4, 8, 16, "'a'")]         // not of the shape's size
    public async Task Offsets_that_lie(long beginA, long endA, long beginB, long endB, string tensor)
    {
        TinyModels.Llama(Model);
        string header = $"{{{RawSafetensors.Entry("a", "F32", "[2]", beginA, endA)},{RawSafetensors.Entry("b", "F32", "[2]", beginB, endB)}}}";
        _folder.Write("model/model.safetensors", RawSafetensors.Bytes(header, 16));
        await AssertRefusedAsync(Weights, tensor);
    }

    [Fact]
    public async Task Another_shape_is_named_with_both()
    {
        TinyModels.Llama(Model);
        Change("model.layers.1.mlp.up_proj.weight", _ => zeros(5, 24));
        await AssertRefusedAsync("1 of another shape (model.layers.1.mlp.up_proj.weight is [5, 24], expected [32, 24])");
    }

    [Fact]
    public async Task Another_dtype_is_named()
    {
        TinyModels.Llama(Model);
        Change("model.norm.weight", tensor => tensor.to(ScalarType.Int64));
        await AssertRefusedAsync("tensor 'model.norm.weight' is stored as Int64");
    }

    [Fact]
    public async Task A_missing_tensor_is_named()
    {
        TinyModels.LlavaOriginal(Model);
        Change("model.norm.weight", tensor => tensor, "model.norm.bias");
        await AssertRefusedAsync("1 missing (model.norm.weight)", "1 unexpected (model.norm.bias)");
    }

    [Fact]
    public async Task A_name_that_commands_the_terminal_is_written_out()
    {
        TinyModels.LlavaOriginal(Model);
        Change("model.norm.weight", tensor => tensor, "evil\u001b[2J\nname");
        await AssertRefusedAsync("1 unexpected (evil\\u001b[2J\\u000aname)");
        Outcome shown = await CommandLine.RunAsync(new InspectCommand(), "inspect", Model);
        Assert.Contains("evil\\u001b[2J\\u000aname", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Output + shown.Error);
    }

    public static TheoryData<string, byte[], string> HostilePickles => new()
    {
        { "runs a program", PickleBytes.Protocol(2).Global("os", "system").Text("touch hacked").Op("\u0085R").Stop(), "os.system" },
        { "runs it deep inside", PickleBytes.Protocol(2).Op("}").Text("w").Op("]").Global("posix", "system").Text("x").Op("\u0085RasR").Stop(), "posix.system" },
        { "evaluates", PickleBytes.Protocol(2).Global("builtins", "eval").Text("1").Op("\u0085R").Stop(), "builtins.eval" },
        { "memo bomb", MemoBomb(), "does not hold a dict of tensors" },
    };

    [Theory]
    [MemberData(nameof(HostilePickles))]
    public async Task A_hostile_pickle(string what, byte[] pickle, string said)
    {
        Assert.NotEmpty(what);
        TinyModels.Llama(Model);
        File.Delete(_folder["model", Weights]);
        _folder.Write("model/pytorch_model.bin", TorchZip.Archive(pickle));
        await AssertRefusedAsync("pytorch_model.bin", said);
    }

    [Fact]
    public async Task AZipBomb()
    {
        TinyModels.Llama(Model);
        File.Delete(_folder["model", Weights]);
        _folder.Write("model/pytorch_model.bin", TorchZip.Entries(CompressionLevel.SmallestSize, ("archive/data.pkl", new byte[100_000_000])));
        await AssertRefusedAsync("pytorch_model.bin", "compressed");
    }

    [Fact]
    public async Task An_unknown_model_type_lists_the_known_ones()
    {
        _folder.Write("model/config.json", """{"model_type":"qwen2_vl"}""");
        await AssertRefusedAsync("the model type \"qwen2_vl\" is not supported", "llava", "shikra", "llama", "dinov2_with_registers", "vit_mae");
    }

    [Theory]
    [InlineData("\"attention_bias\": true", "\"attention_bias\" is true")]
    [InlineData("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}", "\"rope_scaling.type\" is \"yarn\"")]
    [InlineData("\"hidden_act\": \"gelu\"", "\"hidden_act\" is \"gelu\"")]
    [InlineData("\"num_hidden_layers\": \"two\"", "\"num_hidden_layers\" is \"two\", but must be an integer")]
    public async Task A_member_that_changes_the_mathematics(string member, string said)
    {
        TinyModels.Llama(Model);
        Edit("config.json", "\"num_hidden_layers\":2,", "");
        Edit("config.json", "{", $"{{{member},");
        await AssertRefusedAsync(said, "config.json");
    }

    [Theory]
    [InlineData("{\"model_type\":", "is not valid JSON")]
    [InlineData("[1]", "a config is a JSON object")]
    [InlineData("<html>login</html>", "is not valid JSON")]
    public async Task A_config_that_is_none(string text, string said)
    {
        _folder.Write("model/config.json", text);
        await AssertRefusedAsync("config.json", said);
    }

    [Theory]
    [InlineData("\"format\"", "\"tempreature\": 1, \"format\"", "tempreature")]
    [InlineData("\"layers\"", "\"layer\": \"all\", \"layers\"", "layer")]
    [InlineData("\"format\": 1", "\"format\": 2", "\"format\" is 2")]
    [InlineData("\"kind\": \"layerscale\"", "\"kind\": \"attention\"", "attention")]
    public async Task A_misspelt_member_of_our_own_config(string from, string to, string said)
    {
        TinyModels.CommSharp(Model);
        Edit("commsharp.json", from, to);
        await AssertRefusedAsync("commsharp.json", said);
    }

    [Fact]
    public async Task A_tower_that_is_not_there()
    {
        TinyModels.Shikra(Model);
        Directory.Delete(_folder["model", "vision_tower"], recursive: true);
        await AssertRefusedAsync("the vision tower \"openai/clip\" is kept apart", "--vision-tower");
    }

    [Fact]
    public async Task Nan_weights_are_said_and_not_refused()
    {
        TinyModels.Llama(Model);
        Change("model.norm.weight", tensor => tensor.fill_(double.NaN));

        Outcome outcome = await CommandLine.RunAsync(new InspectCommand(), "inspect", Model, "--values");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("model.norm.weight: 24 NaN, 0 infinite", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>A list in a list in a list, each doubled: 2^64 elements for whoever walks it.</summary>
    private static byte[] MemoBomb()
    {
        PickleBytes pickle = PickleBytes.Protocol(2).Op("]").Raw((byte)'q', 0);
        for (byte i = 1; i < 64; i++)
        {
            pickle.Op("]").Raw((byte)'q', i).Op("(").Raw((byte)'h', (byte)(i - 1)).Raw((byte)'h', (byte)(i - 1)).Op("e");
        }

        return pickle.Stop();
    }

    /// <summary>Every verb says the same one line, and converting leaves no trace.</summary>
    private async Task AssertRefusedAsync(params string[] said)
    {
        string[] before = [.. _folder.Entries];
        Outcome inspected = await CommandLine.RunAsync(new InspectCommand(), "inspect", Model);
        Outcome converted = await CommandLine.RunAsync(new ConvertCommand(), "convert", Model, _folder["out"]);
        foreach (Outcome outcome in new[] { inspected, converted })
        {
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith("commsharp: ", outcome.ErrorLine, StringComparison.Ordinal);
            Assert.All(said, text => Assert.Contains(text, outcome.ErrorLine, StringComparison.Ordinal));
            Assert.DoesNotContain("should not have happened", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("CommSharp.", outcome.Error, StringComparison.Ordinal); // names of our types are no help
        }

        Assert.Equal(before, _folder.Entries);
    }

    /// <summary>Replaces the first occurrence.</summary>
    private void Edit(string file, string from, string to)
    {
        string text = File.ReadAllText(_folder["model", file]);
        int place = text.IndexOf(from, StringComparison.Ordinal);
        _folder.Write($"model/{file}", text[..place] + to + text[(place + from.Length)..]);
    }

    private void Change(string tensor, Func<Tensor, Tensor> change, string? name = null)
    {
        using DisposeScope scope = NewDisposeScope();
        var tensors = new List<(string, Tensor)>();
        using (ITensorSource weights = Checkpoint.Open(Model))
        {
            tensors.AddRange(weights.Names.Select(each => each == tensor ? (name ?? each, change(weights.Read(each))) : (each, weights.Read(each))));
        }

        TinyModels.WriteWeights(Model, tensors);
    }
}
