using CommSharp.Generation;
using CsCheck;

namespace CommSharp.Tests.Generation;

public sealed class StopMatcherTests
{
    private static readonly Gen<string> Texts = Gen.Char["abc"].Array[0, 30].Select(letters => new string(letters));
    private static readonly Gen<string> Stops = Gen.Char["abc"].Array[1, 4].Select(letters => new string(letters));

    [Fact]
    public void However_a_text_is_cut_what_is_shown_ends_before_the_first_stop() =>
        Gen.Select(Texts.Array[1, 8], Stops.Array[0, 3]).Sample((pieces, stops) =>
        {
            var matcher = new StopMatcher(stops);
            string shown = string.Concat(pieces.Select(matcher.Push)) + matcher.Flush();
            return shown == UpToFirstStop(string.Concat(pieces), stops);
        });

    [Fact]
    public void What_cannot_become_a_stop_is_shown_at_once()
    {
        var matcher = new StopMatcher(["USER:"]);
        Assert.Equal("a cup ", matcher.Push("a cup US"));
        Assert.Equal("USA", matcher.Push("A"));
        Assert.False(matcher.Stopped);
        Assert.Equal(" ", matcher.Push(" USER"));
        Assert.Equal("", matcher.Push(": more"));
        Assert.True(matcher.Stopped);
        Assert.Equal("", matcher.Push("nothing follows") + matcher.Flush());
    }

    /// <summary>The stop that is complete first ends the text; while one is incomplete its beginning is held back.</summary>
    private static string UpToFirstStop(string text, string[] stops)
    {
        int cut = text.Length, end = int.MaxValue;
        foreach (string stop in stops)
        {
            int start = text.IndexOf(stop, StringComparison.Ordinal);
            if (start >= 0 && start < cut)
            {
                (cut, end) = (start, start + stop.Length);
            }
        }

        return end == int.MaxValue ? text : text[..cut];
    }
}
