namespace CommSharp.Cli.Usage;

/// <summary>Finds the word that a person most likely meant.</summary>
internal static class NearestWord
{
    /// <summary>The known word that is nearest to a misspelt one; null when none is near. Case and leading dashes do not count.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What could have been written; of two that are as near, the first wins.</param>
    public static string? Find(string word, IEnumerable<string> known)
    {
        string plain = Plain(word);
        int most = Math.Max(1, plain.Length / 3);    // a third of the letters may be wrong
        return known.Select(each => (Word: each, Distance: Distance(plain, Plain(each))))
            .Where(each => each.Distance <= most)
            .OrderBy(each => each.Distance)
            .Select(each => each.Word)
            .FirstOrDefault();
    }

    private static string Plain(string word) => word.TrimStart('-').ToLowerInvariant();

    /// <summary>Letters to insert, drop, replace, or exchange with their neighbour; a beginning of at least three letters is as near as one slip.</summary>
    private static int Distance(string from, string to)
    {
        int[,] steps = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0 ? i + j : Step(i, j);
            }
        }

        bool begins = from.Length >= 3 && to.StartsWith(from, StringComparison.Ordinal);
        return begins ? Math.Min(1, steps[from.Length, to.Length]) : steps[from.Length, to.Length];

        int Step(int i, int j)
        {
            int replaced = steps[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            int least = Math.Min(replaced, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
            bool exchanged = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            return exchanged ? Math.Min(least, steps[i - 2, j - 2] + 1) : least;
        }
    }
}
