using System.Text;

namespace CommSharp.Text;

/// <summary>A prompt in the making. Text is encoded only where a token ends it, because pieces reach across the borders of turns.</summary>
internal sealed class PromptDraft
{
    private readonly LlamaTokenizer _tokenizer;
    private readonly ImageLayout _layout;
    private readonly StringBuilder _text = new();
    private readonly List<PromptToken> _tokens = [];
    private readonly List<TextSpan> _answers = [];
    private int _encoded;
    private bool _opens = true;
    private bool _afterImage;
    private int? _answer;

    public PromptDraft(LlamaTokenizer tokenizer, ImageLayout layout)
    {
        _tokenizer = tokenizer;
        _layout = layout;
    }

    public void Write(string text) => _text.Append(text);

    public void BeginAnswer() => _answer = _text.Length;

    public void EndAnswer()
    {
        _answers.Add(new TextSpan(_answer!.Value, _text.Length));
        _answer = null;
    }

    public void WriteToken(int id, string text)
    {
        EncodeText(beforeImage: false);
        Append(id, text, isImage: false);
        (_opens, _afterImage) = (false, false);
    }

    public void WriteImage(IEnumerable<(int Id, string Text)> tokens)
    {
        EncodeText(beforeImage: true);
        foreach ((int id, string text) in tokens)
        {
            Append(id, text, isImage: true);
        }

        (_opens, _afterImage) = (_layout.StartsText, true);
    }

    public AssembledPrompt Complete()
    {
        EncodeText(beforeImage: false);
        PromptToken[] begin = _tokenizer.AddsBegin ? [new PromptToken(_tokenizer.BeginId, 0, 0, IsImage: false, HasLoss: false)] : [];
        return new AssembledPrompt(_text.ToString(), [.. begin, .. MarkAnswers()], _answers);
    }

    private void Append(int id, string text, bool isImage)
    {
        int start = _text.Length;
        _text.Append(text);
        _tokens.Add(new PromptToken(id, start, _text.Length, isImage, HasLoss: false));
        _encoded = _text.Length;
    }

    private void EncodeText(bool beforeImage)
    {
        string run = _text.ToString(_encoded, _text.Length - _encoded);
        int offset = _encoded;
        if (_layout.TrimsBlanks && _afterImage)
        {
            offset += run.Length - run.TrimStart().Length;
            run = run.TrimStart();
        }

        run = _layout.TrimsBlanks && beforeImage ? run.TrimEnd() : run;
        var tokens = new List<TextToken>();
        _tokenizer.EncodePlain(run, _opens, offset, tokens);
        _tokens.AddRange(tokens.Select(token => new PromptToken(token.Id, token.Start, token.End, IsImage: false, HasLoss: false)));
        _encoded = _text.Length;
    }

    /// <summary>A token has loss if it starts in an answer; both are in the order of the text.</summary>
    private List<PromptToken> MarkAnswers()
    {
        int next = 0;
        var marked = new List<PromptToken>(_tokens.Count);
        foreach (PromptToken token in _tokens)
        {
            while (next < _answers.Count && token.Start >= _answers[next].End)
            {
                next++;
            }

            marked.Add(token with { HasLoss = next < _answers.Count && token.Start >= _answers[next].Start });
        }

        return marked;
    }
}
