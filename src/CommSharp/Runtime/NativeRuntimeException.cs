namespace CommSharp.Runtime;

/// <summary>libtorch, its binding, or the device asked for cannot be used; the message ends with what to do about it.</summary>
public sealed class NativeRuntimeException : CommSharpException
{
    /// <summary>Makes an error whose message is complete as it stands.</summary>
    /// <param name="message">One line: what was wrong, where, and what to do.</param>
    public NativeRuntimeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error that keeps its technical cause for logs.</summary>
    /// <param name="message">One line: what was wrong, where, and what to do.</param>
    /// <param name="innerException">The technical cause.</param>
    public NativeRuntimeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
