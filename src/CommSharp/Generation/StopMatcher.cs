using System.Text;

namespace CommSharp.Generation;

/// <summary>
/// Watches a text that comes in pieces for the texts that end it. What could still become the beginning of one is held back, so that nothing is
/// shown that has to be taken back. The stop that is complete first ends the text, and of those that end together the longest, so that it does
/// not matter how the text is cut.
/// </summary>
/// <param name="stops">The texts that end an answer; none of them empty.</param>
public sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    /// <summary>Whether one of the texts has come.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">Any text, also an empty one.</param>
    /// <returns>What may be shown now.</returns>
    public string Push(string piece)
    {
        if (Stopped)
        {
            return "";
        }

        string text = _held.Append(piece).ToString();
        _held.Clear();
        (int At, int Length)[] found = [.. stops.Select(stop => (text.IndexOf(stop, StringComparison.Ordinal), stop.Length)).Where(match => match.Item1 >= 0)];
        if (found.Length > 0)
        {
            Stopped = true;
            return text[..found.OrderBy(match => match.At + match.Length).ThenBy(match => match.At).First().At];
        }

        int kept = stops.Select(stop => LongestOverlap(text, stop)).DefaultIfEmpty(0).Max();
        _held.Append(text, text.Length - kept, kept);
        return text[..^kept];
    }

    /// <summary>Gives what was held back, when no more will come.</summary>
    public string Flush()
    {
        string rest = Stopped ? "" : _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>The length of the longest ending of the text with which the stop begins, but which is not the whole stop.</summary>
    private static int LongestOverlap(string text, string stop)
    {
        int length = Math.Min(text.Length, stop.Length - 1);
        while (length > 0 && !text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
        {
            length--;
        }

        return length;
    }
}
