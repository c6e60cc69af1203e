using CommSharp.Answering;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Tests.Answering;

public sealed class AnswerDraftTests
{
    private static readonly LlamaTokenizer Tokenizer = LlamaTokenizer.Open(Path.Combine(BundledModel.Folder, "language"));

    private static readonly string[] Plain =
        ["a cup", " [", "]", "[0.1,0.2,0.3,0.4]", "[0.1,0.2,0.3,0.4;0.5,0.1,0.6,0.2]", "[0.5,0.5]", ", ", ". ", "\n", "[0.4,0.2,0.3,0.4]", "[0.1,0.2;0.3", ";0.1]"];

    private static readonly string[] Tagged =
        ["a cup", "<", ">", "<ref>the man</ref>", "<ref>", "</ref>", "<box>(100,200),(300,400)</box>", "<box>(1,2)", "</box>", ". ", "<point>(5,6)</point>"];

    /// <summary>However a text is put together, phrases that are told early are those that the whole text has.</summary>
    [Fact]
    public void Phrases_that_come_early_are_those_of_the_whole_answer()
    {
        int early = 0;
        foreach ((BoxFormat format, string[] parts) in new[] { (BoxFormat.Shikra, Plain), (BoxFormat.QwenVl, Tagged) })
        {
            for (int seed = 0; seed < 400; seed++)
            {
                var random = new Random(seed);
                string text = string.Concat(Enumerable.Range(0, 1 + (seed % 12)).Select(_ => parts[random.Next(parts.Length)]));
                early += Check(text, format).Early;
            }
        }

        Assert.True(early > 500, $"{early} phrases came before the end");
    }

    /// <summary>Above and below a picture of 320 x 240 an eighth of the model's square is padding, which nobody but the model sees.</summary>
    [Fact]
    public void What_lies_in_the_padding_alone_is_a_problem_and_no_place()
    {
        const string box = "The box lies outside of the picture, in its padding.", point = "The point lies outside of the picture, in its padding.";
        (_, IReadOnlyList<AnswerPhrase> phrases, IReadOnlyList<BoxProblem> problems) = Check(
            "a cup[0.1,0.02,0.3,0.125], the plates[0.1,0.2,0.3,0.4;0.1,0.9,0.3,0.95], a tip[0.5,0.05;0.25,0.5], an edge[0.5,0.875] and nothing[0.5,0.95].", BoxFormat.Shikra);
        Assert.Equal(["the plates", "a tip", "an edge"], phrases.Select(phrase => phrase.Phrase));
        Assert.Equal(new NormalizedBox(0.1, 0.2, 0.3, 0.4), Assert.Single(phrases[0].Regions).Normalized);
        Assert.Equal(80, Assert.Single(phrases[1].Points).X, 1e-9);
        Assert.Equal(240, Assert.Single(phrases[2].Points).Y, 1e-9);
        Assert.Equal([box, box, point, point], problems.Select(problem => problem.Message));

        (_, phrases, problems) = Check("<ref>the man</ref><box>(100,10),(300,100)</box><box>(100,200),(300,400)</box><ref>a cup</ref><box>(1,900),(9,950)</box>", BoxFormat.QwenVl);
        Assert.Equal("the man", Assert.Single(phrases).Phrase);
        Assert.Equal(200.0 / 999, Assert.Single(phrases[0].Regions).Normalized.Y1);
        Assert.Equal([box, box], problems.Select(problem => problem.Message));
    }

    private static (int Early, IReadOnlyList<AnswerPhrase> Phrases, IReadOnlyList<BoxProblem> Problems) Check(string text, BoxFormat format)
    {
        var pieces = new List<AnswerPiece>();
        var draft = new AnswerDraft(Tokenizer, [], format, ImageGeometry.Pad(320, 240, 32), pieces.Add);
        foreach (int id in Tokenizer.Encode(text, new EncodeOptions { AddBegin = false }))
        {
            draft.Accept(new SampledToken(id, 0.5));
        }

        int before = pieces.Sum(piece => piece.Phrases.Count);
        (string whole, IReadOnlyList<AnswerPhrase> phrases, IReadOnlyList<BoxProblem> problems) = draft.Complete();
        Assert.Equal(whole, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(phrases.Select(Described), pieces.SelectMany(piece => piece.Phrases).Select(Described));
        return (before, phrases, problems);
    }

    private static string Described(AnswerPhrase phrase) =>
        $"{phrase.Phrase} {phrase.PhraseSpan} {phrase.MarkSpan} {string.Join(' ', phrase.Regions)} {string.Join(' ', phrase.Points)} {phrase.Confidence}";
}
