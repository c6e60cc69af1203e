using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Evaluation.Tests.Metrics.Captions;

public sealed class PtbTokenizerTests
{
    [Theory]
    [InlineData("y'all's cups aren't O'Neil's", "y'|all|'s|cups|are|n't|o'neil|'s")]
    [InlineData("a so\u00ADft word and \u00AD", "a|soft|word|and|-")]
    [InlineData("the vitamin C. The end", "the|vitamin|c|.|the|end")]
    [InlineData("made by Acme Inc. in May", "made|by|acme|inc.|in|may")]
    [InlineData("Acme Inc. The end", "acme|inc.|.|the|end")]
    [InlineData("1\u20443 or \u2153 of -5 and +4.5", "1\u20443|or|1/3|of|-5|and|+4.5")]
    [InlineData("ab.... b ----- c ---", "ab|...|.|b|-----|c|--")]
    [InlineData("\ud83d\ude00 smile \u00AB here \u00BB", "smile|``|here|''")]
    [InlineData("tabs\tand\rreturns\u2028and\u00A0more", "tabs|and|returns|and|more")]
    [InlineData("", "")]
    public void Rules_that_no_fixture_shows_hold(string caption, string tokens) => Assert.Equal(tokens, string.Join('|', PtbTokenizer.Tokens(caption)));

    [Fact]
    public void A_text_that_is_no_caption_is_refused()
    {
        string longest = new('<', PtbTokenizer.LongestCaption);
        Assert.NotEmpty(PtbTokenizer.Tokens(longest));
        Assert.Contains("20001 characters", Assert.Throws<CommSharpException>(() => PtbTokenizer.Tokens(longest + "<")).Message, StringComparison.Ordinal);
    }
}
