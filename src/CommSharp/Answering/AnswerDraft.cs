using System.Text;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Answering;

/// <summary>An answer while its tokens come: the text so far, which token wrote which part of it, and the boxes that are complete.</summary>
internal sealed class AnswerDraft
{
    private readonly TokenTextStream _stream;
    private readonly StopMatcher _stops;
    private readonly BoxFormat _format;
    private readonly ImageGeometry? _geometry;
    private readonly Action<AnswerPiece>? _onPiece;
    private readonly StringBuilder _text = new();
    private readonly List<(TextSpan Span, double Probability)> _tokens = [];
    private int _written;
    private int _phrases;

    /// <summary>Begins an answer.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="stops">The texts that end it.</param>
    /// <param name="format">How the model writes boxes.</param>
    /// <param name="geometry">What was done to the picture that boxes refer to, the last one; null without pictures.</param>
    /// <param name="onPiece">Gets the text as it comes, and each phrase as soon as its boxes are complete.</param>
    internal AnswerDraft(
        LlamaTokenizer tokenizer, IReadOnlyList<string> stops, BoxFormat format, ImageGeometry? geometry, Action<AnswerPiece>? onPiece)
    {
        _stream = tokenizer.OpenStream();
        _stops = new StopMatcher(stops);
        _format = format;
        _geometry = geometry;
        _onPiece = onPiece;
    }

    /// <summary>Takes a token; false when the answer is over.</summary>
    internal bool Accept(SampledToken token)
    {
        string piece = _stream.Append(token.Id);
        _tokens.Add((new TextSpan(_written, _written + piece.Length), token.Probability));
        _written += piece.Length;
        Show(_stops.Push(piece));
        return !_stops.Stopped;
    }

    /// <summary>Reads the whole text.</summary>
    internal (string Text, IReadOnlyList<AnswerPhrase> Phrases, IReadOnlyList<BoxProblem> Problems) Complete()
    {
        string rest = _stops.Push(_stream.Complete()) + _stops.Flush();
        _text.Append(rest);
        var grounded = GroundedText.Parse(_text.ToString(), _format, _geometry);
        IReadOnlyList<AnswerPhrase> phrases = Locate(grounded);
        Send(rest, [.. phrases.Skip(_phrases)]);
        return (grounded.Text, phrases, grounded.Problems);
    }

    private void Show(string text)
    {
        if (text.Length > 0)
        {
            _text.Append(text);
            Send(text, _onPiece is not null && text.Contains(Closer) ? CompletePhrases() : []);
        }
    }

    /// <summary>The last character of a box as it is written.</summary>
    private char Closer => _format.Notation == BoxNotation.Plain ? ']' : '>';

    /// <summary>
    /// What has been completed since the last time. A text that ends where a box does is read as it will be within a longer one, but for the tagged
    /// notation's last phrase, to which further boxes may still come.
    /// </summary>
    private AnswerPhrase[] CompletePhrases()
    {
        string text = _text.ToString();
        IReadOnlyList<AnswerPhrase> phrases = Locate(GroundedText.Parse(text[..(text.LastIndexOf(Closer) + 1)], _format, _geometry));
        AnswerPhrase[] complete = [.. phrases.SkipLast(_format.Notation == BoxNotation.Plain ? 0 : 1).Skip(_phrases)];
        _phrases += complete.Length;
        return complete;
    }

    private void Send(string text, AnswerPhrase[] phrases)
    {
        if (text.Length > 0 || phrases.Length > 0)
        {
            _onPiece?.Invoke(new AnswerPiece(text, phrases));
        }
    }

    private IReadOnlyList<AnswerPhrase> Locate(GroundedText grounded) =>
        _geometry is { } geometry ? [.. grounded.Phrases.Select(phrase => Locate(grounded, phrase, geometry))] : [];

    private AnswerPhrase Locate(GroundedText grounded, GroundedPhrase phrase, ImageGeometry geometry) => new(
        grounded.WordsOf(phrase),
        phrase.Phrase,
        phrase.Mark,
        [.. phrase.Boxes.Select(box => new AnswerRegion(box, geometry.ToPixels(box).ClampTo(geometry.Width, geometry.Height)))],
        [.. phrase.Points.Select(point => Clamp(geometry.ToPixels(point), geometry))],
        Confidence(phrase.Mark));

    /// <summary>On the edge of the picture a point may be beyond it by the noise of reckoning.</summary>
    private static PixelPoint Clamp(PixelPoint point, ImageGeometry geometry) =>
        new(Math.Clamp(point.X, 0, geometry.Width), Math.Clamp(point.Y, 0, geometry.Height));

    private double Confidence(TextSpan mark)
    {
        double[] logarithms = [.. _tokens.Where(token => token.Span.Start < mark.End && token.Span.End > mark.Start).Select(token => Math.Log(Math.Max(token.Probability, double.Epsilon)))];
        return logarithms.Length == 0 ? 0 : Math.Exp(logarithms.Average());
    }
}
