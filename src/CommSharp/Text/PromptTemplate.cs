using CommSharp.Configuration;

namespace CommSharp.Text;

/// <summary>Where a picture stands in a turn.</summary>
public enum ImagePlace
{
    /// <summary>Where the user put it.</summary>
    Inline,

    /// <summary>On a line of its own before the trimmed text of its turn, wherever it stood (LLaVA).</summary>
    FirstLine,
}

/// <summary>How a picture is written in a prompt: begin, its tokens, end, without blanks between.</summary>
public sealed record ImageLayout
{
    /// <summary>Where it stands.</summary>
    public ImagePlace Place { get; init; } = ImagePlace.Inline;

    /// <summary>The token before a picture, if there is one.</summary>
    public string? Begin { get; init; }

    /// <summary>The token that stands for one visual token.</summary>
    public string Token { get; init; } = "<image>";

    /// <summary>The token after a picture, if there is one.</summary>
    public string? End { get; init; }

    /// <summary>
    /// Whether white space of the text next to a picture goes before it becomes tokens. The transformers of April 2023, with which Shikra was
    /// trained, did so; the text itself keeps it.
    /// </summary>
    public bool TrimsBlanks { get; init; }

    /// <summary>
    /// Whether the text after a picture is encoded as if a text started there. LLaVA does so. It only matters for tokenizers that are not
    /// <see cref="LlamaTokenizer.Legacy"/>; those that are do so always.
    /// </summary>
    public bool StartsText { get; init; }
}

/// <summary>
/// How a conversation is written: the system sentence, then question, answer, question and so on, each between fixed words. Only the
/// <see cref="AnswerEnd"/> may name a token.
/// </summary>
public sealed record PromptTemplate
{
    /// <summary>What stands before the first turn; by default Vicuna 1.1's.</summary>
    public string System { get; init; } = "A chat between a curious user and an artificial intelligence assistant. "
        + "The assistant gives helpful, detailed, and polite answers to the user's questions.";

    /// <summary>What follows a system sentence that is not empty.</summary>
    public string SystemEnd { get; init; } = " ";

    /// <summary>What stands before a question.</summary>
    public string Question { get; init; } = "USER: ";

    /// <summary>What follows a question.</summary>
    public string QuestionEnd { get; init; } = " ";

    /// <summary>What stands before an answer, and at the end of a prompt that waits for one.</summary>
    public string Answer { get; init; } = "ASSISTANT:";

    /// <summary>What the model itself says first, such as the blank of its first word. Training counts it as part of the answer.</summary>
    public string AnswerStart { get; init; } = " ";

    /// <summary>
    /// What ends an answer: a token if the tokenizer has an added or special one of this name, else text. Training counts it as part of the answer.
    /// </summary>
    public string AnswerEnd { get; init; } = "</s>";

    /// <summary>How pictures are written.</summary>
    public ImageLayout Image { get; init; } = new();

    /// <summary>Refuses pictures without a name. Everything else may be empty, the end of an answer too.</summary>
    internal void Validate(MemberCheck check)
    {
        MemberCheck image = check.In("image");
        image.That(Image.Token.Length > 0, "token", "empty", "a token's name");
        image.That(Image.Begin is null or { Length: > 0 }, "begin", "empty", "a token's name, or left out");
        image.That(Image.End is null or { Length: > 0 }, "end", "empty", "a token's name, or left out");
    }

    /// <summary>Vicuna 1.1's, which Shikra, COMM and LLaVA-1.5 share but for the <see cref="Image"/>.</summary>
    public static PromptTemplate Vicuna { get; } = new();

    /// <summary>A picture and its caption on one line and nothing else: LLaVA's first stage of training.</summary>
    public static PromptTemplate Caption { get; } = new()
    {
        System = "",
        SystemEnd = "",
        Question = "",
        QuestionEnd = "",
        Answer = "",
        AnswerStart = "",
        AnswerEnd = "\n",
    };

    /// <summary>The token that ends an answer; null when text does.</summary>
    internal AddedToken? EndToken(LlamaTokenizer tokenizer) => tokenizer.Added.FirstOrDefault(token => token.Content == AnswerEnd);
}
