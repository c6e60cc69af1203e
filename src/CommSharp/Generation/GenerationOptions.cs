namespace CommSharp.Generation;

/// <summary>How an answer is generated.</summary>
public sealed record GenerationOptions
{
    /// <summary>The largest number of tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 512;

    /// <summary>0 takes the best-scored token every time; above, logits are divided by it and a token is drawn.</summary>
    public double Temperature { get; init; }

    /// <summary>Draws among this many best-scored tokens, and those that score as the last of them; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Draws among the fewest best-scored tokens whose probabilities reach this sum; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Above 1, tokens that occurred already (prompt included) score less: positive logits are divided by it, negative ones multiplied.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Decides what is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>Texts that end an answer; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Throws when a number is out of its range.</summary>
    /// <exception cref="CommSharpException">Names the option and its range.</exception>
    public void Validate()
    {
        Require(MaxTokens >= 1, "the number of tokens", MaxTokens, "at least 1");
        Require(Temperature is >= 0 and <= 100, "the temperature", Temperature, "within 0..100");
        Require(TopK >= 0, "top-k", TopK, "at least 0 (0 for all)");
        Require(TopP is > 0 and <= 1, "top-p", TopP, "above 0 and at most 1");
        Require(RepetitionPenalty is > 0 and <= 100, "the repetition penalty", RepetitionPenalty, "above 0 and at most 100");
        Require(Stop.All(text => text.Length > 0), "a stop text", "empty", "at least one character long");

        static void Require(bool holds, string what, object value, string range)
        {
            if (!holds)
            {
                throw new CommSharpException($"For generation, {what} is {value}, but must be {range}.");
            }
        }
    }
}

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>The model said that it is done.</summary>
    EndOfText,

    /// <summary>One of the texts that end an answer came.</summary>
    Stop,

    /// <summary>As many tokens as allowed, or as the context holds.</summary>
    Length,
}
