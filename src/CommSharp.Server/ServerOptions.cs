using System.Net;

namespace CommSharp.Server;

/// <summary>Where a server listens, who may call it, and what a caller may ask for.</summary>
public sealed record ServerOptions
{
    /// <summary>The address to listen at: an IP address or <c>localhost</c>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen at; 0 for any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The name that callers know the model by; the model's own when null.</summary>
    public string? ModelName { get; init; }

    /// <summary>Keys, one of which every call must bring; everybody may call when there are none.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>The largest body of a request, in bytes; and as many may be fetched besides, for all pictures of a request together.</summary>
    public long MaxRequestBytes { get; init; } = 20 << 20;

    /// <summary>The largest encoded picture, in bytes.</summary>
    public int MaxImageBytes { get; init; } = 15 << 20;

    /// <summary>The largest picture, in pixels; larger ones are refused before memory is taken for them.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>How many pixels the pictures of all requests may have at the same time, three bytes each.</summary>
    public long MaxPixelsTogether { get; init; } = 400_000_000;

    /// <summary>How many pictures a conversation may show.</summary>
    public int MaxPictures { get; init; } = 8;

    /// <summary>How many phrases one request may look for.</summary>
    public int MaxPhrases { get; init; } = 16;

    /// <summary>The longest answer that may be asked for, in tokens.</summary>
    public int MaxOutputTokens { get; init; } = 2048;

    /// <summary>How many requests may be worked at; the next one is told to come again.</summary>
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>How long the body of a request may take to come; meanwhile it is one of those that are worked at.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many requests a minute a key, or an address without one, may make; 0 for any number.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>
    /// The hosts that pictures may be fetched from: <c>name</c>, <c>name:port</c> or <c>*.domain</c>. None are fetched when it is empty, and none ever
    /// from private addresses.
    /// </summary>
    public IReadOnlyList<string> ImageHosts { get; init; } = [];

    /// <summary>How long fetching one picture may take.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that stops lets answers in progress come to their end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where traces and metrics are sent by OTLP; nowhere when null.</summary>
    public Uri? OtlpEndpoint { get; init; }

    internal IPAddress Address => Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(Host);

    /// <summary>Throws when a member is out of its range.</summary>
    /// <exception cref="CommSharpException">Names the member, its value and what is allowed.</exception>
    public void Validate()
    {
        Require(Host == "localhost" || IPAddress.TryParse(Host, out _), "host", Host, "an IP address or localhost");
        Require(Port is >= 0 and <= 65_535, "port", Port, "within 0..65535");
        Require(ApiKeys.All(key => key.Length >= 8 && key.All(letter => letter is > (char)32 and < (char)127)), "API key", "not fit", "at least 8 ASCII characters without blanks");
        Positive("largest request", MaxRequestBytes);
        Positive("largest encoded picture", MaxImageBytes);
        Positive("largest picture", MaxPixels);
        Positive("number of pixels at once", MaxPixelsTogether);
        Positive("number of pictures", MaxPictures);
        Positive("number of phrases", MaxPhrases);
        Positive("longest answer", MaxOutputTokens);
        Positive("number of requests at once", MaxConcurrent);
        Require(BodyTimeout > TimeSpan.Zero && BodyTimeout <= TimeSpan.FromDays(1), "time for the body of a request", BodyTimeout, "above 0 and at most a day"); // timers end at 49 days
        Require(RequestsPerMinute >= 0, "number of requests a minute", RequestsPerMinute, "at least 0 (0 for any)");
        Require(ImageTimeout > TimeSpan.Zero, "time for fetching a picture", ImageTimeout, "above 0");
        Require(Grace >= TimeSpan.Zero, "time to finish in", Grace, "at least 0");
        Require(ImageHosts.All(Pictures.AllowedHost.IsWellFormed), "list of hosts of pictures", string.Join(", ", ImageHosts), "name, name:port or *.domain each");

        static void Positive(string what, long value) => Require(value >= 1, what, value, "at least 1");

        static void Require(bool holds, string what, object value, string allowed)
        {
            if (!holds)
            {
                throw new CommSharpException($"The server's {what} is {value}, but must be {allowed}.");
            }
        }
    }
}
