using CommSharp.Language;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Language;

public sealed class LlamaModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Variants => ["grouped", "full", "tied", "linear", "llama3"];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Variants))]
    public void Positions_fed_in_pieces_give_what_the_whole_sequence_gives(string variant)
    {
        using LlamaModel model = Model(variant);
        Tensor embeddings = model.Embed(Ids(2, 12));
        Tensor whole = model.Decode(embeddings);

        using var cache = new KvCache(model.Config, capacity: 2);
        var pieces = new List<Tensor>();
        foreach ((int start, int length) in new[] { (0, 5), (5, 1), (6, 4), (10, 1), (11, 1) })
        {
            pieces.Add(model.Decode(embeddings.narrow(1, start, length), cache: cache));
        }

        AssertClose(whole, cat(pieces, 1));
        Assert.Equal(12, cache.Length);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_padded_row_gives_what_it_gives_alone(string variant)
    {
        using LlamaModel model = Model(variant);
        Tensor ids = Ids(2, 9);
        Tensor mask = ones_like(ids);
        mask[0].narrow(0, 0, 4).fill_(0);
        Tensor batch = model.Decode(model.Embed(ids), mask);

        Tensor alone = model.Decode(model.Embed(ids[0].narrow(0, 4, 5).unsqueeze(0)));
        AssertClose(alone, batch[0].narrow(0, 4, 5).unsqueeze(0));
        Assert.True(batch.isfinite().all().item<bool>(), "rows of padding must stay finite");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Questions_that_share_a_row_give_what_each_gives_alone(string variant)
    {
        const int shared = 4, first = 3, second = 5, padding = 2, length = shared + first + second + padding;
        using LlamaModel model = Model(variant);
        Tensor ids = Ids(1, length);
        Tensor prefix = ids.narrow(1, 0, shared), one = ids.narrow(1, shared, first), two = ids.narrow(1, shared + first, second);
        long[] numbers = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, -1, -1], positions = [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 0, 0];
        using var questions = new PackedQuestions(tensor(numbers).unsqueeze(0), tensor(positions).unsqueeze(0));
        Tensor packed = model.Decode(model.Embed(ids), questions);
        Tensor firstAlone = model.Decode(model.Embed(cat([prefix, one], 1))), secondAlone = model.Decode(model.Embed(cat([prefix, two], 1)));
        AssertClose(firstAlone, packed.narrow(1, 0, shared + first));
        AssertClose(secondAlone.narrow(1, shared, second), packed.narrow(1, shared + first, second));
        Assert.True(packed.isfinite().all().item<bool>(), "rows of padding must stay finite");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Guidance_measures_what_a_head_really_looks_at(string variant)
    {
        const int length = 7, block = 1, head = 3, token = 5;
        using LlamaModel model = Model(variant);
        int width = model.Config.HeadWidth, key = head / (model.Config.Heads / model.Config.KeyValueHeads);
        Dictionary<string, Tensor> weights = model.named_parameters().ToDictionary(each => each.name, each => (Tensor)each.parameter);
        using (no_grad()) // the block gives the head's mixed values and nothing else
        {
            Tensor output = weights["layers.0.self_attn.o_proj.weight"];
            output.zero_();
            output.narrow(0, 0, width).narrow(1, head * width, width).copy_(eye(width));
            weights["layers.0.mlp.down_proj.weight"].zero_();
        }

        Tensor embeddings = model.Embed(Ids(1, length));
        Tensor mixed = (model.HiddenStates(embeddings, [block])[0] - embeddings)[0, token].narrow(0, 0, width);
        Tensor normed = embeddings[0] * (embeddings[0].pow(2).mean([-1], keepdim: true) + model.Config.NormEpsilon).rsqrt() * weights["layers.0.input_layernorm.weight"];
        Tensor values = normed.matmul(weights["layers.0.self_attn.v_proj.weight"].t()).narrow(1, key * width, width); // [L, D]
        double[] shares = [.. Enumerable.Range(0, token + 1).Select(at => Math.Exp(-Guidance(model, embeddings, null, token, at)))];
        Assert.Equal(1, shares.Sum(), 1e-5);
        AssertClose(mixed, (tensor(shares.Select(share => (float)share).ToArray()).unsqueeze(1) * values.narrow(0, 0, token + 1)).sum([0L]));
        Assert.Equal(-Math.Log(shares[1] + (0.5 * shares[4])), Guidance(model, embeddings, null, token, (1, 1), (4, 0.5f)), 1e-5);
        Assert.True(Guidance(model, embeddings, null, token, token + 1) > 50, "a later token is never seen");
    }

    [Fact]
    public void Guidance_of_questions_that_share_a_row_is_that_of_each_alone()
    {
        const int shared = 4, first = 3, second = 5, length = shared + first + second;
        using LlamaModel model = Model("full");
        Tensor ids = Ids(1, length);
        using var questions = new PackedQuestions(
            tensor(new long[] { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2 }).unsqueeze(0), tensor(new long[] { 0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8 }).unsqueeze(0));
        Tensor alone = model.Embed(cat([ids.narrow(1, 0, shared), ids.narrow(1, shared + first, second)], 1));
        Assert.Equal(Guidance(model, alone, null, shared + 3, 2), Guidance(model, model.Embed(ids), questions, shared + first + 3, 2), 1e-4);
        Assert.True(Guidance(model, model.Embed(ids), questions, shared + first + 3, shared + 1) > 50, "another question's token is never seen");
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Several_guides_at_a_time_measure_what_each_does_alone(int first, int second)
    {
        using LlamaModel model = Model("full");
        Tensor embeddings = model.Embed(Ids(2, 6));
        Tensor worth = zeros(2, 6);
        worth[0, 1] = worth[1, 2] = 1;
        using var one = new AttentionGuide(first, 0, tensor(new long[] { 4, 9 }), worth.alias());
        using var two = new AttentionGuide(second, 1, tensor(new long[] { 3, 10 }), worth.alias());
        IReadOnlyList<Tensor> together = model.Decode(embeddings, null, [one, two]).Looks;
        AssertClose(model.Decode(embeddings, null, [one]).Looks[0], together[0]);
        AssertClose(model.Decode(embeddings, null, [two]).Looks[0], together[1]);
        Assert.NotEqual(together[0].item<float>(), together[1].item<float>());
    }

    [Fact]
    public void Guidance_teaches_a_head_and_leaves_the_answer_as_it_is()
    {
        using LlamaModel model = Model("full");
        Tensor embeddings = model.Embed(Ids(2, 6)).detach();
        Tensor worth = zeros(2, 6);
        worth[0, 1] = worth[1, 2] = 1;
        using var guide = new AttentionGuide(2, 1, tensor(new long[] { 4, 9 }), worth.alias());
        (Tensor hidden, IReadOnlyList<Tensor> looks) = model.Decode(embeddings, null, [guide]);
        Tensor before = Assert.Single(looks);
        AssertClose(model.Decode(embeddings), hidden);
        before.backward();
        using (no_grad())
        {
            foreach (Tensor parameter in model.parameters().Where(parameter => parameter.grad is not null))
            {
                parameter.sub_(parameter.grad! * 0.05);
            }
        }

        Assert.True(model.Decode(embeddings, null, [guide]).Looks[0].item<float>() < before.item<float>());
    }

    [Fact]
    public void Padding_and_a_cache_go_together()
    {
        using LlamaModel model = Model("grouped");
        Tensor ids = Ids(2, 10);
        Tensor mask = ones_like(ids);
        mask[1].narrow(0, 0, 3).fill_(0);
        Tensor embeddings = model.Embed(ids);
        Tensor whole = model.Decode(embeddings, mask);

        using var cache = new KvCache(model.Config);
        Tensor first = model.Decode(embeddings.narrow(1, 0, 6), mask.narrow(1, 0, 6), cache);
        Tensor rest = model.Decode(embeddings.narrow(1, 6, 4), mask.narrow(1, 6, 4), cache);
        AssertClose(whole.narrow(1, 3, 7), cat([first, rest], 1).narrow(1, 3, 7));
    }

    [Fact]
    public void Another_continuation_can_follow_a_common_beginning()
    {
        using LlamaModel model = Model("full");
        Tensor common = model.Embed(Ids(1, 6)), one = model.Embed(Ids(1, 3, seed: 5)), other = model.Embed(Ids(1, 3, seed: 6));
        using var cache = new KvCache(model.Config);
        model.Decode(common, cache: cache);
        model.Decode(one, cache: cache);
        cache.Truncate(6);
        Tensor continued = model.Decode(other, cache: cache);
        AssertClose(model.Decode(cat([common, other], 1)).narrow(1, 6, 3), continued);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Half_precision_weights_are_computed_in_float32(ScalarType held)
    {
        using LlamaModel half = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, new TensorOptions(held, CPU)));
        using LlamaModel wide = new(TinyConfigs.Llama, TensorOptions.Default);
        using (no_grad())
        {
            foreach ((var target, var source) in wide.parameters().Zip(half.parameters()))
            {
                target.copy_(source);
            }
        }

        Tensor ids = Ids(1, 7);
        Tensor hidden = half.Decode(half.Embed(ids));
        Assert.Equal(ScalarType.Float32, hidden.dtype);
        AssertClose(wide.Logits(wide.Decode(wide.Embed(ids))), half.Logits(hidden));
    }

    [Fact]
    public void The_loss_ignores_what_is_not_to_be_learned()
    {
        Tensor logits = randn(1, 4, 5);
        Tensor labels = tensor(new long[,] { { 3, LanguageLoss.IgnoredLabel, 2, LanguageLoss.IgnoredLabel } });
        Tensor expected = -logits[0][1].log_softmax(0)[2];
        AssertClose(expected, LanguageLoss.CrossEntropy(logits, labels));
    }

    private static double Guidance(LlamaModel model, Tensor embeddings, PackedQuestions? questions, int token, int at) => Guidance(model, embeddings, questions, token, (at, 1));

    private static double Guidance(LlamaModel model, Tensor embeddings, PackedQuestions? questions, int token, params ReadOnlySpan<(int At, float Worth)> looks)
    {
        float[] worth = new float[embeddings.shape[1]];
        foreach ((int at, float each) in looks)
        {
            worth[at] = each;
        }

        using var guide = new AttentionGuide(1, 3, tensor(new long[] { token }), tensor(worth).unsqueeze(0));
        return model.Decode(embeddings, questions, [guide]).Looks[0].item<float>();
    }

    private static LlamaModel Model(string variant)
    {
        LlamaConfig config = variant switch
        {
            "full" => TinyConfigs.Llama with { KeyValueHeads = 4 },
            "tied" => TinyConfigs.Llama with { TiedEmbeddings = true },
            "linear" => TinyConfigs.Llama with { Scaling = new LinearRotaryScaling(4) },
            "llama3" => TinyConfigs.Llama with { Scaling = new Llama3RotaryScaling(8, 1, 4, 16) },
            _ => TinyConfigs.Llama,
        };
        return TinyConfigs.Drawn(new LlamaModel(config, TensorOptions.Default));
    }

    private static Tensor Ids(long batch, long length, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return randint(0, 96, [batch, length], ScalarType.Int64, generator: generator);
    }

    private static void AssertClose(Tensor expected, Tensor actual) => TensorAssert.Close(expected, actual, 1e-5);
}
