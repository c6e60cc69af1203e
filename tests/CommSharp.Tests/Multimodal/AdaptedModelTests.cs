using CommSharp.Checkpoints;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

/// <summary>Adapters and recomputation on a whole model.</summary>
public sealed class AdaptedModelTests : IDisposable
{
    private static readonly string[] Everywhere = ["*.q_proj", "language.*.down_proj", "*.qkv", "*.merge.*", "vision.projector.*", "language.lm_head"];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Layers_have_the_names_that_their_parameters_have()
    {
        using MultimodalModel model = Model();
        string[] names = [.. DenseLayers.Of(model).Select(layer => layer.Name)];
        Assert.Contains("language.layers.0.self_attn.q_proj", names);
        Assert.Contains("vision.branches.1.tower.blocks.3.attention.qkv", names);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Contains(name + ".weight", model.state_dict().Keys));

        Assert.Equal(3, DenseLayers.Matching(model, ["language.*.q_proj"]).Count);
        Assert.Equal(6, DenseLayers.Matching(model, ["*.q_proj", "language.*.v_proj", "*.layers.0.self_attn.q_proj"]).Count);
        var refusal = Assert.Throws<CommSharpException>(() => DenseLayers.Matching(model, ["*", "language.*.qproj"]));
        Assert.Contains("\"language.*.qproj\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fresh_adapters_change_nothing_and_alone_get_gradients_on_a_frozen_model()
    {
        using MultimodalModel plain = Model(), model = Model();
        Adapt(model, fresh: true);
        using ImageBatch images = Pictures();
        TensorAssert.Equal(plain.call(images, Ids), model.call(images, Ids));

        Adapt(model, fresh: false); // B away from zero, so that A gets gradients
        model.AnswerLoss(images, Ids, Labels).backward();
        Assert.All(model.named_parameters(), pair => Assert.Equal(Dense.IsOfAdapter(pair.name), pair.parameter.grad is not null));
        Assert.All(
            model.named_parameters().Where(pair => pair.parameter.requires_grad),
            pair => Assert.True(pair.parameter.grad!.abs().sum().item<float>() > 0, $"{pair.name} has no gradient"));
    }

    [Fact]
    public void Merged_the_whole_model_says_the_same()
    {
        using MultimodalModel plain = Model(), model = Model();
        Adapt(model);
        model.eval();
        using ImageBatch images = Pictures();
        Tensor adapted = model.call(images, Ids);
        TensorAssert.Differ(plain.call(images, Ids), adapted, 1e-2);
        DenseLayers.MergeAdapters(model);
        Assert.Equal(plain.state_dict().Keys, model.state_dict().Keys);
        TensorAssert.Close(adapted, model.call(images, Ids), 1e-5);
    }

    [Fact]
    public void Checkpoints_are_written_with_live_adapters_in_the_weights_and_read_past_them()
    {
        using MultimodalModel model = Model(), merged = Model();
        Adapt(model);
        Adapt(merged);
        DenseLayers.MergeAdapters(merged);
        foreach ((CheckpointLayout layout, nn.Module live, nn.Module baked) in Parts(model, merged))
        {
            Dictionary<string, Tensor> expected = layout.Export(baked).ToDictionary(), exported = layout.Export(live).ToDictionary();
            Assert.Equal(expected.Keys, exported.Keys);
            Assert.All(expected, entry => TensorAssert.Equal(entry.Value, exported[entry.Key]));
        }

        Assert.NotNull(DenseLayers.Matching(model, ["language.layers.0.self_attn.q_proj"])[0].Layer.Adapter);
        using var folder = new TemporaryFolder();
        CheckpointLayout language = LlamaCheckpoint.Layout(TinyConfigs.Llama);
        TinyModels.WriteFile(folder["model.safetensors"], language.Export(merged.Language));
        using ITensorSource source = Checkpoint.Open(folder["model.safetensors"]);
        language.Load(source, model.Language); // strict: adapters are neither missing nor overwritten
        Assert.NotNull(DenseLayers.Matching(model, ["language.lm_head"])[0].Layer.Adapter);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 0.3)]
    public void Recomputed_activations_give_the_same_loss_and_gradients(bool adapted, double dropout)
    {
        using MultimodalModel kept = Trainable(adapted, dropout), recomputed = Trainable(adapted, dropout);
        recomputed.RecomputesActivations = true;
        using ImageBatch images = Pictures();
        Dictionary<string, int> runs = [];
        foreach ((string name, nn.Module module) in recomputed.named_modules())
        {
            if (module is EncoderBlock encoder)
            {
                encoder.register_forward_hook((_, _, output) => Count(name, output));
            }

            if (module is LlamaBlock decoder)
            {
                decoder.register_forward_hook((_, _, _, _, output) => Count(name, output));
            }
        }

        for (int accumulation = 0; accumulation < 2; accumulation++)
        {
            manual_seed(accumulation);
            Tensor expected = kept.AnswerLoss(images, Ids, Labels);
            expected.backward();
            manual_seed(accumulation);
            Tensor loss = recomputed.AnswerLoss(images, Ids, Labels);
            Recomputation.Backward(loss);
            TensorAssert.Close(expected, loss, 0);
        }

        Assert.Equal(11, runs.Count); // 4 blocks of each tower and 3 of the decoder
        Assert.All(runs, run => Assert.Equal(4, run.Value)); // two steps, each forward and again
        foreach (((string name, var reference), (_, var parameter)) in kept.named_parameters().Zip(recomputed.named_parameters()))
        {
            Assert.Equal(reference.grad is null, parameter.grad is null);
            if (reference.grad is not null)
            {
                double scale = Math.Max(1, reference.grad.abs().max().item<float>());
                Assert.True((reference.grad - parameter.grad!).abs().max().item<float>() <= 1e-6 * scale, $"the gradient of {name} differs");
            }
        }

        Tensor Count(string name, Tensor output)
        {
            runs[name] = runs.GetValueOrDefault(name) + 1;
            return output;
        }
    }

