namespace CommSharp.Grounding;

/// <summary>Finds the short answer in a sentence, as Shikra's own checks do. Null when there is none, or more than one.</summary>
public static class ShortAnswer
{
    private static readonly string[] Introductions = ["The answer is ", "the answer is ", "Answer: "];

    /// <summary>For VQA, GQA and POPE: what follows "The answer is " or "Answer: " on its line, without stops at the end.</summary>
    public static string? Read(string text)
    {
        string? found = null;
        foreach (string line in text.Split('\n'))
        {
            if (AfterIntroduction(line) is { Length: > 0 } rest)
            {
                if (found is not null)
                {
                    return null;
                }

                found = rest.Trim().TrimEnd('.').Trim();
            }
        }

        return found;
    }

    /// <summary>For questions about points: what stands between "The answer is " and the first full stop, so "3.5" is 3.</summary>
    public static string? ReadToStop(string text)
    {
        string introduction = Introductions[0];
        string? found = null;
        foreach (string line in text.Split('\n'))
        {
            int start = line.IndexOf(introduction, StringComparison.Ordinal);
            while (start >= 0 && line.IndexOf('.', start) is >= 0 and var stop)
            {
                if (found is not null)
                {
                    return null;
                }

                found = line[(start + introduction.Length)..stop].Trim();
                start = line.IndexOf(introduction, stop, StringComparison.Ordinal);
            }
        }

        return found;
    }

    private static string? AfterIntroduction(string line) => Introductions
        .Select(introduction => (Start: line.IndexOf(introduction, StringComparison.Ordinal), introduction.Length))
        .Where(place => place.Start >= 0)
        .OrderBy(place => place.Start)
        .Select(place => line[(place.Start + place.Length)..])
        .FirstOrDefault();
}
