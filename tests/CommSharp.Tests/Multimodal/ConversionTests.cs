using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class ConversionTests : IDisposable
{
    private static readonly ConversionOptions Plain = new();
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_original_llava_gives_the_logits_of_the_hugging_face_one()
    {
        ConversionReport report = Convert(SharedFolder.Require("parity", "llava-original"), _folder["out"]);

        var converted = (MultimodalFolder)ModelFolder.Open(_folder["out"]);
        Assert.Equal((MultimodalLayout.Llava, converted.Kind), (converted.Layout, report.OutputKind));
        Assert.Equal((128, 192), (converted.Config.ImageTokens.Placeholder, converted.Config.Language.Architecture.VocabularySize));
        Assert.Empty(converted.UnusedMembers);
        string reference = SharedFolder.Require("parity", "llava");
        Tensor expected = Logits((MultimodalFolder)ModelFolder.Open(reference), reference), actual = Logits(converted, reference);
        TensorAssert.Close(expected.narrow(-1, 0, 128), actual.narrow(-1, 0, 128), 1e-4);
        Assert.True(actual.argmax(-1).max().item<long>() < 128);
    }

    [Fact]
    public void An_added_row_is_the_mean_of_the_others()
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        Convert(source, _folder["out"]);

        using ITensorSource before = Checkpoint.Open(source), after = Checkpoint.Open(_folder["out"]);
        foreach ((string original, string converted) in new[]
        {
            ("lm_head.weight", "language_model.lm_head.weight"), ("model.embed_tokens.weight", "language_model.model.embed_tokens.weight"),
        })
        {
            Tensor stored = before.Read(original), table = after.Read(converted);
            Assert.Equal([64, TinyModels.LanguageWidth], table.shape);
            Assert.True(stored.equal(table.narrow(0, 0, TinyModels.Vocabulary)).all().item<bool>());
            Assert.True(table[63].allclose(stored.mean([0])));
        }

        Assert.Contains("\"<image>\": 40", File.ReadAllText(_folder["out", "added_tokens.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-bin")]
    [InlineData("llama-bin-sharded")]
    public void A_pickled_llama_is_the_same_as_safetensors(string name)
    {
        ConversionReport report = Convert(SharedFolder.Require("parity", name), _folder["out"]);

        AssertSame(SharedFolder.Require("parity", "llama-fp16-sharded"), _folder["out"]);
        Assert.All(report.Dropped, dropped => Assert.EndsWith("rotary_emb.inv_freq", dropped, StringComparison.Ordinal));
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], report.Files);
    }

    [Fact]
    public void A_delta_and_its_base_give_the_model()
    {
        string shikra = SharedFolder.Require("parity", "shikra");
        WriteBaseAndDelta(shikra, vocabulary: 128);

        Convert(_folder["delta"], _folder["out"], new ConversionOptions { Base = _folder["base"], VisionTower = Path.Combine(shikra, "vision_tower") });

        using ITensorSource expected = Checkpoint.Open(shikra), actual = Checkpoint.Open(_folder["out"]);
        Assert.Equal(expected.Names.Where(name => !ComputedBuffers.Contains(name)).Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        foreach (string name in actual.Names)
        {
            TensorAssert.Close(expected.Read(name), actual.Read(name), 1e-6);
        }

        using MultimodalModel model = ((MultimodalFolder)ModelFolder.Open(_folder["out"])).Load(TensorOptions.Default).Model; // the tower came along
    }

    [Fact]
    public void A_sum_is_rounded_once()
    {
        string delta = TinyModels.Shikra(_folder["delta"]), other = TinyModels.Llama(_folder["base"]);
        Rewrite(other, "model.norm.weight", tensor => ones_like(tensor));
        Rewrite(delta, "model.norm.weight", tensor => full_like(tensor, 1f / 1024).to(ScalarType.BFloat16)); // 1 + 1/1024 is a number of float16 and none of bfloat16

        Convert(delta, _folder["out"], new ConversionOptions { Base = other, Dtype = ScalarType.Float16 });

        using ITensorSource written = Checkpoint.Open(_folder["out"]);
        Assert.Equal(1 + (1f / 1024), written.Read("model.norm.weight").to(ScalarType.Float32).max().item<float>());

        static void Rewrite(string folder, string name, Func<Tensor, Tensor> change)
        {
            using ITensorSource weights = Checkpoint.Open(folder);
            Tensor[] kept = [.. weights.Names.Select(each => weights.Read(each))];
            TinyModels.WriteFile(Path.Combine(folder, "model.safetensors"), weights.Names.Zip(kept, (each, tensor) => (each, each == name ? change(tensor) : tensor)));
        }
    }

    [Fact]
    public void A_base_of_another_shape_is_named_with_both_shapes()
    {
        string shikra = TinyModels.Shikra(_folder["shikra"]);
        string other = TinyModels.Llama(_folder["base"]);
        using (ITensorSource weights = Checkpoint.Open(other))
        {
            Tensor[] kept = [.. weights.Names.Select(name => weights.Read(name))];
            TinyModels.WriteFile(
                _folder["base", "model.safetensors"], weights.Names.Zip(kept, (name, tensor) => (name, name == "model.norm.weight" ? zeros(7) : tensor)));
        }

        var error = Assert.Throws<CheckpointException>(() => Convert(shikra, _folder["out"], new ConversionOptions { Base = other }));

        Assert.Contains("tensor 'model.norm.weight' is [24], but [7] in ", error.Message, StringComparison.Ordinal);
        AssertNothingLeft("base", "shikra");
    }

    [Fact]
    public void A_tower_has_no_delta()
    {
        string clip = TinyModels.Clip(_folder["clip"]), llama = TinyModels.Llama(_folder["llama"]);

        var error = Assert.Throws<CommSharpException>(() => Convert(clip, _folder["out"], new ConversionOptions { Base = llama }));

        Assert.Contains("never published as a delta", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Converting_twice_gives_identical_files()
    {
        foreach ((string name, Func<string, int, string> write) in new (string, Func<string, int, string>)[]
        {
            ("llava", TinyModels.Llava), ("original", TinyModels.LlavaOriginal), ("shikra", TinyModels.Shikra), ("ours", TinyModels.CommSharp),
        })
        {
            string source = write(_folder[name], 1);
            var options = new ConversionOptions { MaxShardBytes = 10_000 };
            ConversionReport first = Convert(source, _folder[name + "1"], options), second = Convert(source, _folder[name + "2"], options);

            Assert.Equal(first.Files, second.Files);
            Assert.All(first.Files, file => Assert.Equal(File.ReadAllBytes(_folder[name + "1", file]), File.ReadAllBytes(_folder[name + "2", file])));
            Assert.Contains(first.Files, file => file.EndsWith(".index.json", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Our_own_folder_keeps_every_part()
    {
        string source = TinyModels.CommSharp(_folder["source"]);
        Convert(source, _folder["out"]);

        Assert.Equal(File.ReadAllText(_folder["source", "commsharp.json"]), File.ReadAllText(_folder["out", "commsharp.json"]));
        foreach (string part in new[] { "fusion.safetensors", Path.Combine("vision", "clip"), Path.Combine("vision", "dinov2"), "language" })
        {
            AssertSame(Path.Combine(source, part), _folder["out", part]);
        }
    }

    [Fact]
    public void A_lean_folder_has_all_that_is_read_and_no_more()
    {
        string source = TinyModels.CommSharp(_folder["source"]), clip = ((MultimodalFolder)ModelFolder.Open(source)).Config.Vision.Branches[0].Encoder;
        string file = Path.Combine(source, clip, "model.safetensors");
        string[] read;
        using (ITensorSource weights = Checkpoint.Open(Path.Combine(source, clip)))
        {
            read = [.. weights.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal) && !ComputedBuffers.Contains(name))];
            Tensor[] kept = [.. read.Select(name => weights.Read(name))];
            TinyModels.WriteFile(
                file, [.. read.Zip(kept), ("text_model.embeddings.token_embedding.weight", ones(5, 3)), ("text_projection.weight", ones(3, 3)), ("logit_scale", ones(1))]);
        }

        Convert(source, _folder["whole"]);
        ConversionReport report = Convert(source, _folder["lean"], new ConversionOptions { Lean = true });
        Assert.Equal(["logit_scale", "text_model.embeddings.token_embedding.weight", "text_projection.weight"], report.Dropped.Order(StringComparer.Ordinal));
        using ITensorSource whole = Checkpoint.Open(_folder["whole", clip]), lean = Checkpoint.Open(_folder["lean", clip]);
        Assert.Equal(read.Length + 3, whole.Names.Count);
        Assert.Equal(read.Order(StringComparer.Ordinal), lean.Names.Order(StringComparer.Ordinal));
        using MultimodalModel model = ((MultimodalFolder)ModelFolder.Open(_folder["lean"])).Load(TensorOptions.Default).Model;
    }

    [Fact]
    public void Parts_outside_the_folder_move_into_it()
    {
        string source = TinyModels.CommSharp(_folder["source"]);
        Directory.Move(_folder["source", "language"], _folder["elsewhere"]);
        File.WriteAllText(
            _folder["source", "commsharp.json"],
            File.ReadAllText(_folder["source", "commsharp.json"]).Replace("\"weights\": \"language\"", "\"weights\": \"../elsewhere\"", StringComparison.Ordinal));

        Convert(source, _folder["out"]);

        AssertSame(_folder["elsewhere"], _folder["out", "language"]);
        Assert.Equal("language", ((MultimodalFolder)ModelFolder.Open(_folder["out"])).Config.Language.Weights);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, "bfloat16")]
    [InlineData(ScalarType.Float16, "float16")]
    public void A_dtype_is_stored_and_said(ScalarType dtype, string word)
    {
        string source = TinyModels.Llama(_folder["source"]);
        File.WriteAllText(_folder["source", "config.json"], File.ReadAllText(_folder["source", "config.json"]).Replace("{", "{\"torch_dtype\":\"float32\",", StringComparison.Ordinal));

        Convert(source, _folder["out"], new ConversionOptions { Dtype = dtype });

        using ITensorSource before = Checkpoint.Open(source), after = Checkpoint.Open(_folder["out"]);
        Assert.All(after.Names, name => Assert.True(before.Read(name).to(dtype).equal(after.Read(name)).all().item<bool>()));
        Assert.Contains($"\"torch_dtype\": \"{word}\"", File.ReadAllText(_folder["out", "config.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interruption_leaves_nothing()
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        using var interruption = new CancellationTokenSource();
        var progress = new InterruptingProgress(interruption, after: 5);

        Assert.ThrowsAny<OperationCanceledException>(() => FolderConversion.Run(source, _folder["out"], Plain, progress, interruption.Token));

        AssertNothingLeft("source");
    }

    [Fact]
    public void What_is_there_is_not_overwritten()
    {
        string source = TinyModels.Llama(_folder["source"]);
        _folder.Write("out/mine.txt", "mine");

        Assert.Throws<CommSharpException>(() => Convert(source, _folder["out"]));

        Assert.Equal("mine", File.ReadAllText(_folder["out", "mine.txt"]));
        AssertNothingLeft("out", "source");
    }

    private static ConversionReport Convert(string source, string output, ConversionOptions? options = null) =>
        FolderConversion.Run(source, output, options ?? Plain, cancellationToken: TestContext.Current.CancellationToken);

    private static Tensor Logits(MultimodalFolder folder, string reference)
    {
        using ITensorSource expected = Checkpoint.Open(Path.Combine(reference, "expected.safetensors"));
        using MultimodalModel model = folder.Load(TensorOptions.Default).Model;
        Tensor images = model.Vision.Project([model.Vision.Branches[0].FromNormalized(expected.Read("pixel_values"))]);
        Tensor mask = expected.Read("attention_mask");
        Tensor logits = model.Language.Logits(model.Language.Decode(model.Embed(expected.Read("input_ids"), images), mask));
        return logits.masked_fill(mask.eq(0).unsqueeze(-1), 0); // rows of padding mean nothing
    }

    private static void AssertSame(string expectedPath, string actualPath)
    {
        using ITensorSource expected = Checkpoint.Open(expectedPath), actual = Checkpoint.Open(actualPath);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        foreach (string name in expected.Names)
        {
            using Tensor one = expected.Read(name), other = actual.Read(name);
            Assert.Equal(one.dtype, other.dtype);
            Assert.True(one.bytes.SequenceEqual(other.bytes), name);
        }
    }

    private void AssertNothingLeft(params string[] expected) => Assert.Equal(expected.Order(StringComparer.Ordinal), _folder.Entries);

    /// <summary>A random base of fewer rows, and what is left of the model without it; the projector is no difference.</summary>
    private void WriteBaseAndDelta(string model, int vocabulary)
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["delta"]);
        string config = File.ReadAllText(Path.Combine(model, "config.json"));
        File.WriteAllText(_folder["delta", "config.json"], config);
        File.WriteAllText(
            _folder["base", "config.json"],
            config.Replace("\"shikra\"", "\"llama\"", StringComparison.Ordinal).Replace("\"vocab_size\": 131", $"\"vocab_size\": {vocabulary}", StringComparison.Ordinal));
        using var generator = new Generator(7);
        using ITensorSource whole = Checkpoint.Open(model);
        var baseTensors = new List<(string, Tensor)>();
        var deltaTensors = new List<(string, Tensor)>();
        foreach (string name in whole.Names)
        {
            Tensor tensor = whole.Read(name);
            if (!name.Contains("mm_projector", StringComparison.Ordinal) && !ComputedBuffers.Contains(name))
            {
                bool table = name is "lm_head.weight" or "model.embed_tokens.weight";
                Tensor drawn = empty([table ? vocabulary : tensor.shape[0], .. tensor.shape.Skip(1)]).normal_(0, 0.05, generator);
                baseTensors.Add((name, drawn));
                tensor.narrow(0, 0, drawn.shape[0]).sub_(drawn);
            }

            deltaTensors.Add((name, tensor));
        }

        TinyModels.WriteWeights(_folder["base"], baseTensors);
        TinyModels.WriteWeights(_folder["delta"], deltaTensors);
    }

    private sealed class InterruptingProgress(CancellationTokenSource interruption, int after) : IProgress<WorkProgress>
    {
        private int _reports;

        public void Report(WorkProgress value)
        {
            if (++_reports == after)
            {
                interruption.Cancel();
            }
        }
    }
}
