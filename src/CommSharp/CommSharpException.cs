namespace CommSharp;

/// <summary>
/// An error meant for the person who reads it: the message says what was wrong, where (file, tensor, member), and what to do.
/// The command line prints it as one line and exits with 1.
/// </summary>
public class CommSharpException : Exception
{
    /// <summary>Makes an error whose message is complete as it stands.</summary>
    /// <param name="message">One line: what was wrong, where, and what to do.</param>
    public CommSharpException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error that keeps its technical cause for logs.</summary>
    /// <param name="message">One line: what was wrong, where, and what to do.</param>
    /// <param name="innerException">The technical cause.</param>
    public CommSharpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
