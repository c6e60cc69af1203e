using CommSharp.Grounding;
using CsCheck;

namespace CommSharp.Tests.Grounding;

public sealed class BoxGrammarTests
{
    private static readonly BoxGrammar Start = new(BoxFormat.Shikra);

    [Fact]
    public void Random_walks_end_in_ordered_boxes()
    {
        Gen<BoxFormat> formats = Gen.OneOfConst(BoxFormat.Shikra, BoxFormat.Llava);
        Gen.Select(Gen.Int[0, 1000].Array[400], formats, Gen.Int[1, 4], Gen.Bool).Sample((choices, format, most, high) =>
        {
            // Walks that favour the highest character reach the narrow places, where little room is left for the opposite edge.
            var grammar = new BoxGrammar(format, most);
            string text = "[";
            for (int step = 0; !grammar.IsComplete; step++)
            {
                IReadOnlyList<char> next = grammar.Next;
                Assert.NotEmpty(next);
                char character = high && choices[step] % 4 > 0 ? next.Max() : next[choices[step] % next.Count];
                text += character;
                grammar = grammar.After(character)!;
            }

            GroundedText grounded = GroundedText.Parse(text, format);
            Assert.Empty(grounded.Problems);
            IReadOnlyList<NormalizedBox> boxes = Assert.Single(grounded.Phrases).Boxes;
            Assert.InRange(boxes.Count, 1, most);
            Assert.Equal(text, format.Write(boxes));
        }, iter: 3000);
    }

    [Fact]
    public void Every_ordered_box_can_be_written()
    {
        Gen.Select(Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[1, 1000], Gen.Int[1, 1000]).Sample((x, y, width, height) =>
        {
            var box = new NormalizedBox(x / 1000.0, y / 1000.0, Math.Min(1000, x + width) / 1000.0, Math.Min(1000, y + height) / 1000.0);
            Assert.True(Start.After(BoxFormat.Shikra.Write(box).AsSpan(1))?.IsComplete);
        }, iter: 3000);
    }

    [Theory]
    [InlineData("", "0")]
    [InlineData("0.500,0.000,", "01")]
    [InlineData("0", ".")]
    [InlineData("0.", "0123456789")]
    [InlineData("0.12", "0123456789")]
    [InlineData("0.123", ",")]
    [InlineData("0.999,0.000,", "1")]
    [InlineData("0.998,0.000,0.99", "9")]
    [InlineData("0.500,0.000,0.", "56789")]
    [InlineData("0.500,0.000,0.50", "123456789")]
    [InlineData("0.500,0.000,1.", "0")]
    [InlineData("0.000,0.000,1.000,1.000", "]")]
    public void Only_what_can_still_become_a_box_is_legal(string written, string next) =>
        Assert.Equal(next, string.Concat((written.Length == 0 ? Start : Start.After(written)!).Next));

    [Theory]
    [InlineData("1.")]
    [InlineData("0.0000")]
    [InlineData(" 0")]
    [InlineData("٣")]
    [InlineData("")]
    [InlineData("0.500,0.000,0.500,1")]
    [InlineData("0.000,0.000,1.000,1.000;")]
    public void Other_texts_may_not_follow(string text) => Assert.Null(Start.After(text));

    [Fact]
    public void After_the_box_the_grammar_has_no_say()
    {
        BoxGrammar complete = Start.After("0.000,0.000,1.000,1.000] .")!;
        Assert.True(complete.IsComplete);
        Assert.Empty(complete.Next);
        Assert.NotNull(complete.After("</s>"));
    }

    [Fact]
    public void A_notation_that_it_does_not_know_is_refused() => Assert.Throws<ArgumentException>(() => new BoxGrammar(BoxFormat.QwenVl));
}
