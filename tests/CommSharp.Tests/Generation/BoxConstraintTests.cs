using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Text;

namespace CommSharp.Tests.Generation;

public sealed class BoxConstraintTests
{
    private static readonly HashSet<int> Nothing = [];
    private static readonly LlamaTokenizer Tokenizer = TokenizerSource.Open(TokenizerSource.Small);

    public static TheoryData<string> Formats => ["shikra", "llava"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Whatever_the_scores_a_constrained_box_can_be_read(string name)
    {
        BoxFormat format = Format(name);
        var vocabulary = new BoxConstraint.BoxVocabulary(Tokenizer, format);
        var sampler = new Sampler(new GenerationOptions { Temperature = 1, Seed = 7 });
        var random = new Random(7);
        float[] logits = new float[Tokenizer.VocabularySize];
        for (int i = 0; i < 10_000; i++)
        {
            var constraint = new BoxConstraint(vocabulary, mostWords: i % 4);
            TokenTextStream stream = Tokenizer.OpenStream();
            string text = "";
            do
            {
                Fill(random, logits);
                int token = sampler.Next(logits, Nothing, constraint.Allowed).Id;
                constraint.Advance(token);
                text += stream.Append(token);
            }
            while (constraint.IsInsideBox || !constraint.HasOpened);

            var read = GroundedText.Parse(text + stream.Complete(), format);
            Assert.True(read.Problems.Count == 0 && read.Phrases.Count > 0, text);
            Assert.All(read.Phrases.SelectMany(phrase => phrase.Boxes), box => Assert.True(box.IsOrdered() && box.IsWithinPicture(), text));
        }
    }

    [Fact]
    public void Between_boxes_the_choice_is_free()
    {
        var vocabulary = new BoxConstraint.BoxVocabulary(Tokenizer, BoxFormat.Shikra);
        var sampler = new Sampler(new GenerationOptions());
        var constraint = new BoxConstraint(vocabulary);
        var random = new Random(3);
        float[] logits = new float[Tokenizer.VocabularySize];
        int boxes = 0;
        for (int i = 0; i < 5_000; i++)
        {
            Fill(random, logits);
            int free = sampler.Next(logits, Nothing).Id, held = sampler.Next(logits, Nothing, constraint.Allowed).Id;
            if (!constraint.IsInsideBox && !vocabulary.TextOf(free).Contains('[', StringComparison.Ordinal))
            {
                Assert.Equal(free, held);
            }

            boxes += constraint.IsInsideBox ? 1 : 0;
            constraint.Advance(held);
        }

        Assert.InRange(boxes, 1, 4_999);
    }

    [Fact]
    public void Bytes_count_as_their_characters()
    {
        var vocabulary = new BoxConstraint.BoxVocabulary(Tokenizer, BoxFormat.Shikra);
        Assert.Equal("[", vocabulary.TextOf(Tokenizer.Find("<0x5B>")!.Value));
        Assert.Equal("", vocabulary.TextOf(Tokenizer.Find("<0xC3>")!.Value));
        var constraint = new BoxConstraint(vocabulary);
        constraint.Advance(Tokenizer.Find("<0x5B>")!.Value);
        Assert.True(constraint.IsInsideBox);
    }

    private static BoxFormat Format(string name) => name == "llava" ? BoxFormat.Llava : BoxFormat.Shikra;

    private static void Fill(Random random, float[] logits)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = (random.NextSingle() * 8) - 4;
        }
    }
}
