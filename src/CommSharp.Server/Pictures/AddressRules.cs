using System.Net;
using System.Net.Sockets;

namespace CommSharp.Server.Pictures;

/// <summary>Which addresses are out in the open. Everything that reaches this machine, its network or nobody in particular is not.</summary>
internal static class AddressRules
{
    /// <summary>What the registries of special-purpose addresses (RFC 6890 and its successors) set apart in IPv4.</summary>
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>In IPv6 only 2000::/3 is in the open; these parts of it are not, or wrap an address of IPv4.</summary>
    private static readonly IPNetwork[] SpecialWide = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(text => IPNetwork.Parse(text))];

    private static readonly IPNetwork Open = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Special.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => plain.ScopeId == 0 && Open.Contains(plain) && !SpecialWide.Any(network => network.Contains(plain)),
            _ => false,
        };
    }
}
