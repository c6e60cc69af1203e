using CommSharp.Generation;
using CommSharp.Language;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Generation;

public sealed class CacheTests
{
    [Fact]
    public void A_prompt_that_begins_as_the_last_one_runs_only_its_rest()
    {
        using DisposeScope scope = NewDisposeScope();
        using LlamaModel model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));
        using var prefix = new PrefixCache(model.Config);
        long[] first = [5, 6, 7], answer = [.. Generate(first, expectedReuse: 0)];
        long[] second = [.. first, .. answer, 8, 9];
        Assert.Equal(Alone(second), Generate(second, expectedReuse: first.Length + answer.Length - 1));
        Assert.Equal(Alone([5, 6, 50]), Generate([5, 6, 50], expectedReuse: 2));
        Assert.Equal(Alone([5, 6, 50]), Generate([5, 6, 50], expectedReuse: 2)); // the last position is always scored anew

        IEnumerable<long> Generate(long[] prompt, int expectedReuse)
        {
            int reused = prefix.Reuse(prompt);
            Assert.Equal(expectedReuse, reused);
            GenerationRow row = Row(prompt);
            TokenGenerator.Run(model, [row], model.Embed(tensor(prompt[reused..]).unsqueeze(0)), null, prefix.Cache, TestContext.Current.CancellationToken);
            prefix.Append(row.Tokens.Select(token => token.Id));
            return row.Tokens.Select(token => (long)token.Id);
        }

        IEnumerable<long> Alone(long[] prompt)
        {
            using var cache = new KvCache(model.Config);
            GenerationRow row = Row(prompt);
            TokenGenerator.Run(model, [row], model.Embed(tensor(prompt).unsqueeze(0)), null, cache, TestContext.Current.CancellationToken);
            return row.Tokens.Select(token => (long)token.Id);
        }
    }

    [Fact]
    public void A_cache_leaves_nothing_behind_where_no_scope_collects()
    {
        LeakGuard.Check(() =>
        {
            using var cache = new KvCache(TinyConfigs.Llama, capacity: 2);
            using Tensor added = ones(2, 2, 3, 8), mask = ones(2, 3, ScalarType.Bool);
            for (int i = 0; i < 2; i++)
            {
                (Tensor keys, Tensor values) = cache.Append(0, added, added);
                keys.Dispose();
                values.Dispose();
                cache.Extend(mask, 2, 3, CPU);
                cache.Advance(3);
            }

            cache.Truncate(4);
            cache.KeepRows([1]);
        });
    }

    [Fact]
    public void Pictures_are_seen_once_and_forgotten_by_age()
    {
        using DisposeScope scope = NewDisposeScope();
        using var cache = new ImageFeatureCache(capacity: 3 * 4 * 4); // three pictures of four floats
        foreach (string key in new[] { "a", "b", "a", "c", "a", "d", "a", "b" })
        {
            TensorAssert.Equal(full(1, 2, 2, (float)key[0]), cache.GetOrCompute(key, () => full(1, 2, 2, (float)key[0])));
        }

        Assert.Equal(5, cache.Misses); // a b c d, and b again, which d had pushed out
        Assert.Equal(3 * 4 * 4, cache.Bytes);
        TensorAssert.Equal(ones(1, 9, 9), cache.GetOrCompute("too large to hold", () => ones(1, 9, 9)));
        Assert.Equal(3 * 4 * 4, cache.Bytes);
    }

    private static GenerationRow Row(long[] prompt) => new(prompt, new GenerationOptions { MaxTokens = 6 }, [], _ => true);
}
