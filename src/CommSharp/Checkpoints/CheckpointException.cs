namespace CommSharp.Checkpoints;

/// <summary>A checkpoint file that cannot be read or written: missing, truncated, inconsistent, or hostile.</summary>
public sealed class CheckpointException : CommSharpException
{
    /// <summary>Makes an error about a file.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="problem">What is wrong with it, and what to do; the message becomes "file: problem".</param>
    /// <param name="tensor">The tensor concerned, when there is one.</param>
    /// <param name="innerException">The technical cause, when there is one.</param>
    public CheckpointException(string file, string problem, string? tensor = null, Exception? innerException = null)
        : base($"{file}: {problem}", innerException!)
    {
        File = file;
        Tensor = tensor;
    }

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>The tensor concerned, or null when the whole file is.</summary>
    public string? Tensor { get; }
}
