namespace CommSharp.Server.Pictures;

/// <summary>A host that pictures may be fetched from: <c>name</c>, <c>name:port</c> or <c>*.domain</c>; without a port, the scheme's own one.</summary>
internal sealed record AllowedHost(string Name, int? Port, bool CoversSubdomains)
{
    private const string Any = "*.";

    public static bool IsWellFormed(string text) => TryParse(text) is not null;

    public static AllowedHost Parse(string text) => TryParse(text) ?? throw new CommSharpException($"\"{text}\" is no host; write name, name:port or *.domain.");

    public bool Covers(Uri address)
    {
        string host = address.IdnHost.TrimEnd('.');
        bool isNamed = CoversSubdomains
            ? host.EndsWith("." + Name, StringComparison.OrdinalIgnoreCase)
            : host.Equals(Name, StringComparison.OrdinalIgnoreCase);
        return isNamed && (Port is { } port ? address.Port == port : address.IsDefaultPort);
    }

    private static AllowedHost? TryParse(string text)
    {
        bool covers = text.StartsWith(Any, StringComparison.Ordinal);
        string rest = covers ? text[Any.Length..] : text;
        return Uri.TryCreate($"http://{rest}", UriKind.Absolute, out Uri? uri) && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" } && !rest.EndsWith('/')
            ? new AllowedHost(uri.IdnHost, rest.EndsWith($":{uri.Port}", StringComparison.Ordinal) ? uri.Port : null, covers)
            : null;
    }
}
