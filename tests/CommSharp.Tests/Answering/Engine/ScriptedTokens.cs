using CommSharp.Generation;
using CommSharp.Text;

namespace CommSharp.Tests.Answering.Engine;

/// <summary>Lets a model say only what a test wants, token by token.</summary>
/// <param name="next">Gives the next token.</param>
internal sealed class ScriptedTokens(Func<int> next) : ITokenConstraint
{
    private IReadOnlyList<int>? _allowed;

    public IReadOnlyList<int>? Allowed => _allowed ??= [next()];

    /// <summary>A text, and the end.</summary>
    public static ScriptedTokens Of(LlamaTokenizer tokenizer, string text)
    {
        var tokens = new Queue<int>(tokenizer.Encode(text, new EncodeOptions { AddBegin = false }));
        return new ScriptedTokens(() => tokens.TryDequeue(out int token) ? token : tokenizer.EndId);
    }

    public void Advance(int token) => _allowed = null;
}
