using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using CommSharp.Vision.Clip;
using CommSharp.Vision.Families;
using CommSharp.Vision.Masked;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

/// <summary>Export(Load(x)) is x: every tensor that was loaded comes back bit for bit under its own name, and the report accounts for all.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("clip-vision")]
    [InlineData("clip-full")]
    [InlineData("dinov2")]
    [InlineData("dinov2-swiglu")]
    [InlineData("dinov2-registers")]
    [InlineData("vit-mae")]
    [InlineData("vit")]
    [InlineData("deit")]
    [InlineData("deit3-timm")]
    [InlineData("llama")]
    [InlineData("llama-gqa")]
    [InlineData("llama-fp16-sharded")]
    [InlineData("llama-bin")]
    [InlineData("llama-bin-sharded")]
    [InlineData("llava")]
    [InlineData("llava-original")]
    [InlineData("shikra")]
    public void EveryFolder(string name)
    {
        ModelFolder folder = ModelFolder.Open(SharedFolder.Require("parity", name));
        using FolderModel model = folder.Build(TensorOptions.Default);
        foreach ((string path, IReadOnlyList<CheckpointPart> parts) in model.Checkpoints)
        {
            RoundTrip(path, parts);
        }
    }

    [Fact]
    public void Every_tiny_folder()
    {
        using TemporaryFolder temporary = new();
        Func<string, int, string>[] kinds =
            [TinyModels.Clip, TinyModels.DinoV2, TinyModels.Llama, TinyModels.Llava, TinyModels.LlavaOriginal, TinyModels.Shikra, TinyModels.CommSharp];
        foreach ((Func<string, int, string> write, int i) in kinds.Select((kind, i) => (kind, i)))
        {
            using FolderModel model = ModelFolder.Open(write(temporary[$"{i}"], i)).Build(TensorOptions.Default);
            foreach ((string path, IReadOnlyList<CheckpointPart> parts) in model.Checkpoints)
            {
                RoundTrip(path, parts);
            }
        }
    }

    [Fact]
    public void AWholeClip()
    {
        string path = SharedFolder.Require("parity", "clip-full");
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        using var model = new ClipModel(
            VisionFamily.Named("clip").ReadConfig(config),
            ClipTextConfig.Read(config.Section("text_config")!),
            config.Count("projection_dim", 512),
            TensorOptions.Default);
        RoundTrip(path, model.Parts());
    }

    [Fact]
    public void A_whole_masked_autoencoder()
    {
        string path = SharedFolder.Require("parity", "vit-mae");
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        VisionTransformerConfig encoder = VisionFamily.Named("mae").ReadConfig(config);
        var block = new EncoderBlockConfig(config.Count("decoder_hidden_size"), config.Count("decoder_num_attention_heads"), config.Count("decoder_intermediate_size"));
        using var model = new MaskedAutoencoder(encoder, new MaskedAutoencoderConfig(block, config.Count("decoder_num_hidden_layers")), TensorOptions.Default);
        RoundTrip(path, model.Parts());
    }

    private static void RoundTrip(string path, IReadOnlyList<CheckpointPart> parts)
    {
        using DisposeScope scope = NewDisposeScope();
        using ITensorSource source = Checkpoint.Open(path);
        LoadReport report = new CheckpointLoader(source).Load(parts);
        Assert.Null(report.Problem);
        Assert.Equal(source.Names.Order(StringComparer.Ordinal), report.Loaded.Concat(report.Ignored).Concat(report.Unbuilt).Order(StringComparer.Ordinal));

        Dictionary<string, Tensor> exported = parts.SelectMany(part => part.Layout.Export(part.Target, part.Prefix)).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Assert.Equal(report.Loaded.Order(StringComparer.Ordinal), exported.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in exported)
        {
            Assert.True(source.Read(name, ScalarType.Float32).bytes.SequenceEqual(tensor.contiguous().bytes), name);
        }
    }
}
