using CommSharp.Server.Pictures;
using Microsoft.AspNetCore.Hosting;

namespace CommSharp.Server;

/// <summary>What a server stands in; tests put their own in its place.</summary>
internal sealed record ServerSurroundings
{
    /// <summary>Told of faults that are the server's own.</summary>
    public Action<Exception> Failed { get; init; } = _ => { };

    /// <summary>Names and addresses.</summary>
    public NetworkRules Network { get; init; } = NetworkRules.World;

    /// <summary>Puts another server in Kestrel's place.</summary>
    public Action<IWebHostBuilder>? Listen { get; init; }
}
