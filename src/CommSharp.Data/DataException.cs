namespace CommSharp.Data;

/// <summary>Data that is not as its format says. The message names file, line or record, and field.</summary>
public sealed class DataException : CommSharpException
{
    /// <summary>Makes an error about a place in a data set.</summary>
    /// <param name="place">Where.</param>
    /// <param name="problem">What is wrong, and what to do; the message becomes "place: problem".</param>
    /// <param name="innerException">The technical cause, when there is one.</param>
    public DataException(DataPlace place, string problem, Exception? innerException = null)
        : base($"{place}: {problem}", innerException!)
    {
        Place = place;
        Problem = problem;
    }

    /// <summary>Where.</summary>
    public DataPlace Place { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
