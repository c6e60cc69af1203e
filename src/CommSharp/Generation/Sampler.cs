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
        Candidate[] candidates = allowed is null
            ? [.. scores.Select((score, id) => new Candidate(id, score))]
            : [.. allowed.Select(id => new Candidate(id, scores[id]))];
        int chosen = _options.Temperature == 0 ? Best(candidates) : Draw(candidates);
        return new SampledToken(chosen, Probability(logits, chosen));
    }

    private static void RequireNumbers(ReadOnlySpan<float> logits)
    {
        foreach (float logit in logits)
        {
            if (float.IsNaN(logit) || float.IsPositiveInfinity(logit))
            {
                throw new CommSharpException(
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

    private static int Best(Candidate[] candidates)
    {
        Candidate best = candidates[0];
        foreach (Candidate candidate in candidates)
        {
            best = candidate.Score > best.Score ? candidate : best;
        }

        return best.Id;
    }

    private int Draw(Candidate[] candidates)
    {
        // Equal scores keep the order of ids, so that a seed gives one answer everywhere.
        Array.Sort(candidates, (left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Id.CompareTo(right.Id));
        int count = _options.TopK > 0 ? Math.Min(_options.TopK, candidates.Length) : candidates.Length;
        double[] weights = [.. candidates.Take(count).Select(candidate => Math.Exp((candidate.Score - candidates[0].Score) / _options.Temperature))];
        count = Nucleus(weights);

        double threshold = _random.NextDouble() * weights.Take(count).Sum(), sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += weights[i];
            if (sum > threshold)
            {
                return candidates[i].Id;
            }
        }

        return candidates[count - 1].Id;
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

    private readonly record struct Candidate(int Id, float Score);
}
