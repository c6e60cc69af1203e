using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class CompositionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_composed_folder_can_be_trained()
    {
        var folder = (MultimodalFolder)ModelFolder.Open(SeeingModels.Write("comm", _folder["comm"]));
        using MultimodalModel model = folder.Load(TensorOptions.Default).Model;
        ImageTokens tokens = folder.Config.ImageTokens;
        manual_seed(1);
        using var images = new ImageBatch(rand(1, 3, 56, 56));
        long[] words = [1, tokens.Begin!.Value, .. Enumerable.Repeat((long)tokens.Placeholder, model.Vision.TokensPerImage), tokens.End!.Value, 5, 6, 7];
        Tensor ids = tensor(words).unsqueeze(0), labels = ids.masked_fill(ids.eq(tokens.Placeholder), LanguageLoss.IgnoredLabel);
        using var optimizer = optim.AdamW(model.parameters().Where(parameter => parameter.requires_grad), lr: 1e-3);

        Tensor before = LanguageLoss.CrossEntropy(model.call(images, ids), labels);
        before.backward();
        foreach ((string name, var parameter) in model.named_parameters())
        {
            bool isTower = name.Contains(".tower.", StringComparison.Ordinal);
            Assert.Equal(isTower, parameter.grad is null);
            Assert.True(isTower || parameter.grad!.abs().sum().item<float>() > 0, $"{name} has no gradient");
        }

        optimizer.step();
        Tensor after = LanguageLoss.CrossEntropy(model.call(images, ids), labels);
        Assert.True(after.item<float>() < before.item<float>(), $"loss went from {before.item<float>()} to {after.item<float>()}");
    }

    [Fact]
    public void The_language_models_own_added_tokens_stay()
    {
        CompositionPlan plan = Plan();
        _folder.Write("llama/added_tokens.json", """{ "<pad>": 39 }""");

        Compose(plan);

        Assert.Equal(
            new Dictionary<string, int> { ["<pad>"] = 39, ["<im_patch>"] = 40, ["<im_start>"] = 41, ["<im_end>"] = 42 },
            ConfigurationFile.Read<Dictionary<string, int>>(_folder["out", "language", "added_tokens.json"]));
    }

    [Theory]
    [InlineData("""{ "<pad>": 41 }""", "<im_start> with the id 41")]
    [InlineData("""{ "<im_end>": 38 }""", "<im_end> with the id 42")]
    public void An_added_token_in_the_pictures_place_is_an_error(string added, string message)
    {
        CompositionPlan plan = Plan();
        _folder.Write("llama/added_tokens.json", added);

        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Compose(plan)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData("clip", "\"num_hidden_layers\":3", "\"num_hidden_layers\":4", "encoder.layers.3")]
    [InlineData("llama", "\"vocab_size\":40", "\"vocab_size\":39", "embed_tokens.weight is [40, 24], expected [39, 24]")]
    public void Weights_that_do_not_fit_their_config_are_not_copied(string part, string wrong, string right, string message)
    {
        Plan();
        string config = File.ReadAllText(_folder[part, "config.json"]);
        Assert.Contains(wrong, config, StringComparison.Ordinal);
        _folder.Write(Path.Combine(part, "config.json"), config.Replace(wrong, right, StringComparison.Ordinal));

        var error = Assert.Throws<CheckpointException>(() => Compose(Open()));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void A_random_model_is_decided_by_its_seed_and_loads()
    {
        MultimodalConfig comm = TinyConfigs.Comm;
        VisionTransformerConfig dino = TinyConfigs.DinoV2 with
        {
            Width = 36,
            HiddenWidth = 56,
            FeedForward = FeedForwardKind.SwiGlu,
            RegisterTokens = 2,
            Resampling = PositionResampling.BicubicAntialiased,
        };
        LlamaConfig llama = comm.Language.Architecture with { Scaling = new Llama3RotaryScaling(8, 1, 4, 128) };
        MultimodalConfig preset = comm with
        {
            Vision = comm.Vision with { Branches = [comm.Vision.Branches[0], comm.Vision.Branches[1] with { Family = "dinov2-registers", Architecture = dino }] },
            Language = comm.Language with { Architecture = llama },
        };

        string first = Draw("first", 1), again = Draw("again", 1), other = Draw("other", 2);

        using MultimodalModel model = ((MultimodalFolder)ModelFolder.Open(first)).Load(TensorOptions.Default).Model;
        Assert.Equal(TinyConfigs.Clip, TowerFolder.Open(Path.Combine(first, "vision", "1-clip")).Architecture);
        Assert.Equal(dino, TowerFolder.Open(Path.Combine(first, "vision", "2-dinov2-registers")).Architecture);
        Assert.Equal(llama, LanguageFolder.Open(Path.Combine(first, "language")).Architecture);
        string[] files = Files(first);
        Assert.Equal(files, Files(again));
        Assert.All(files, file => Assert.Equal(Bytes(first, file), Bytes(again, file)));
        Assert.All(files.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)), file => Assert.NotEqual(Bytes(first, file), Bytes(other, file)));

        string Draw(string name, long seed)
        {
            RandomModel.Write(preset, _folder[name], tokenizer: null, ScalarType.BFloat16, seed, cancellationToken: TestContext.Current.CancellationToken);
            return _folder[name];
        }

        static string[] Files(string folder) =>
            [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

        static byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));
    }

    private CompositionPlan Plan()
    {
        TinyModels.Clip(_folder["clip"]);
        TinyModels.DinoV2(_folder["dinov2"]);
        TinyModels.Llama(_folder["llama"]);
        return Open();
    }

    private CompositionPlan Open() => CompositionPlan.Make(
        Presets.Load("comm-7b", "vision.branches[1].layers=last:2", "vision.branches[1].imageSize=28"),
        [_folder["clip"], _folder["dinov2"]],
        _folder["llama"]);

    private void Compose(CompositionPlan plan) => Composition.Write(plan, _folder["out"], seed: 1, TestContext.Current.CancellationToken);
}
