using System.Diagnostics;
using CommSharp.Grounding;
using CsCheck;

namespace CommSharp.Tests.Grounding;

public sealed class GroundedTextTests
{
    [Fact]
    public void A_phrase_is_the_words_before_its_box()
    {
        GroundedText text = GroundedText.Parse(
            "A man[0.100,0.200,0.300,0.400] of 3.5 years, with two dogs [0.1,0.1,0.2,0.2;0.5,0.5,0.6,0.6] looks at it[0.500,0.250].\n"
            + "Answer:[0.000,0.000,1.000,1.000]",
            BoxFormat.Shikra);
        Assert.Equal(["A man", "with two dogs", "looks at it", ""], text.Phrases.Select(text.WordsOf));
        Assert.Equal([1, 2, 0, 1], text.Phrases.Select(phrase => phrase.Boxes.Count));
        Assert.Equal(new NormalizedPoint(0.5, 0.25), Assert.Single(text.Phrases[2].Points));
        Assert.Equal("[0.500,0.250]", text.Text[text.Phrases[2].Mark.Start..text.Phrases[2].Mark.End]);
        Assert.Empty(text.Problems);
    }

    [Theory]
    [InlineData("a [0.1,0.2,0.3", "The text ends in the middle of a box.")]
    [InlineData("a [0.1", "The text ends in the middle of a box.")]
    [InlineData("a [0.1,0.2,0.3]", "The numbers in brackets are neither boxes of four nor points of two in the expected form.")]
    [InlineData("a [0.1, 0.2, 0.3, 0.4]", "The numbers in brackets are neither boxes of four nor points of two in the expected form.")]
    [InlineData("a [0.1,0.2,0.3,0.4;0.1,0.2]", "The numbers in brackets are neither boxes of four nor points of two in the expected form.")]
    [InlineData("a [0.3,0.2,0.1,0.4]", "The box has no area, or its corners are reversed.")]
    [InlineData("a [0.1,0.2,1.1,0.4]", "The box lies outside of the picture.")]
    [InlineData("a [1.5,0.2]", "The point lies outside of the picture.")]
    public void What_is_no_box_is_reported_and_not_guessed(string answer, string message)
    {
        GroundedText text = GroundedText.Parse(answer, BoxFormat.Shikra);
        Assert.Empty(text.Phrases);
        BoxProblem problem = Assert.Single(text.Problems);
        Assert.Equal(message, problem.Message);
        Assert.Equal((2, answer.Length), (problem.Span.Start, problem.Span.End));
    }

    [Theory]
    [InlineData("a [0.1,0.2,0.3,0.4;0.5,0.6", 1, ";0.5,0.6")]
    [InlineData("a [0.1,0.2,0.3,0.4;0.5,0.6,0.7,0.8", 1, ";0.5,0.6,0.7,0.8")]
    [InlineData("a [0.1,0.2,0.3,0.4;0.5,0.6,0.7,0.8;", 2, ";")]
    [InlineData("a [0.1,0.2,0.3,0.4;0.", 1, ";0.")]
    public void Boxes_that_were_complete_before_the_text_was_cut_are_kept(string answer, int boxes, string rest)
    {
        GroundedText text = GroundedText.Parse(answer, BoxFormat.Shikra);
        GroundedPhrase phrase = Assert.Single(text.Phrases);
        Assert.Equal("a", text.WordsOf(phrase));
        NormalizedBox[] both = [new(0.1, 0.2, 0.3, 0.4), new(0.5, 0.6, 0.7, 0.8)];
        Assert.Equal(both.Take(boxes), phrase.Boxes);
        Assert.Equal((2, answer.Length - rest.Length), (phrase.Mark.Start, phrase.Mark.End));
        BoxProblem problem = Assert.Single(text.Problems);
        Assert.Equal("The text ends in the middle of a box.", problem.Message);
        Assert.Equal(rest, answer[problem.Span.Start..problem.Span.End]);

        // Scores are made by published rules, which know no half brackets.
        Assert.Empty(BoxParser.Read(answer, BoxFormat.Shikra).Marks);
        Assert.All(Enum.GetValues<AnswerBoxRule>(), rule => Assert.Null(AnswerBox.Read(answer, rule)));
    }

    [Theory]
    [InlineData("a [0.1,0.2,0.3;0.5,0.6")]
    [InlineData("a [0.1,0.2,0.3,0.4;0.5;0.6")]
    [InlineData("a [0.1,0.2;0.3,0.4,0.5,0.6;0.7")]
    [InlineData("a; b [0.1,0.2,0.3,0.4")]
    public void Of_a_cut_bracket_nothing_is_guessed(string answer)
    {
        GroundedText text = GroundedText.Parse(answer, BoxFormat.Shikra);
        Assert.Empty(text.Phrases);
        Assert.Equal("The text ends in the middle of a box.", Assert.Single(text.Problems).Message);
    }

    [Fact]
    public void A_complete_box_before_a_cut_must_lie_in_the_picture_like_any_other()
    {
        GroundedText text = GroundedText.Parse("a [0.3,0.2,0.1,0.4;0.1,0.1,0.2,0.2;0.5", BoxFormat.Shikra);
        Assert.Equal([new NormalizedBox(0.1, 0.1, 0.2, 0.2)], Assert.Single(text.Phrases).Boxes);
        Assert.Equal(["The box has no area, or its corners are reversed.", "The text ends in the middle of a box."], text.Problems.Select(problem => problem.Message));
        Assert.Equal([new NormalizedPoint(0.1, 0.2)], Assert.Single(GroundedText.Parse("b [0.1,0.2;0.3", BoxFormat.Shikra).Phrases).Points);
    }

