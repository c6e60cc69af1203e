namespace CommSharp.Server.Security;

/// <summary>Marks an endpoint that needs no key.</summary>
internal sealed class OpenToAll
{
    public static OpenToAll Mark { get; } = new();
}
