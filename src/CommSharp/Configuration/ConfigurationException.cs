namespace CommSharp.Configuration;

/// <summary>A config file that cannot be used: not JSON, a member missing, unknown, or with a value that is not supported.</summary>
public sealed class ConfigurationException : CommSharpException
{
    /// <summary>Makes an error about a config file.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="problem">What is wrong, and what to do; the message becomes "file: problem".</param>
    /// <param name="member">The member concerned, when there is one.</param>
    /// <param name="innerException">The technical cause, when there is one.</param>
    public ConfigurationException(string file, string problem, string? member = null, Exception? innerException = null)
        : base($"{file}: {problem}", innerException!)
    {
        File = file;
        Member = member;
    }

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>The member concerned, or null.</summary>
    public string? Member { get; }
}
