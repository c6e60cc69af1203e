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

    [Fact]
    public void The_stop_that_is_complete_first_ends_the_text_however_it_is_cut()
    {
        string[] stops = ["abcd", "bc"];
        var whole = new StopMatcher(stops);
        var cut = new StopMatcher(stops);
        Assert.Equal("xa", whole.Push("xabcd"));
        Assert.Equal("xa", string.Concat("xabcd".Select(letter => cut.Push(letter.ToString()))));
    }

    /// <summary>Letter by letter: where a stop has just been completed, the longest such one is cut off.</summary>
    private static string UpToFirstStop(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            string[] complete = [.. stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal))];
            if (complete.Length > 0)
            {
                return text[..(end - complete.Max(stop => stop.Length))];
            }
        }

        return text;
    }
}
