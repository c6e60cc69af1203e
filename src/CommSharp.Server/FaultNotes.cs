namespace CommSharp.Server;

/// <summary>Whom a server tells of faults that are its own; callers are told no more than that there was one.</summary>
internal sealed record FaultNotes(Action<Exception> Tell);
