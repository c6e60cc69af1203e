using CommSharp.Generation;
using CsCheck;

namespace CommSharp.Tests.Generation;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1, 4, 2, 3.5f, -1];
    private static readonly HashSet<int> Nothing = [];

    [Fact]
    public void Without_temperature_the_best_token_is_taken() =>
        Assert.Equal(1, new Sampler(new GenerationOptions()).Next(Logits, Nothing).Id);

    [Fact]
    public void A_token_carries_the_models_own_probability()
    {
        double sum = Logits.Sum(logit => Math.Exp(logit));
        SampledToken token = new Sampler(new GenerationOptions { RepetitionPenalty = 3 }).Next(Logits, new HashSet<int> { 1 });
        Assert.Equal(3, token.Id); // 4 / 3 is less than 3.5
        Assert.Equal(Math.Exp(3.5) / sum, token.Probability, 6);
    }

    [Fact]
    public void A_constraint_leaves_the_best_of_what_is_allowed() =>
        Assert.Equal(2, new Sampler(new GenerationOptions()).Next(Logits, Nothing, [0, 2, 4]).Id);

    [Fact]
    public void Draws_follow_the_softmax()
    {
        var sampler = new Sampler(new GenerationOptions { Temperature = 2, Seed = 11 });
        const int Draws = 20_000;
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Next(Logits, Nothing).Id]++;
        }

        double sum = Logits.Sum(logit => Math.Exp(logit / 2));
        for (int id = 0; id < Logits.Length; id++)
        {
            Assert.Equal(Math.Exp(Logits[id] / 2) / sum, counts[id] / (double)Draws, 0.015);
        }
    }

    [Theory]
    [InlineData(2, 1.0, new[] { 1, 3 })]
    [InlineData(0, 0.55, new[] { 1 })]     // the best one alone has 0.56
    [InlineData(0, 0.85, new[] { 1, 3 })]  // both have 0.89
    [InlineData(1, 0.9, new[] { 1 })]
    public void Top_k_and_top_p_leave_the_best(int topK, double topP, int[] left)
    {
        var sampler = new Sampler(new GenerationOptions { Temperature = 1, TopK = topK, TopP = topP, Seed = 5 });
        int[] drawn = [.. Enumerable.Range(0, 500).Select(_ => sampler.Next(Logits, Nothing).Id).Distinct().Order()];
        Assert.Equal(left, drawn);
    }

    /// <summary>Transformers removes only what scores less than the k-th.</summary>
    [Fact]
    public void Tokens_that_score_as_the_last_of_top_k_stay()
    {
        float[] logits = [1, 3, 2, 3, 3, 2];
        var sampler = new Sampler(new GenerationOptions { Temperature = 1, TopK = 2, Seed = 5 });
        int[] left = [1, 3, 4], drawn = [.. Enumerable.Range(0, 500).Select(_ => sampler.Next(logits, Nothing).Id).Distinct().Order()];
        Assert.Equal(left, drawn);
    }

    [Fact]
    public void A_seed_gives_one_sequence() =>
        Gen.Select(Gen.ULong, Gen.Float[-5, 5].Array[1, 40], Gen.Double[0.1, 3]).Sample((seed, logits, temperature) =>
        {
            var options = new GenerationOptions { Temperature = temperature, Seed = seed };
            Sampler one = new(options), other = new(options);
            return Enumerable.Range(0, 20).All(_ => one.Next(logits, Nothing) == other.Next(logits, Nothing));
        });

    /// <summary>As the plain way of writing it draws: candidates in order of score and then id, and the first whose sum of weights exceeds a drawn part of all.</summary>
    [Fact]
    public void Draws_rank_by_score_and_equal_scores_by_id() =>
        Gen.Select(Gen.Int, Gen.OneOf(Gen.Float[-5, 5], Gen.OneOfConst(0f, -0f, 1f, float.NegativeInfinity)).Array[2, 40], Gen.Int[0, 5]).Sample((seed, logits, topK) =>
        {
            logits[0] = 2; // one of them at least is possible
            var sampler = new Sampler(new GenerationOptions { Temperature = 0.7, Seed = (uint)seed, TopK = topK });
            int[] ranked = [.. Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id)];
            float least = logits[ranked[(topK == 0 ? ranked.Length : Math.Min(topK, ranked.Length)) - 1]];
            ranked = [.. ranked.Where(id => logits[id] >= least)];
            double[] weights = [.. ranked.Select(id => Math.Exp((logits[id] - logits[ranked[0]]) / 0.7))];
            double threshold = new Random(seed).NextDouble() * weights.Sum(), sum = 0;
            int place = Array.FindIndex(weights, weight => (sum += weight) > threshold);
            return sampler.Next(logits, Nothing).Id == ranked[place < 0 ? ^1 : place];
        });

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Scores_that_are_no_numbers_are_an_error_that_says_what_to_do(float score)
    {
        float[] logits = [1, score, 2];
        Assert.Contains("float32", Assert.Throws<BrokenLogitsException>(() => new Sampler(new GenerationOptions()).Next(logits, Nothing)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("temperature")]
    [InlineData("top-p")]
    [InlineData("top-k")]
    [InlineData("repetition penalty")]
    [InlineData("number of tokens")]
    [InlineData("stop text")]
    public void An_option_out_of_range_is_named(string what)
    {
        var options = new GenerationOptions();
        options = what switch
        {
            "temperature" => options with { Temperature = double.NaN },
            "top-p" => options with { TopP = 0 },
            "top-k" => options with { TopK = -1 },
            "repetition penalty" => options with { RepetitionPenalty = 0 },
            "stop text" => options with { Stop = [""] },
            _ => options with { MaxTokens = 0 },
        };
        Assert.Contains(what, Assert.Throws<CommSharpException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
