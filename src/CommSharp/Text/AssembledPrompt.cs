namespace CommSharp.Text;

/// <summary>A range of characters.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The one after the last.</param>
public readonly record struct TextSpan(int Start, int End);

/// <summary>A token of a prompt.</summary>
/// <param name="Id">Its id; for a picture's token the id that stands for it.</param>
/// <param name="Start">The first character of the text that it stands for.</param>
/// <param name="End">The character after the last.</param>
/// <param name="IsImage">Whether it belongs to a picture: one of its tokens, or the mark before or after.</param>
/// <param name="HasLoss">Whether training asks the model to say it.</param>
public readonly record struct PromptToken(int Id, int Start, int End, bool IsImage, bool HasLoss);

/// <summary>A conversation as the model reads it.</summary>
/// <param name="Text">The text, pictures' tokens written out.</param>
/// <param name="Tokens">The tokens of the text, after the begin mark.</param>
/// <param name="Answers">The characters that training asks for: each answer with what starts and ends it.</param>
public sealed record AssembledPrompt(string Text, IReadOnlyList<PromptToken> Tokens, IReadOnlyList<TextSpan> Answers)
{
    /// <summary>The label of a token without loss.</summary>
    public const int IgnoredLabel = -100;

    /// <summary>The ids.</summary>
    public IReadOnlyList<int> Ids => [.. Tokens.Select(token => token.Id)];

    /// <summary>For each token its id if it has loss, else <see cref="IgnoredLabel"/>.</summary>
    public IReadOnlyList<int> Labels => [.. Tokens.Select(token => token.HasLoss ? token.Id : IgnoredLabel)];

    /// <summary>The number of tokens that belong to pictures.</summary>
    public int ImageTokenCount => Tokens.Count(token => token.IsImage);

    /// <summary>For training: shortened from the end, where needed, without ever losing a token of a picture. The text stays as it was.</summary>
    /// <param name="limit">The most tokens.</param>
    /// <exception cref="CommSharpException">The pictures alone are longer.</exception>
    public AssembledPrompt Truncate(int limit)
    {
        int drop = Tokens.Count - limit;
        if (drop <= 0)
        {
            return this;
        }

        var kept = new List<PromptToken>(limit);
        foreach (PromptToken token in Tokens.Reverse())
        {
            if (drop > 0 && !token.IsImage)
            {
                drop--;
            }
            else
            {
                kept.Add(token);
            }
        }

        kept.Reverse();
        return drop == 0
            ? this with { Tokens = kept }
            : throw new CommSharpException(
                $"The images of the sample take {ImageTokenCount} tokens, but only {limit} are allowed; raise the limit or show fewer images.");
    }

    /// <summary>For an answer: refuses a prompt that leaves no room for one.</summary>
    /// <param name="contextLength">How many tokens the model can take.</param>
    /// <exception cref="CommSharpException">The prompt fills the context.</exception>
    public AssembledPrompt Within(int contextLength) => Tokens.Count < contextLength
        ? this
        : throw new PromptTooLongException(
            $"The prompt has {Tokens.Count} tokens ({ImageTokenCount} of them for images), but the model's context of {contextLength} "
            + "must also hold the answer; shorten the conversation or show fewer images.");
}
