using CommSharp.Generation;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Generation;

public sealed class TokenGeneratorTests : IDisposable
{
    private static readonly long[][] Prompts = [[5, 6], [7, 8, 9, 10, 11], [12, 13, 14]];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LlamaModel _model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void A_batch_gives_what_each_prompt_gives_alone(double temperature)
    {
        GenerationOptions[] options = [.. new[] { 9, 30, 4 }.Select((count, i) => new GenerationOptions { MaxTokens = count, Temperature = temperature, Seed = (ulong)i })];
        GenerationRow[] together = Generate(Prompts, options);
        for (int i = 0; i < Prompts.Length; i++)
        {
            GenerationRow alone = Generate([Prompts[i]], [options[i]])[0];
            Assert.Equal(alone.Tokens.Select(token => token.Id), together[i].Tokens.Select(token => token.Id));
            Assert.Equal(FinishReason.Length, together[i].Finish);
            Assert.Equal(options[i].MaxTokens, together[i].Tokens.Count);
        }
    }

    [Fact]
    public void The_first_token_of_an_end_ends_an_answer()
    {
        int[] free = [.. Generate([Prompts[0]], [new GenerationOptions { MaxTokens = 12 }])[0].Tokens.Select(token => token.Id)];
        int end = free[5];
        GenerationRow row = Generate([Prompts[0]], [new GenerationOptions { MaxTokens = 12 }], end)[0];
        Assert.Equal(FinishReason.EndOfText, row.Finish);
        Assert.Equal(free.TakeWhile(id => id != end), row.Tokens.Select(token => token.Id));
    }

    [Fact]
    public void What_is_not_wanted_any_more_stops()
    {
        int wanted = 3;
        GenerationRow row = Generate([Prompts[0]], [new GenerationOptions()], accept: _ => --wanted > 0)[0];
        Assert.Equal((FinishReason.Stop, 3), (row.Finish, row.Tokens.Count));
    }

    [Fact]
    public void Cancelling_stops_between_tokens_and_leaves_the_cache_in_step()
    {
        using var source = new CancellationTokenSource();
        using var cache = new KvCache(_model.Config);
        using Tensor prompt = _model.Embed(tensor(new[] { Prompts[1] }.SelectMany(id => id).ToArray()).unsqueeze(0));
        int count = 0;
        var row = new GenerationRow(Prompts[1], new GenerationOptions(), [], _ =>
        {
            if (++count == 4)
            {
                source.Cancel();
            }

            return true;
        });
        LeakGuard.Check(
            () => Assert.Throws<OperationCanceledException>(() => TokenGenerator.Run(_model, [row], prompt, null, cache, source.Token)),
            kept: 2 * _model.Config.Depth);
        Assert.Equal(4, row.Tokens.Count);
        Assert.Equal(Prompts[1].Length + 3, cache.Length); // the last token has not been run
        Assert.Null(row.Finish);
    }

    [Fact]
    public void The_context_ends_an_answer()
    {
        using LlamaModel model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama with { ContextLength = 12 }, TensorOptions.Default));
        using var cache = new KvCache(model.Config);
        using Tensor prompt = model.Embed(tensor(Prompts[1]).unsqueeze(0));
        var row = new GenerationRow(Prompts[1], new GenerationOptions(), [], _ => true);
        TokenGenerator.Run(model, [row], prompt, null, cache, TestContext.Current.CancellationToken);
        Assert.Equal(FinishReason.Length, row.Finish);
        Assert.Equal(12, cache.Length);
    }

    [Fact]
    public void Padding_takes_nothing_from_the_context()
    {
        using LlamaModel model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama with { ContextLength = 12 }, TensorOptions.Default));
        using var cache = new KvCache(model.Config);
        GenerationRow[] rows = [.. Prompts.Select(prompt => new GenerationRow(prompt, new GenerationOptions(), [], _ => true))];
        var batch = TokenBatch.Of(Prompts);
        TokenGenerator.Run(model, rows, model.Embed(batch.Ids), batch.Mask, cache, TestContext.Current.CancellationToken);
        Assert.Equal(Prompts.Select(prompt => 13 - prompt.Length), rows.Select(row => row.Tokens.Count)); // the last token is not run
    }

    [Fact]
    public void Scores_beyond_the_tokenizer_are_not_chosen()
    {
        const int VocabularySize = 5;
        var row = new GenerationRow(Prompts[0], new GenerationOptions { MaxTokens = 30, Temperature = 10 }, [], _ => true, vocabularySize: VocabularySize);
        using var cache = new KvCache(_model.Config);
        using Tensor prompt = _model.Embed(tensor(Prompts[0]).unsqueeze(0));
        TokenGenerator.Run(_model, [row], prompt, null, cache, TestContext.Current.CancellationToken);
        Assert.All(row.Tokens, token => Assert.InRange(token.Id, 0, VocabularySize - 1));
    }

    [Fact]
    public void An_empty_batch_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => TokenBatch.Of([]));

    [Fact]
    public void Two_thousand_tokens_leave_no_tensor_behind()
    {
        using LlamaModel model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama with { ContextLength = 4096 }, TensorOptions.Default));
        using Tensor prompt = model.Embed(tensor(Prompts[0]).unsqueeze(0));
        Run(5);
        LeakGuard.Check(() => Run(2000));

        void Run(int count)
        {
            using var cache = new KvCache(model.Config);
            var row = new GenerationRow(Prompts[0], new GenerationOptions { MaxTokens = count }, [], _ => true);
            TokenGenerator.Run(model, [row], prompt, null, cache, TestContext.Current.CancellationToken);
            Assert.Equal(count, row.Tokens.Count);
        }
    }

    [Fact]
    public void A_constraint_is_kept()
    {
        GenerationRow row = Generate([Prompts[0]], [new GenerationOptions { MaxTokens = 9 }], constraint: new InTurn())[0];
        Assert.Equal([20, 21, 22, 20, 21, 22, 20, 21, 22], row.Tokens.Select(token => token.Id));
    }

    private GenerationRow[] Generate(
        long[][] prompts, GenerationOptions[] options, int? end = null, Func<SampledToken, bool>? accept = null, ITokenConstraint? constraint = null)
    {
        GenerationRow[] rows = [.. prompts.Select((prompt, i) => new GenerationRow(prompt, options[i], end is { } id ? [id] : [], accept ?? (_ => true), constraint))];
        var batch = TokenBatch.Of(prompts);
        using var cache = new KvCache(_model.Config);
        TokenGenerator.Run(_model, rows, _model.Embed(batch.Ids), batch.Mask, cache, TestContext.Current.CancellationToken);
        return rows;
    }

    private sealed class InTurn : ITokenConstraint
    {
        private int _next = 20;

        public IReadOnlyList<int>? Allowed => [_next];

        public void Advance(int token) => _next = token == 22 ? 20 : token + 1;
    }
}
