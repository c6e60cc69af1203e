namespace CommSharp.Answering.Engine;

/// <summary>An answer that was not completed because the engine was disposed of.</summary>
public sealed class EngineStoppedException : CommSharpException
{
    /// <summary>Makes the error.</summary>
    public EngineStoppedException()
        : base("The engine was stopped before the answer was complete.")
    {
    }
}
