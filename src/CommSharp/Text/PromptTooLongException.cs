namespace CommSharp.Text;

/// <summary>A prompt that is longer than the model's context, or than it may be; the message has the numbers.</summary>
/// <param name="message">How long it is, how long it may be, and what to do.</param>
public sealed class PromptTooLongException(string message) : CommSharpException(message);
