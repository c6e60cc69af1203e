using CommSharp.Generation;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Generation;

public sealed class ContinuousBatchTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LlamaModel _model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    /// <summary>
    /// Prompts of 1 to 13 tokens come in by ones, twos and threes, in the places of rows that ended or were given up, which have not left the cache yet;
    /// greedy and drawn, each has the tokens that it has alone.
    /// </summary>
    [Fact]
    public void Rows_that_come_in_the_places_of_others_have_the_tokens_that_they_have_alone()
    {
        GenerationRow[] rows = [.. Enumerable.Range(0, 24).Select(Row)];
        long before = LeakGuard.LiveTensors;
        using (var batch = new ContinuousBatch(_model))
        {
            int next = 0;
            while (next < rows.Length || batch.Count > 0)
            {
                int come = Math.Min(Math.Min(1 + (next % 3), 6 - batch.Count), rows.Length - next);
                if (come > 0)
                {
                    Admit(batch, rows, next, come);
                    next += come;
                }

                Assert.Empty(batch.Step());
                if (next is > 3 and < 20)
                {
                    batch.Remove(new HashSet<GenerationRow> { rows[next - 2] }); // whether it goes on or has ended
                }
            }
        }

        Assert.Equal(before, LeakGuard.LiveTensors);
        int whole = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            GenerationRow alone = Row(i);
            using var batch = new ContinuousBatch(_model);
            Admit(batch, Enumerable.Repeat(alone, i + 1).ToArray(), i, 1);
            while (batch.Count > 0)
            {
                batch.Step();
            }

            whole += rows[i].Finish is null ? 0 : 1;
            int[] expected = [.. alone.Tokens.Select(token => token.Id)], given = [.. rows[i].Tokens.Select(token => token.Id)];
            Assert.Equal(rows[i].Finish is null ? expected[..given.Length] : expected, given);
        }

        Assert.InRange(whole, 8, rows.Length - 1);
    }

    [Fact]
    public void One_that_fails_while_others_come_in_fails_alone()
    {
        GenerationRow[] rows = [Row(1), new(Prompt(2), new GenerationOptions { MaxTokens = 9 }, [], _ => throw new IOException("no more")), Row(3), Row(4)];
        using var batch = new ContinuousBatch(_model);
        Admit(batch, rows, 3, 1, prompts: [1, 2, 3, 4]);
        IReadOnlyList<RowFailure> failures = Admit(batch, rows, 0, 3, prompts: [1, 2, 3, 4]);
        Assert.Equal((rows[1], "no more"), (Assert.Single(failures).Row, failures[0].Error.Message));
        while (batch.Count > 0)
        {
            Assert.Empty(batch.Step());
        }

        Assert.All([rows[0], rows[2], rows[3]], row => Assert.NotNull(row.Finish));
    }

    /// <summary>As when memory runs out at the last layer, while those before it hold the new row already: nobody may go on with another's keys and values.</summary>
    [Fact]
    public void A_join_that_fails_halfway_fails_every_row_and_the_next_ones_are_answered()
    {
        GenerationRow[] rows = [Row(3), Row(4), Row(9)];
        int[] prompts = [3, 4, 9];
        long before = LeakGuard.LiveTensors;
        using (var batch = new ContinuousBatch(_model))
        {
            Assert.Empty(Admit(batch, rows, 0, 1, prompts));
            Assert.Empty(batch.Step());
            EmptyLastLayer(batch.Cache!);
            IReadOnlyList<RowFailure> failures = Admit(batch, rows, 1, 1, prompts);
            Assert.Equal(rows[..2], failures.Select(failure => failure.Row));
            Assert.Equal(0, batch.Count);
            Assert.Null(batch.Cache);
            Assert.Empty(batch.Step());

            Assert.Empty(Admit(batch, rows, 2, 1, prompts));
            while (batch.Count > 0)
            {
                Assert.Empty(batch.Step());
            }
        }

        Assert.Equal(before, LeakGuard.LiveTensors);
        Assert.Null(rows[0].Finish);
        Assert.NotNull(rows[2].Finish);
    }

    /// <summary>Leaves the last layer without rows, so that all layers but this one can be joined. It has to grow for that, since a layer keeps its rows while there is room.</summary>
    private static void EmptyLastLayer(KvCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        Tensor none = zeros([0, TinyConfigs.Llama.KeyValueHeads, cache.Capacity, TinyConfigs.Llama.HeadWidth], ScalarType.Float32, CPU);
        cache.Append(TinyConfigs.Llama.Depth - 1, none, none);
    }

    private static long[] Prompt(int number) => [.. Enumerable.Range(0, 1 + (number * 5 % 13)).Select(i => 3L + ((number + (7 * i)) % 50))];

    private static GenerationRow Row(int number) => new(
        Prompt(number),
        new GenerationOptions { MaxTokens = 1 + (number * 7 % 11), Temperature = number % 2, Seed = (ulong)number },
        [],
        _ => true);

    private IReadOnlyList<RowFailure> Admit(ContinuousBatch batch, GenerationRow[] rows, int first, int count, int[]? prompts = null)
    {
        using DisposeScope scope = NewDisposeScope();
        TokenBatch added = TokenBatch.Of([.. Enumerable.Range(first, count).Select(i => Prompt(prompts?[i] ?? i))]);
        return batch.Admit(rows[first..(first + count)], _model.Embed(added.Ids), added.Mask);
    }
}
