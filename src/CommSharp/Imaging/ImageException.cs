namespace CommSharp.Imaging;

/// <summary>A picture that cannot be read: not an image, damaged, truncated, or beyond a limit.</summary>
public sealed class ImageException : CommSharpException
{
    /// <summary>Makes an error about a picture.</summary>
    /// <param name="source">The file's path, or what the picture is called.</param>
    /// <param name="problem">What is wrong with it, and what to do; the message becomes "source: problem".</param>
    /// <param name="innerException">The technical cause, when there is one.</param>
    public ImageException(string source, string problem, Exception? innerException = null)
        : base($"{source}: {problem}", innerException!) => Picture = source;

    /// <summary>The file's path, or what the picture is called.</summary>
    public string Picture { get; }
}
