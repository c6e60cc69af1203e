namespace CommSharp.Server.Errors;

/// <summary>A refusal in OpenAI's shape.</summary>
internal sealed record ErrorBody(ErrorDetail Error);

/// <summary>What is told of a refusal.</summary>
internal sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);
