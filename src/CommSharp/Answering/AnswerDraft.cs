using System.Text;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Answering;

/// <summary>An answer while its tokens come: the text so far, and which token wrote which part of it.</summary>
internal sealed class AnswerDraft
{
    private readonly TokenTextStream _stream;
    private readonly StopMatcher _stops;
    private readonly Action<string>? _onText;
    private readonly StringBuilder _text = new();
    private readonly List<(TextSpan Span, double Probability)> _tokens = [];
    private int _written;

    internal AnswerDraft(LlamaTokenizer tokenizer, IReadOnlyList<string> stops, Action<string>? onText)
    {
        _stream = tokenizer.OpenStream();
        _stops = new StopMatcher(stops);
        _onText = onText;
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
    /// <param name="format">How the model writes boxes.</param>
    /// <param name="geometry">What was done to the picture that boxes refer to, the last one; null without pictures.</param>
    internal (string Text, IReadOnlyList<AnswerPhrase> Phrases, IReadOnlyList<BoxProblem> Problems) Complete(BoxFormat format, ImageGeometry? geometry)
    {
        Show(_stops.Push(_stream.Complete()));
        Show(_stops.Flush());
        var grounded = GroundedText.Parse(_text.ToString(), format);
        return (grounded.Text, geometry is null ? [] : [.. grounded.Phrases.Select(phrase => Locate(grounded, phrase, geometry))], grounded.Problems);
    }

    private void Show(string text)
    {
        if (text.Length > 0)
        {
            _text.Append(text);
            _onText?.Invoke(text);
        }
    }

    private AnswerPhrase Locate(GroundedText grounded, GroundedPhrase phrase, ImageGeometry geometry) => new(
        grounded.WordsOf(phrase),
        phrase.Phrase,
        phrase.Mark,
        [.. phrase.Boxes.Select(box => new AnswerRegion(box, geometry.ToPixels(box).ClampTo(geometry.Width, geometry.Height)))],
        [.. phrase.Points.Select(geometry.ToPixels)],
        Confidence(phrase.Mark));

    private double Confidence(TextSpan mark)
    {
        double[] logarithms = [.. _tokens.Where(token => token.Span.Start < mark.End && token.Span.End > mark.Start).Select(token => Math.Log(Math.Max(token.Probability, double.Epsilon)))];
        return logarithms.Length == 0 ? 0 : Math.Exp(logarithms.Average());
    }
}
