namespace CommSharp.Cli;

/// <summary>A command line that parses and yet cannot be meant: the exit code is that of wrong usage.</summary>
internal sealed class UsageException(string message) : CommSharpException(message);
