namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>A nondeterministic automaton in the making, and the classes of characters that it cannot tell apart.</summary>
internal sealed class LexicalStates
{
    private readonly List<List<(int Set, int Target)>> _steps = [];
    private readonly List<List<int>> _free = [];
    private readonly List<Func<char, bool>> _sets = [];
    private readonly Dictionary<Func<char, bool>, int> _setNumbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, int> _rules = [];

    /// <summary>Adds a state.</summary>
    public int Add()
    {
        _steps.Add([]);
        _free.Add([]);
        return _steps.Count - 1;
    }

    /// <summary>Leads from a state to another on every character of a set.</summary>
    public void Connect(int from, Func<char, bool> belongs, int to)
    {
        if (!_setNumbers.TryGetValue(belongs, out int set))
        {
            set = _sets.Count;
            _sets.Add(belongs);
            _setNumbers.Add(belongs, set);
        }

        _steps[from].Add((set, to));
    }

    /// <summary>Leads from a state to another without a character.</summary>
    public void Connect(int from, int to) => _free[from].Add(to);

    /// <summary>Says that a rule's match ends in a state.</summary>
    public void Accept(int state, int rule) => _rules.Add(state, rule);

    /// <summary>The first rule that ends in one of these states; -1 for none.</summary>
    public int RuleOf(IEnumerable<int> states) =>
        states.Select(state => _rules.GetValueOrDefault(state, -1)).Where(rule => rule >= 0).DefaultIfEmpty(-1).Min();

    /// <summary>Finds the classes: two characters are of one class when they belong to the same sets.</summary>
    /// <returns>For each character its class, and for each class one of its characters.</returns>
    public (ushort[] ClassOf, IReadOnlyList<char> Samples) Classify()
    {
        ushort[] classOf = new ushort[char.MaxValue + 1];
        var samples = new List<char> { '\0' };
        foreach (Func<char, bool> belongs in _sets)
        {
            int[] refined = new int[samples.Count * 2]; // the new class, plus 1, of an old class's characters within and without the set
            samples.Clear();
            for (int c = 0; c <= char.MaxValue; c++)
            {
                ref int found = ref refined[(classOf[c] * 2) + (belongs((char)c) ? 1 : 0)];
                if (found == 0)
                {
                    samples.Add((char)c);
                    found = samples.Count;
                }

                classOf[c] = (ushort)(found - 1);
            }
        }

        return (classOf, samples);
    }

    /// <summary>All states that are reached from these without a character, in order.</summary>
    public int[] Closed(IEnumerable<int> states)
    {
        var all = new SortedSet<int>();
        var next = new Stack<int>(states);
        while (next.TryPop(out int state))
        {
            if (all.Add(state))
            {
                foreach (int target in _free[state])
                {
                    next.Push(target);
                }
            }
        }

        return [.. all];
    }

    /// <summary>The states that are reached from these with one character.</summary>
    public IEnumerable<int> Stepped(IEnumerable<int> states, char c) =>
        states.SelectMany(state => _steps[state]).Where(step => _sets[step.Set](c)).Select(step => step.Target);
}
