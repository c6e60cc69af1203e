namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// A caption whose words and sequences of words are numbers. The numbers of each length of sequence are in rising order, so that two captions are
/// compared in one walk.
/// </summary>
internal sealed class NumberedCaption
{
    private readonly int[] _numbers; // of sequences of one word, then of two words, ...

    public NumberedCaption(int wordCount, int[] numbers, int[] pieces) => (WordCount, _numbers, Pieces) = (wordCount, numbers, pieces);

    /// <summary>How many words there are.</summary>
    public int WordCount { get; }

    /// <summary>The words in their order as ROUGE sees them: parted at blanks alone.</summary>
    public int[] Pieces { get; }

    /// <summary>The numbers of the sequences of so many words, in rising order, each as often as it occurs.</summary>
    /// <param name="words">1 to 4.</param>
    public ReadOnlySpan<int> Sequences(int words)
    {
        int start = 0;
        for (int shorter = 1; shorter < words; shorter++)
        {
            start += Count(WordCount, shorter);
        }

        return _numbers.AsSpan(start, Count(WordCount, words));
    }

    /// <summary>How many sequences of some length so many words have.</summary>
    public static int Count(int wordCount, int words) => Math.Max(0, wordCount - words + 1);
}

/// <summary>Gives each word, and each sequence of up to four words, a number. Equal sequences have the same number, and no others have.</summary>
internal sealed class NGramTable
{
    /// <summary>The most words of a sequence.</summary>
    public const int Longest = 4;

    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);

    // A sequence is one that is a word shorter, and a word: two numbers make a key without collisions.
    private readonly Dictionary<ulong, int>[] _sequences = [[], [], []];

    /// <summary>How many different sequences of so many words there are.</summary>
    public int Count(int words) => words == 1 ? _words.Count : _sequences[words - 2].Count;

    /// <summary>Numbers a caption.</summary>
    /// <param name="text">Its words, with white space between them.</param>
    public NumberedCaption Add(string text)
    {
        string[] parts = text.Split(' '), plain = [.. PythonText.Words(text)];
        int[] words = [.. plain.Select(WordNumber)];
        int[] pieces = parts.AsSpan().SequenceEqual(plain) ? words : [.. parts.Select(WordNumber)]; // of an empty text one empty word
        int[] numbers = new int[Enumerable.Range(1, Longest).Sum(length => NumberedCaption.Count(words.Length, length))];
        int[] heads = [.. words]; // the sequence that starts at each word
        for (int length = 1, start = 0; length <= Longest; length++)
        {
            int count = NumberedCaption.Count(words.Length, length);
            for (int i = 0; length > 1 && i < count; i++)
            {
                heads[i] = NumberOf(_sequences[length - 2], heads[i], words[i + length - 1]);
            }

            Span<int> target = numbers.AsSpan(start, count);
            heads.AsSpan(0, count).CopyTo(target);
            target.Sort();
            start += count;
        }

        return new NumberedCaption(words.Length, numbers, pieces);
    }

    private static int NumberOf(Dictionary<ulong, int> numbers, int head, int word)
    {
        ulong key = ((ulong)(uint)head << 32) | (uint)word;
        if (!numbers.TryGetValue(key, out int number))
        {
            number = numbers.Count;
            numbers.Add(key, number);
        }

        return number;
    }

    private int WordNumber(string word)
    {
        if (!_words.TryGetValue(word, out int number))
        {
            number = _words.Count;
            _words.Add(word, number);
        }

        return number;
    }
}
