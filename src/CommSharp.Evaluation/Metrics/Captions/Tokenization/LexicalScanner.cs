namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>
/// Cuts a text into tokens as a generated scanner does: of all rules that match, the one whose match with what must follow reaches furthest is
/// taken, and of several such the first.
/// </summary>
internal sealed class LexicalScanner
{
    private readonly IReadOnlyList<LexicalRule> _rules;
    private readonly LexicalAutomaton _all;
    private readonly (LexicalAutomaton Pattern, LexicalAutomaton Before)?[] _parts; // of rules whose match must be parted from what follows

    /// <summary>Makes a scanner of rules.</summary>
    public LexicalScanner(IReadOnlyList<LexicalRule> rules)
    {
        _rules = rules;
        _all = new LexicalAutomaton([.. rules.Select(rule => rule.Before is { } before ? rule.Pattern + before : rule.Pattern)]);
        _parts = [.. rules.Select(Parts)];
    }

    /// <summary>The tokens of a text. What no rule matches is passed over.</summary>
    public List<string> Scan(string text)
    {
        var tokens = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            (int rule, int reached) = _all.Longest(text.AsSpan(start));
            if (rule < 0)
            {
                start++;
                continue;
            }

            int length = LengthOf(rule, text.AsSpan(start, reached));
            _rules[rule].Apply(text.Substring(start, length), tokens);
            start += length;
        }

        return tokens;
    }

    private static (LexicalAutomaton, LexicalAutomaton)? Parts(LexicalRule rule) =>
        rule.Before is { FixedLength: null } before ? (new LexicalAutomaton([rule.Pattern]), new LexicalAutomaton([before])) : null;

    /// <summary>How much of a match is the token: as much as leaves something that may follow.</summary>
    private int LengthOf(int rule, ReadOnlySpan<char> match)
    {
        if (_parts[rule] is not { } parts)
        {
            return match.Length - (_rules[rule].Before?.FixedLength ?? 0);
        }

        for (int length = match.Length - 1; length > 1; length--)
        {
            if (parts.Pattern.MatchesWhole(match[..length]) && parts.Before.MatchesWhole(match[length..]))
            {
                return length;
            }
        }

        return 1;
    }
}
