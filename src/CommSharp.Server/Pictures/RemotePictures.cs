using System.Net;
using System.Net.Sockets;
using CommSharp.Server.Errors;

namespace CommSharp.Server.Pictures;

/// <summary>How names become addresses and which addresses may be reached; tests put others in the place of the world's.</summary>
internal sealed record NetworkRules(Func<string, CancellationToken, Task<IPAddress[]>> Resolve, Func<IPAddress, bool> IsAllowed)
{
    public static NetworkRules World { get; } = new(Dns.GetHostAddressesAsync, AddressRules.IsPublic);
}

/// <summary>
/// Fetches pictures from allowed hosts. The name is resolved once, and the connection is made to the very address that was checked, so that a name which
/// changes its mind in between gains nothing; every redirect passes the same checks.
/// </summary>
internal sealed class RemotePictures : IDisposable
{
    private const int MostRedirects = 3;

    private readonly AllowedHost[] _hosts;
    private readonly ServerOptions _options;
    private readonly NetworkRules _rules;
    private readonly HttpMessageInvoker _http;

    public RemotePictures(ServerOptions options, NetworkRules rules)
    {
        _options = options;
        _rules = rules;
        _hosts = [.. options.ImageHosts.Select(AllowedHost.Parse)];
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false, // a proxy would resolve names by itself
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>Fetches a picture.</summary>
    /// <param name="address">An address with http or https.</param>
    /// <param name="place">The member of the request that names it.</param>
    /// <param name="allowance">How much may be fetched for the request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(byte[] Bytes, string MediaType)> FetchAsync(Uri address, string place, FetchAllowance allowance, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ImageTimeout);
        try
        {
            for (int i = 0; i <= MostRedirects; i++)
            {
                RequireAllowed(address, place);
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.Accept.ParseAdd("image/*");
                using HttpResponseMessage response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
                if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } next)
                {
                    return await ReadAsync(response, place, allowance, timeout.Token).ConfigureAwait(false);
                }

                address = new Uri(address, next);
            }

            throw Failed(place, $"there are more than {MostRedirects} redirects");
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(place, $"it took longer than {_options.ImageTimeout.TotalSeconds:0.#} s", error);
        }
        catch (HttpRequestException error) when (Refusal(error) is { } refusal)
        {
            throw Failed(place, refusal.Message, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Failed(place, "it cannot be reached", error); // what exactly happened in there is none of the caller's business
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpStatusCode status) => status is
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static AddressRefusal? Refusal(Exception? error) => error is null ? null : error as AddressRefusal ?? Refusal(error.InnerException);

    private static ApiException Failed(string place, string reason, Exception? cause = null) =>
        ApiException.Invalid($"The picture at '{place}' cannot be fetched: {reason}.", place, "image_not_fetched", cause);

    private void RequireAllowed(Uri address, string place)
    {
        bool isWeb = address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
        if (!isWeb || address.UserInfo.Length > 0 || !_hosts.Any(host => host.Covers(address)))
        {
            string remedy = _hosts.Length == 0 ? "this server fetches nothing; send the picture as a data URL" : "this server does not fetch from there";
            throw Failed(place, remedy);
        }
    }

    private async Task<(byte[] Bytes, string MediaType)> ReadAsync(HttpResponseMessage response, string place, FetchAllowance allowance, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw Failed(place, $"the answer's status is {(int)response.StatusCode}");
        }

        string? type = response.Content.Headers.ContentType?.MediaType;
        if (type is null || !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            throw Failed(place, "it is no picture");
        }

        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] block = new byte[1 << 16];
        for (int read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false);
            read > 0;
            read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false))
        {
            if (bytes.Length + read > _options.MaxImageBytes)
            {
                throw Failed(place, $"it is larger than {_options.MaxImageBytes} bytes, which is the limit");
            }

            if (!allowance.TryTake(read))
            {
                throw Failed(place, $"those of the request that are fetched are larger than {allowance.Most} bytes together, which is the limit");
            }

            await bytes.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return (bytes.ToArray(), type);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint wanted = context.DnsEndPoint;
        IPAddress[] addresses = IPAddress.TryParse(wanted.Host, out IPAddress? given) ? [given] : await _rules.Resolve(wanted.Host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0 || !addresses.All(_rules.IsAllowed)) // a name that mixes open and private addresses is up to something
        {
            throw new AddressRefusal();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, wanted.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusal() : IOException("its address is not in the open");
}