    [Theory]
    [InlineData("see [1]")]
    [InlineData("query: color [0].")]
    [InlineData("a [word] and [")]
    [InlineData("[a, b]")]
    public void Other_brackets_are_no_problem(string answer)
    {
        GroundedText text = GroundedText.Parse(answer, BoxFormat.Shikra);
        Assert.Empty(text.Phrases);
        Assert.Empty(text.Problems);
    }

    [Fact]
    public void Llavas_boxes_have_blanks()
    {
        GroundedText text = GroundedText.Parse("the cup [0.12, 0.30, 0.55, 0.81]", BoxFormat.Llava);
        Assert.Equal(new NormalizedBox(0.12, 0.3, 0.55, 0.81), Assert.Single(Assert.Single(text.Phrases).Boxes));
    }

    [Fact]
    public void Tags_say_where_a_phrase_begins()
    {
        GroundedText text = GroundedText.Parse(
            "See <ref> the dogs</ref><box>(0,0),(999,333)</box><box>(333,0),(999,999)</box> and <box>(1,1),(2,2)</box>.", BoxFormat.QwenVl);
        Assert.Equal(["the dogs", ""], text.Phrases.Select(text.WordsOf));
        Assert.Equal([new NormalizedBox(0, 0, 1, 1 / 3.0), new NormalizedBox(1 / 3.0, 0, 1, 1)], text.Phrases[0].Boxes);
    }

    [Fact]
    public void A_reversed_box_does_not_take_the_words_of_the_next()
    {
        GroundedText text = GroundedText.Parse("<ref>dogs</ref><box>(5,5),(1,1)</box><box>(0,0),(999,999)</box>", BoxFormat.QwenVl);
        Assert.Single(text.Problems);
        Assert.Equal("dogs", text.WordsOf(Assert.Single(text.Phrases)));
    }

    [Theory]
    [InlineData("<box>(1,1),(2,2)", "The text ends in the middle of a box.", 0)]
    [InlineData("<box>(1,1),<box>(1,1),(2,2)</box>", "The box has no end.", 1)]
    [InlineData("<box>(1,1,2,2)</box>", "The box is not of the form (x1,y1),(x2,y2).", 0)]
    [InlineData("<box>(1.5,1),(2,2)</box>", "The box is not of the form (x1,y1),(x2,y2).", 0)]
    public void Damaged_tags_are_reported(string answer, string message, int phrases)
    {
        GroundedText text = GroundedText.Parse(answer, BoxFormat.QwenVl);
        Assert.Equal(message, Assert.Single(text.Problems).Message);
        Assert.Equal(phrases, text.Phrases.Count);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        Gen<NormalizedBox> box = Gen.Int[0, 998].Select(Gen.Int[0, 998], Gen.Int[1, 999], Gen.Int[1, 999])
            .Select((x, y, right, bottom) => new NormalizedBox(x, y, Math.Min(999, x + right), Math.Min(999, y + bottom)));
        Gen.Select(box.Array[1, 4], Gen.OneOfConst(BoxFormat.Shikra, BoxFormat.Llava with { Digits = 3 }, BoxFormat.QwenVl)).Sample((whole, format) =>
        {
            double scale = format.Notation == BoxNotation.Tagged ? 999 : 1000;
            NormalizedBox[] boxes = [.. whole.Select(b => new NormalizedBox(b.X1 / scale, b.Y1 / scale, b.X2 / scale, b.Y2 / scale))];
            GroundedText text = GroundedText.Parse("Look, " + format.Write("a thing", boxes) + ".", format);
            GroundedPhrase phrase = Assert.Single(text.Phrases);
            Assert.Equal("a thing", text.WordsOf(phrase));
            Assert.Equal(boxes, phrase.Boxes);
        });
    }

    [Fact]
    public void Any_text_is_read_without_an_error()
    {
        Gen.String[Gen.Char["[](),.;0123456789 <>boxref/\n-"], 0, 60].Sample(text =>
        {
            foreach (BoxFormat format in new[] { BoxFormat.Shikra, BoxFormat.Llava, BoxFormat.QwenVl })
            {
                GroundedText grounded = GroundedText.Parse(text, format);
                Assert.All(grounded.Phrases, phrase => Assert.True(phrase.Phrase.End <= phrase.Mark.Start && phrase.Mark.End <= text.Length));
            }

            Assert.All(Enum.GetValues<AnswerBoxRule>(), rule => AnswerBox.Read(text, rule));
            _ = (ShortAnswer.Read(text), ShortAnswer.ReadToStop(text));
        }, iter: 5000);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[0.1,")]
    [InlineData("0.1,")]
    [InlineData("<box>")]
    [InlineData("<ref>")]
    [InlineData("(")]
    [InlineData("The answer is ")]
    public void A_long_text_costs_little_more_than_its_length(string part)
    {
        string text = "[" + string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)) + "</box>";
        var watch = Stopwatch.StartNew();
        foreach (BoxFormat format in new[] { BoxFormat.Shikra, BoxFormat.Llava, BoxFormat.QwenVl })
        {
            GroundedText.Parse(text, format);
        }

        Assert.All(Enum.GetValues<AnswerBoxRule>(), rule => AnswerBox.Read(text, rule));
        _ = (ShortAnswer.Read(text), ShortAnswer.ReadToStop(text));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}"); // Quadratic time would be minutes.
    }
}
