namespace CommSharp.Generation;

/// <summary>A model's logits are not numbers: a fault of its weights or of the format that it is computed in, whoever asks and whatever is asked.</summary>
/// <param name="message">What to do.</param>
public sealed class BrokenLogitsException(string message) : CommSharpException(message);
