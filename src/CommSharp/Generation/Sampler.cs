namespace CommSharp.Generation;

/// <summary>A token that was chosen.</summary>
/// <param name="Id">The token.</param>
/// <param name="Probability">What the model itself gave it, before temperature, penalties and constraints; in 0..1.</param>
public readonly record struct SampledToken(int Id, double Probability);

/// <summary>
/// Chooses tokens for one answer. Order and meaning of the steps are those of transformers' generate: repetition penalty, temperature, top-k,
/// top-p, then a draw from a generator of its own.
/// </summary>
public sealed class Sampler
{
    private readonly GenerationOptions _options;
    private readonly Random _random;

    /// <summary>Makes a sampler for one answer.</summary>
    /// <param name="options">Valid options.</param>
    public Sampler(GenerationOptions options)
    {
        options.Validate();
        _options = options;
        _random = new Random(unchecked((int)(options.Seed ^ (options.Seed >> 32))));
    }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's scores, [V].</param>
    /// <param name="seen">The tokens that occurred already.</param>
    /// <param name="allowed">The only tokens that may be chosen; null for all.</param>
    /// <exception cref="CommSharpException">A score is not a number.</exception>
    public SampledToken Next(ReadOnlySpan<float> logits, IReadOnlySet<int> seen, IReadOnlyList<int>? allowed = null)
    {
        RequireNumbers(logits);
        float[] scores = logits.ToArray();
        Penalise(scores, seen);
        int chosen = _options.Temperature == 0 ? Best(scores, allowed) : Draw(scores, allowed);
        return new SampledToken(chosen, Probability(logits, chosen));
    }

    private static void RequireNumbers(ReadOnlySpan<float> logits)
    {
        foreach (float logit in logits)
        {
            if (float.IsNaN(logit) || float.IsPositiveInfinity(logit))
            {
                throw new BrokenLogitsException(
                    "The model's scores are not numbers, so no token can be chosen; compute in float32 or bfloat16, and look for bad weights with commsharp inspect --values.");
            }
        }
    }

    private void Penalise(float[] scores, IReadOnlySet<int> seen)
    {
        if (_options.RepetitionPenalty == 1)
        {
            return;
        }

        foreach (int id in seen.Where(id => id >= 0 && id < scores.Length))
        {
            scores[id] = (float)(scores[id] > 0 ? scores[id] / _options.RepetitionPenalty : scores[id] * _options.RepetitionPenalty);
        }
    }

    private static int Best(float[] scores, IReadOnlyList<int>? allowed)
    {
        int count = allowed?.Count ?? scores.Length, best = allowed is null ? 0 : allowed[0];
        for (int i = 1; i < count; i++)
        {
            int id = allowed is null ? i : allowed[i];
            best = scores[id] > scores[best] ? id : best;
        }

        return best;
    }

    private int Draw(float[] scores, IReadOnlyList<int>? allowed)
    {
        uint[] ranked = Ranked(scores, allowed);
        int count = _options.TopK > 0 ? Math.Min(_options.TopK, ranked.Length) : ranked.Length;
        while (count < ranked.Length && scores[ranked[count]] == scores[ranked[count - 1]])
        {
            count++; // transformers removes only what scores less than the last one
        }

        double[] weights = new double[count];
        float largest = scores[ranked[0]];
        for (int i = 0; i < count; i++)
        {
            weights[i] = Math.Exp((scores[ranked[i]] - largest) / _options.Temperature);
        }

        count = Nucleus(weights);
        double threshold = _random.NextDouble() * weights.Take(count).Sum(), sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += weights[i];
            if (sum > threshold)
            {
                return (int)ranked[i];
            }
        }

        return (int)ranked[count - 1];
    }

    /// <summary>
    /// The ids from the best score down; equal scores keep the order of ids, so that a seed gives one answer everywhere. Score and id are sorted as one
    /// whole number, which takes a fraction of the time of a comparison of our own.
    /// </summary>
    private static uint[] Ranked(float[] scores, IReadOnlyList<int>? allowed)
    {
        ulong[] keys = new ulong[allowed?.Count ?? scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int id = allowed is null ? i : allowed[i];
            int bits = BitConverter.SingleToInt32Bits(scores[id] + 0f); // so that -0 and 0 are equal
            uint descending = bits < 0 ? (uint)bits : ~((uint)bits | 0x8000_0000);
            keys[i] = ((ulong)descending << 32) | (uint)id;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (uint)key);
    }

    /// <summary>The number of best candidates whose probabilities reach top-p; at least one.</summary>
    private int Nucleus(double[] weights)
    {
        double wanted = weights.Sum() * _options.TopP, sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (_options.TopP < 1 && sum >= wanted)
            {
                return i + 1;
            }
        }

        return weights.Length;
    }

    private static double Probability(ReadOnlySpan<float> logits, int chosen)
    {
        double largest = Largest(logits), sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return Math.Exp(logits[chosen] - largest) / sum;
    }

    private static float Largest(ReadOnlySpan<float> logits)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        return largest;
    }
}
