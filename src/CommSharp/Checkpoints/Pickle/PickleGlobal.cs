namespace CommSharp.Checkpoints.Pickle;

/// <summary>
/// A class or function that a pickle names. It is never looked up or run: it is a name, and what calling it means here is
/// <paramref name="Call"/>, a function of our own.
/// </summary>
/// <param name="Name">The full name, such as <c>collections.OrderedDict</c>.</param>
/// <param name="Call">Makes an object from the call's arguments; throws <see cref="FormatException"/> when they do not fit. Must cost no more
/// than its arguments take in the pickle. Null for a name that is only mentioned, never called.</param>
public sealed record PickleGlobal(string Name, Func<IReadOnlyList<object?>, object?>? Call = null);
