using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Errors;

/// <summary>A refusal, as the caller is told of it.</summary>
internal sealed class ApiException : Exception
{
    private ApiException(int status, string type, string message, string? code, string? parameter, Exception? cause = null)
        : base(message, cause) => (Status, Type, Code, Parameter) = (status, type, code, parameter);

    public int Status { get; }

    public string Type { get; }

    public string? Code { get; }

    /// <summary>The member of the request that it is about.</summary>
    public string? Parameter { get; }

    /// <summary>After how many seconds the same request may succeed.</summary>
    public int? RetryAfter { get; private init; }

    public static ApiException Invalid(string message, string? parameter = null, string? code = null, Exception? cause = null) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", message, code, parameter, cause);

    public static ApiException Unsupported(string parameter, string reason) =>
        Invalid($"Unsupported parameter: '{parameter}'; {reason}.", parameter, "unsupported_parameter");

    public static ApiException TooLarge(long limit) => Of(
        StatusCodes.Status413PayloadTooLarge, $"The request's body is larger than {limit} bytes, which is the limit.", "request_too_large");

    public static ApiException TooSlow(TimeSpan limit) => Of(
        StatusCodes.Status408RequestTimeout, $"The request's body took longer than {limit.TotalSeconds:0.#} s, which is the limit.", "body_too_slow");

    public static ApiException UnknownModel(string given, string served) =>
        new(StatusCodes.Status404NotFound, "invalid_request_error", $"The model '{given}' does not exist; this server has '{served}'.", "model_not_found", "model");

    public static ApiException Busy(string message, string code, int retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "rate_limit_error", message, code, null) { RetryAfter = retryAfter };

    public static ApiException Stopping(Exception? cause = null) =>
        new(StatusCodes.Status503ServiceUnavailable, "server_error", "The server is stopping.", "server_stopping", null, cause) { RetryAfter = 10 };

    public static ApiException Internal(Exception cause) =>
        new(StatusCodes.Status500InternalServerError, "server_error", "The server failed at this request; its own output says more.", null, null, cause);

    /// <summary>A refusal of which only its status is decided.</summary>
    public static ApiException Of(int status, string message, string? code = null) =>
        new(status, status >= StatusCodes.Status500InternalServerError ? "server_error" : "invalid_request_error", message, code, null);
}