    [Fact]
    public void A_padding_mask_is_there_in_the_second_run_too()
    {
        LlamaModel kept = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));
        LlamaModel recomputed = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));
        recomputed.RecomputesActivations = true;
        Tensor ids = tensor(new long[,] { { 0, 0, 5, 6, 7 }, { 1, 2, 3, 4, 5 } }), mask = ids.ne(0);
        foreach (LlamaModel model in new[] { kept, recomputed })
        {
            Recomputation.Backward((model.Decode(model.Embed(ids), mask) * mask.unsqueeze(-1)).square().sum());
        }

        foreach ((var reference, var parameter) in kept.parameters().Zip(recomputed.parameters()).Where(pair => pair.First.grad is not null))
        {
            TensorAssert.Close(reference.grad!, parameter.grad!, 1e-6 * Math.Max(1, reference.grad!.abs().max().item<float>()));
        }
    }

    [Fact]
    public void A_hundred_recomputed_steps_leave_no_tensor_behind()
    {
        using MultimodalModel model = Trainable(adapted: true, dropout: 0.1);
        model.RecomputesActivations = true;
        using ImageBatch images = Pictures();
        Tensor ids = Ids, labels = Labels;
        Step();
        LeakGuard.Check(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Step();
            }
        });

        void Step()
        {
            using DisposeScope step = NewDisposeScope();
            Recomputation.Backward(model.AnswerLoss(images, ids, labels));
            model.zero_grad();
        }
    }

    private static Tensor Ids => tensor((long[])[1, 97, .. Enumerable.Repeat(96L, 16), 98, 5, 6, 7]).unsqueeze(0);

    private static Tensor Labels => Ids.masked_fill(Ids.ge(90), LanguageLoss.IgnoredLabel);

    private static ImageBatch Pictures()
    {
        using var generator = new Generator(4);
        return new ImageBatch(rand([1, 3, 28, 28], generator: generator));
    }

    private static MultimodalModel Model() => TinyConfigs.Drawn(new MultimodalModel(TinyConfigs.Comm, TensorOptions.Default));

    /// <summary>A model of which everything is trained, or adapters alone.</summary>
    private static MultimodalModel Trainable(bool adapted, double dropout)
    {
        MultimodalModel model = Model();
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = true;
        }

        if (adapted)
        {
            Adapt(model, dropout: dropout);
        }

        return model;
    }

    /// <summary>Freezes a model and adapts layers of every part of it, or sets the adapters that it has to something that shows.</summary>
    private static void Adapt(MultimodalModel model, bool fresh = false, double dropout = 0)
    {
        using var generator = new Generator(9);
        if (!DenseLayers.Of(model).Any(layer => layer.Layer.Adapter is not null))
        {
            foreach (var parameter in model.parameters())
            {
                parameter.requires_grad = false;
            }

            DenseLayers.Adapt(model, Everywhere, new AdapterSettings(2, 4, dropout), generator);
        }

        if (!fresh)
        {
            using var frozen = no_grad();
            foreach (NamedDense layer in DenseLayers.Of(model).Where(layer => layer.Layer.Adapter is not null))
            {
                layer.Layer.Adapter!.B.normal_(0, 0.2, generator);
            }
        }
    }

    private static IEnumerable<(CheckpointLayout Layout, nn.Module First, nn.Module Second)> Parts(MultimodalModel first, MultimodalModel second)
    {
        yield return (LlamaCheckpoint.Layout(TinyConfigs.Llama), first.Language, second.Language);
        yield return (CommSharpFolder.FusionLayout(TinyConfigs.Comm), first.Vision, second.Vision);
        foreach ((var branch, var other) in first.Vision.Branches.Zip(second.Vision.Branches))
        {
            yield return (branch.Family.Layout(branch.Config.Architecture), branch.Tower, other.Tower);
        }
    }
}
