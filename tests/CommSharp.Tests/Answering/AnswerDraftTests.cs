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
                early += Check(text, format);
            }
        }

        Assert.True(early > 500, $"{early} phrases came before the end");
    }

    private static int Check(string text, BoxFormat format)
    {
        var pieces = new List<AnswerPiece>();
        var draft = new AnswerDraft(Tokenizer, [], format, ImageGeometry.Pad(320, 240, 32), pieces.Add);
        foreach (int id in Tokenizer.Encode(text, new EncodeOptions { AddBegin = false }))
        {
            draft.Accept(new SampledToken(id, 0.5));
        }

        int before = pieces.Sum(piece => piece.Phrases.Count);
        (string whole, IReadOnlyList<AnswerPhrase> phrases, _) = draft.Complete();
        Assert.Equal(whole, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(phrases.Select(Described), pieces.SelectMany(piece => piece.Phrases).Select(Described));
        return before;
    }

    private static string Described(AnswerPhrase phrase) =>
        $"{phrase.Phrase} {phrase.PhraseSpan} {phrase.MarkSpan} {string.Join(' ', phrase.Regions)} {string.Join(' ', phrase.Points)} {phrase.Confidence}";
}
