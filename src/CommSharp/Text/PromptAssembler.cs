using CommSharp.Checkpoints;

namespace CommSharp.Text;

/// <summary>Writes conversations as a model reads them, for asking and for training alike.</summary>
public sealed class PromptAssembler
{
    private readonly LlamaTokenizer _tokenizer;
    private readonly PromptTemplate _template;
    private readonly int _imageTokens;
    private readonly int? _begin;
    private readonly int _placeholder;
    private readonly int? _end;

    /// <summary>Makes an assembler.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The model's way to write conversations.</param>
    /// <param name="imageTokens">How many tokens a picture takes; 1 for models that take one and widen it themselves.</param>
    /// <param name="placeholder">The id that stands for a picture's token; the one of its name in the vocabulary when null.</param>
    /// <exception cref="CommSharpException">The tokenizer does not know a token that the template names.</exception>
    public PromptAssembler(LlamaTokenizer tokenizer, PromptTemplate template, int imageTokens, int? placeholder = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageTokens, 1);
        _tokenizer = tokenizer;
        _template = template;
        _imageTokens = imageTokens;
        _begin = template.Image.Begin is { } begin ? IdOf(tokenizer, begin) : null;
        _placeholder = placeholder ?? IdOf(tokenizer, template.Image.Token);
        _end = template.Image.End is { } end ? IdOf(tokenizer, end) : null;
    }

    /// <summary>
    /// Writes a conversation. If its last turn is the user's, the text ends where the answer starts; else with the end of the last answer.
    /// </summary>
    /// <exception cref="CommSharpException">There is nothing in it that the model could read.</exception>
    public AssembledPrompt Assemble(Conversation conversation)
    {
        var draft = new PromptDraft(_tokenizer, _template.Image);
        string system = conversation.System ?? _template.System;
        draft.Write(system.Length > 0 ? system + _template.SystemEnd : "");
        foreach (Turn turn in conversation.Turns)
        {
            if (turn.Role == TurnRole.User)
            {
                draft.Write(_template.Question);
                WriteQuestion(draft, turn);
                draft.Write(_template.QuestionEnd);
                draft.Write(_template.Answer);
            }
            else
            {
                draft.BeginAnswer();
                draft.Write(_template.AnswerStart + string.Concat(turn.Parts.OfType<TextPart>().Select(part => part.Text)));
                WriteAnswerEnd(draft);
                draft.EndAnswer();
            }
        }

        return draft.Complete();
    }

    /// <summary>
    /// How many characters of a conversation are cut into tokens, the template's around each turn among them and pictures' not; known before the work is done.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    internal long CharactersOf(Conversation conversation)
    {
        long system = conversation.System?.Length ?? LeastOf(_template.System);
        long question = LeastOf(_template.Question) + LeastOf(_template.QuestionEnd) + LeastOf(_template.Answer);
        long answer = LeastOf(_template.AnswerStart) + LeastOf(_template.AnswerEnd);
        return (system > 0 ? system + LeastOf(_template.SystemEnd) : 0)
            + conversation.Turns.Sum(turn => (turn.Role == TurnRole.User ? question : answer) + CharactersOf(turn));
    }

    private long CharactersOf(Turn turn) => IsTrimmed(turn) ? Words(turn).Length : turn.Parts.OfType<TextPart>().Sum(part => (long)part.Text.Length);

    /// <summary>What is left at least of a text of the template: white space goes where a picture stands next to it.</summary>
    private int LeastOf(string text) => _template.Image.TrimsBlanks ? text.AsSpan().Trim().Length : text.Length;

    private static string Words(Turn turn) => string.Concat(turn.Parts.OfType<TextPart>().Select(part => part.Text)).Trim();

    /// <summary>Whether pictures stand before a question's words, which are joined without them.</summary>
    private bool IsTrimmed(Turn turn) => turn.Role == TurnRole.User && _template.Image.Place != ImagePlace.Inline && turn.ImageCount > 0;

    private static int IdOf(LlamaTokenizer tokenizer, string token) => tokenizer.Find(token)
        ?? throw new CommSharpException(
            $"The prompt template names the token {Printable.Name(token)}, which the tokenizer does not have; "
            + "copy the added_tokens.json that belongs to the model.");

    private void WriteQuestion(PromptDraft draft, Turn turn)
    {
        if (!IsTrimmed(turn))
        {
            foreach (TurnPart part in turn.Parts)
            {
                WritePart(draft, part);
            }

            return;
        }

        string text = Words(turn);
        for (int left = turn.ImageCount - 1; left >= 0; left--)
        {
            WriteImage(draft);
            draft.Write(left > 0 || text.Length > 0 ? "\n" : "");
        }

        draft.Write(text);
    }

    private void WritePart(PromptDraft draft, TurnPart part)
    {
        if (part is TextPart text)
        {
            draft.Write(text.Text);
        }
        else
        {
            WriteImage(draft);
        }
    }

    private void WriteImage(PromptDraft draft)
    {
        ImageLayout layout = _template.Image;
        List<(int Id, string Text)> tokens = [.. Enumerable.Repeat((_placeholder, layout.Token), _imageTokens)];
        if (_begin is { } begin)
        {
            tokens.Insert(0, (begin, layout.Begin!));
        }

        if (_end is { } end)
        {
            tokens.Add((end, layout.End!));
        }

        draft.WriteImage(tokens);
    }

    private void WriteAnswerEnd(PromptDraft draft)
    {
        if (_template.EndToken(_tokenizer) is { } end)
        {
            draft.WriteToken(end.Id, end.Content);
        }
        else
        {
            draft.Write(_template.AnswerEnd);
        }
    }
}
