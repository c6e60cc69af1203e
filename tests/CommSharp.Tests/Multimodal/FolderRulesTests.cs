using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

/// <summary>What folders as they are published carry beside the plain case.</summary>
public sealed class FolderRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("vit", "vit.", "classifier")]
    [InlineData("deit", "deit.", "classifier")]
    [InlineData("deit", "deit.", "cls_classifier", "distillation_classifier")]
    [InlineData("dinov2", "dinov2.", "classifier")]
    public void A_classifiers_head_is_no_part_of_its_tower(string type, string prefix, params string[] heads)
    {
        var config = new JsonObject
        {
            ["model_type"] = type,
            ["hidden_size"] = 16,
            ["intermediate_size"] = 32,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 2,
            ["image_size"] = 28,
            ["patch_size"] = 14,
        };
        string folder = TinyModels.Tower(_folder["tower"], config, prefix, seed: 1);
        List<(string, Tensor)> tensors = [.. heads.SelectMany(head => new[] { (head + ".weight", zeros(10, 16)), (head + ".bias", zeros(10)) })];
        using (ITensorSource weights = Checkpoint.Open(folder))
        {
            tensors.AddRange(weights.Names.Select(name => (name, weights.Read(name))));
        }

        TinyModels.WriteWeights(folder, tensors);

        (var tower, LoadReport report) = TowerFolder.Open(folder).Load(TensorOptions.Default);
        tower.Dispose();
        Assert.Equal(2 * heads.Length, report.Ignored.Count);
    }

    [Fact]
    public void A_slash_behind_the_folders_name_changes_nothing()
    {
        string folder = TinyModels.Shikra(_folder["shikra-7b"]);
        Directory.Move(_folder["shikra-7b", "vision_tower"], _folder["clip"]); // beside the folder, under the last part of "openai/clip"
        var opened = MultimodalFolder.Open(folder + "/");
        Assert.Equal("shikra-7b", opened.Config.Name);
        Assert.Equal(_folder["clip"], Path.GetFullPath(opened.Weights[0].Path));
    }

    [Fact]
    public void Quantized_weights_are_told_as_what_does_not_fit()
    {
        string folder = TinyModels.Llava(_folder["llava"]);
        using (ITensorSource weights = Checkpoint.Open(folder))
        {
            TinyModels.WriteWeights(
                folder, [.. weights.Names.Select(name => (name, weights.Read(name))).Select(each => each.Item2.dim() == 2 ? (each.name, zeros(each.Item2.shape, ScalarType.Byte)) : each)]);
        }

        var opened = MultimodalFolder.Open(folder);
        Assert.Equal(ScalarType.Float32, opened.StoredDtype());
        Assert.Throws<CheckpointException>(() => opened.Load(new TensorOptions(opened.StoredDtype(), CPU)));
    }

    [Theory]
    [InlineData("[-1, -2]", false)]
    [InlineData("[2, -2]", false)] // the same block twice
    [InlineData("[1, -1]", true)]
    public void Layers_of_llava_are_joined_in_ascending_order(string layers, bool supported)
    {
        string folder = TinyModels.Llava(_folder["llava"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(_folder["llava", "config.json"]))!;
        config["vision_feature_layer"] = JsonNode.Parse(layers);
        _folder.Write("llava/config.json", config.ToJsonString());

        Exception? error = Record.Exception(() => ModelFolder.Open(folder));

        Assert.Equal(supported, error is null);
        Assert.True(supported || error is ConfigurationException { Message: var message } && message.Contains("ascending order", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "rope_theta": 500000, "rope_parameters": { "rope_type": "linear", "factor": 2 } }""", 500000)]
    [InlineData("""{ "rope_theta": 500000, "rope_parameters": { "rope_theta": 20000, "rope_type": "default" } }""", 20000)]
    public void The_rotary_base_may_stand_beside_its_parameters(string config, double expected) =>
        Assert.Equal(expected, LlamaCheckpoint.ReadConfig(HuggingFaceConfig.Read(_folder.Write("config.json", config))).RotaryBase);

    [Fact]
    public void A_failed_conversion_leaves_no_file_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are listed by /proc.");
        string shikra = TinyModels.Shikra(_folder["shikra"]);

        Assert.ThrowsAny<CommSharpException>(() => FolderConversion.Run(
            shikra, _folder["out"], new ConversionOptions { Base = _folder["nowhere"] }, cancellationToken: TestContext.Current.CancellationToken));

        IEnumerable<string?> open = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(file => file.LinkTarget);
        Assert.DoesNotContain(open, file => file?.StartsWith(_folder.Path, StringComparison.Ordinal) is true);
    }
}
