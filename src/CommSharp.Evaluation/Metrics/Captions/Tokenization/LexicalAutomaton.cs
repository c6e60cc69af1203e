namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>
/// Finds which pattern matches furthest, in one pass over the characters. Its deterministic states are made when a text first needs them, and stay;
/// several threads may use it at once.
/// </summary>
internal sealed class LexicalAutomaton
{
    private readonly LexicalStates _states = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Lock _growth = new();
    private readonly ushort[] _classOf;
    private readonly IReadOnlyList<char> _samples;
    private readonly Node _start;

    /// <summary>Makes an automaton.</summary>
    /// <param name="patterns">The patterns; of two that match equally far, the earlier one wins.</param>
    public LexicalAutomaton(IReadOnlyList<LexicalPattern> patterns)
    {
        int start = _states.Add();
        for (int i = 0; i < patterns.Count; i++)
        {
            int first = _states.Add();
            _states.Connect(start, first);
            int end = _states.Add();
            _states.Connect(patterns[i].AddTo(_states, first), end);
            _states.Accept(end, i);
        }

        (_classOf, _samples) = _states.Classify();
        _start = NodeOf(_states.Closed([start]));
    }

    /// <summary>The furthest match at the start of a text.</summary>
    /// <returns>The pattern, -1 for none, and the match's length.</returns>
    public (int Pattern, int Length) Longest(ReadOnlySpan<char> text)
    {
        (int pattern, int length) = (-1, 0);
        Node node = _start;
        for (int i = 0; i < text.Length; i++)
        {
            node = Next(node, text[i]);
            if (node.IsDead)
            {
                break;
            }

            if (node.Pattern >= 0)
            {
                (pattern, length) = (node.Pattern, i + 1);
            }
        }

        return (pattern, length);
    }

    /// <summary>Whether a pattern matches a whole text.</summary>
    public bool MatchesWhole(ReadOnlySpan<char> text)
    {
        Node node = _start;
        foreach (char c in text)
        {
            node = Next(node, c);
            if (node.IsDead)
            {
                return false;
            }
        }

        return node.Pattern >= 0;
    }

    private Node Next(Node node, char c)
    {
        int of = _classOf[c];
        return Volatile.Read(ref node.Next[of]) ?? Grow(node, of);
    }

    private Node Grow(Node node, int of)
    {
        lock (_growth)
        {
            Node next = NodeOf(_states.Closed(_states.Stepped(node.States, _samples[of])));
            Volatile.Write(ref node.Next[of], next);
            return next;
        }
    }

    private Node NodeOf(int[] states)
    {
        string key = string.Join(',', states);
        if (!_nodes.TryGetValue(key, out Node? node))
        {
            node = new Node(states, _states.RuleOf(states), _samples.Count);
            _nodes.Add(key, node);
        }

        return node;
    }

    private sealed class Node(int[] states, int pattern, int classes)
    {
        public int[] States => states;

        public int Pattern => pattern;

        public Node?[] Next { get; } = new Node?[classes];

        public bool IsDead { get; } = states.Length == 0;
    }
}
