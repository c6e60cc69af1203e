using CommSharp.Server.Errors;

namespace CommSharp.Server;

/// <summary>The model that a server has, as callers name it.</summary>
internal sealed record ServedModel(string Name, DateTimeOffset Since)
{
    /// <summary>Refuses requests to another model.</summary>
    public void Require(string? given)
    {
        if (given is not null && given != Name)
        {
            throw ApiException.UnknownModel(given, Name);
        }
    }
}

/// <summary>GET /v1/models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelEntry> Data)
{
    public string Object { get; } = "list";
}

/// <summary>A model of the list.</summary>
internal sealed record ModelEntry(string Id, long Created)
{
    public string Object { get; } = "model";

    public string OwnedBy { get; } = "commsharp";
}
