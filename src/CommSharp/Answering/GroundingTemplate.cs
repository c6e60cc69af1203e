namespace CommSharp.Answering;

/// <summary>The question that asks where a phrase is; to be put with <see cref="BoxGuidance.Only"/>.</summary>
public sealed record GroundingTemplate
{
    /// <summary>What stands for the phrase.</summary>
    public const string Expression = "<expr>";

    /// <summary>Makes a template.</summary>
    /// <param name="text">The question, with <see cref="Expression"/> in the phrase's place.</param>
    /// <exception cref="CommSharpException">The phrase has no place in it.</exception>
    public GroundingTemplate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text.Contains(Expression, StringComparison.Ordinal)
            ? text
            : throw new CommSharpException($"The template \"{text}\" has no place for a phrase; write {Expression} where it belongs.");
    }

    /// <summary>One of Shikra's questions.</summary>
    public static GroundingTemplate Default { get; } = new($"Where is {Expression} in the picture? Answer with its coordinates.");

    /// <summary>The question, with <see cref="Expression"/> in the phrase's place.</summary>
    public string Text { get; }

    /// <summary>The question about a phrase.</summary>
    public string Write(string phrase) => Text.Replace(Expression, phrase, StringComparison.Ordinal);
}
