using CommSharp.Answering.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CommSharp.Server;

/// <summary>A model behind HTTP.</summary>
public sealed class CommServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CommServer(WebApplication app, ServedModel model)
    {
        _app = app;
        Model = model.Name;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; }

    /// <summary>The name of the model that it has.</summary>
    public string Model { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="engine">What answers; it stays the caller's, who disposes of it after the server.</param>
    /// <param name="options">Where to listen and what to allow.</param>
    /// <param name="failed">Told of faults that are the server's own.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="CommSharpException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<CommServer> StartAsync(
        AnswerEngine engine, ServerOptions options, Action<Exception>? failed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(options);
        WebApplication app = ServerApplication.Build(engine, options, new ServerSurroundings { Failed = failed ?? (_ => { }) });
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new CommServer(app, app.Services.GetRequiredService<ServedModel>());
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops listening, lets answers in progress come to their end for as long as the options allow, and gives up the rest.</summary>
    /// <param name="cancellationToken">Gives them up at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>Stops at once, if it has not stopped.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
