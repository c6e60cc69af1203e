using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using CommSharp.Server.Errors;
using CommSharp.Server.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace CommSharp.Server.Limits;

/// <summary>How many questions are worked at together, and how many a caller may put in a minute. Everything but questions is free.</summary>
internal static class CallLimits
{
    private const int BytesOfNetwork = 8; // whoever has an IPv6 address has 2^64 of them

    public static void Apply(RateLimiterOptions limiter, ServerOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(http => Rate(http, options)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Concurrency(http, options)));
        limiter.OnRejected = async (rejected, _) =>
        {
            bool isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait);
            ApiException refusal = isRate
                ? ApiException.Busy($"More than {options.RequestsPerMinute} requests in a minute; ask again later.", "rate_limit_exceeded", (int)Math.Ceiling(wait.TotalSeconds))
                : ApiException.Busy($"{options.MaxConcurrent} requests are being worked at, which is the limit; ask again later.", "too_many_requests", 1);
            await ErrorResponses.WriteAsync(rejected.HttpContext, refusal).ConfigureAwait(false);
        };
    }

    /// <summary>Who calls: the key, or the address without one.</summary>
    internal static string CallerOf(HttpContext http)
    {
        if (ApiKeyGate.KeyOf(http) is { } key)
        {
            return key;
        }

        IPAddress address = http.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes()[..BytesOfNetwork]) : address.ToString();
    }

    private static RateLimitPartition<string> Rate(HttpContext http, ServerOptions options) => !IsQuestion(http) || options.RequestsPerMinute == 0
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetFixedWindowLimiter(CallerOf(http), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.RequestsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        });

    private static RateLimitPartition<string> Concurrency(HttpContext http, ServerOptions options) => !IsQuestion(http)
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxConcurrent, QueueLimit = 0 });

    private static bool IsQuestion(HttpContext http) => HttpMethods.IsPost(http.Request.Method);
}
