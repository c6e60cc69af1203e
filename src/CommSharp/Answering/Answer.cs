using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Answering;

/// <summary>A box that an answer names.</summary>
/// <param name="Normalized">In the model's square, 0..1.</param>
/// <param name="Pixels">In the original picture; clamped to it.</param>
public sealed record AnswerRegion(NormalizedBox Normalized, PixelBox Pixels);

/// <summary>Words of an answer and the regions that they mean.</summary>
/// <param name="Phrase">The words.</param>
/// <param name="PhraseSpan">Where they stand in the answer's text.</param>
/// <param name="MarkSpan">Where the boxes are written in it.</param>
/// <param name="Regions">The boxes.</param>
/// <param name="Points">Points, in pixels of the original picture and within it.</param>
/// <param name="Confidence">The geometric mean of the probabilities that the model gave to the tokens of the boxes, in 0..1.</param>
public sealed record AnswerPhrase(
    string Phrase, TextSpan PhraseSpan, TextSpan MarkSpan, IReadOnlyList<AnswerRegion> Regions, IReadOnlyList<PixelPoint> Points, double Confidence);

/// <summary>What an answer took.</summary>
/// <param name="PromptTokens">Tokens of the prompt, those of pictures among them.</param>
/// <param name="ImageTokens">Tokens of pictures.</param>
/// <param name="ReusedTokens">Tokens of the prompt that an earlier question had run already.</param>
/// <param name="AnswerTokens">Tokens of the answer.</param>
public sealed record AnswerUsage(int PromptTokens, int ImageTokens, int ReusedTokens, int AnswerTokens);

/// <summary>How long the parts of an answer took, in seconds.</summary>
/// <param name="Vision">Preparing pictures and running towers; about 0 for pictures seen before.</param>
/// <param name="Prompt">Running the prompt, to the first token.</param>
/// <param name="Generation">The other tokens.</param>
public sealed record AnswerTiming(double Vision, double Prompt, double Generation);

/// <summary>An answer as text and as data.</summary>
/// <param name="Text">What was said.</param>
/// <param name="Phrases">The boxes in it, with the words that they belong to.</param>
/// <param name="Problems">What looks like a box and could not be read, or lies outside of the picture.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="Usage">What it took.</param>
/// <param name="Timing">How long it took.</param>
public sealed record Answer(
    string Text, IReadOnlyList<AnswerPhrase> Phrases, IReadOnlyList<BoxProblem> Problems, FinishReason Finish, AnswerUsage Usage, AnswerTiming Timing);

/// <summary>A part of an answer while it is being generated.</summary>
/// <param name="Text">The text that has come; never half a character, and never a part of a text that ends the answer.</param>
/// <param name="Phrases">The phrases whose boxes are complete with it; their spans count in the whole answer.</param>
public sealed record AnswerPiece(string Text, IReadOnlyList<AnswerPhrase> Phrases);
