using CommSharp.Text;
using CsCheck;

namespace CommSharp.Tests.Text;

public sealed class BytePairEncoderTests
{
    [Theory]
    [InlineData(TokenizerSource.Small)]
    [InlineData(TokenizerSource.Llama)]
    public void It_joins_as_the_plain_algorithm_does(string source)
    {
        SentencePieceModel model = SentencePieceReader.Read(TokenizerSource.Model(source));
        Dictionary<string, int> ids = model.Pieces.Index().Where(piece => piece.Item.Kind == PieceKind.Normal).ToDictionary(piece => piece.Item.Text, piece => piece.Index);
        var encoder = new BytePairEncoder(model);
        Gen<string> nested = Gen.String[Gen.Char["aab()[]{}.,  <>/0"], 0, 30], words = Gen.String[Gen.Char["theinrosdal  "], 0, 30];
        Gen.OneOf(nested, words).Sample(text =>
        {
            var tokens = new List<TextToken>();
            encoder.Encode(text, prefix: true, 0, tokens);
            Assert.Equal(Plain(model, ids, "▁" + text.Replace(' ', '▁')), tokens.Select(token => token.Id));
        }, iter: 2000);
    }

    [Fact]
    public void A_user_defined_piece_is_never_cut_or_joined()
    {
        SentencePieceModel model = SentencePieceReader.Read(TokenizerSource.Model(TokenizerSource.Small));
        var defined = new SentencePiece("<box>", 0, PieceKind.UserDefined);
        var encoder = new BytePairEncoder(model with { Pieces = [.. model.Pieces, defined] });
        var tokens = new List<TextToken>();
        encoder.Encode("a<box>b", prefix: false, 0, tokens);
        Assert.Equal([(0, 1), (1, 6), (6, 7)], tokens.Select(token => (token.Start, token.End)));
        Assert.Equal(model.Pieces.Count, tokens[1].Id);
    }

    /// <summary>One join at a time, each time over the whole text.</summary>
    private static IEnumerable<int> Plain(SentencePieceModel model, Dictionary<string, int> ids, string text)
    {
        List<string> pieces = [.. text.Select(character => character.ToString())];
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < pieces.Count; i++)
            {
                if (ids.TryGetValue(pieces[i] + pieces[i + 1], out int id)
                    && (best < 0 || model.Pieces[id].Score > model.Pieces[ids[pieces[best] + pieces[best + 1]]].Score))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return pieces.SelectMany(piece => ids.TryGetValue(piece, out int id)
                    ? [id]
                    : System.Text.Encoding.UTF8.GetBytes(piece).Select(value => model.ByteIds[value]));
            }

            pieces[best] += pieces[best + 1];
            pieces.RemoveAt(best + 1);
        }
    }
}
