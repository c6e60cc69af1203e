using System.Text.Json;
using System.Text.Json.Serialization;
using CommSharp.Configuration;

namespace CommSharp.Cli.Parity;

/// <summary>A list of golden cases: small models, inputs, and the outputs that public references gave for them.</summary>
internal sealed record ParityManifest
{
    public const string FileName = "manifest.json";

    public required IReadOnlyList<ParityCase> Cases { get; init; }

    /// <summary>Reads the manifest of a folder of cases.</summary>
    public static ParityManifest Read(string folder) =>
        ConfigurationFile.Read<ParityManifest>(Path.Combine(folder, FileName), Contract);

    /// <summary>The manifest says more than is needed here.</summary>
    private static JsonSerializerOptions Contract { get; } = new(CommJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
}

/// <summary>One golden case.</summary>
internal sealed record ParityCase
{
    public required string Name { get; init; }

    /// <summary>What kind of model it is; see <see cref="ParityOutputs"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The code that gave the outputs.</summary>
    public required string Reference { get; init; }

    /// <summary>The largest difference allowed to a floating output.</summary>
    [JsonPropertyName("tolerance_abs")]
    public double Tolerance { get; init; }

    [JsonPropertyName("expected_file")]
    public required string ExpectedFile { get; init; }

    [JsonPropertyName("expected_tensors")]
    public required IReadOnlyDictionary<string, ParityTensor> Tensors { get; init; }

    /// <summary>Outputs whose rows of padding mean nothing, with the mask that says which rows those are.</summary>
    [JsonPropertyName("compare_only_where_mask_is_1")]
    public IReadOnlyDictionary<string, string> Masks { get; init; } = new Dictionary<string, string>();

    /// <summary>The names of the tensors that an implementation has to reproduce.</summary>
    public IEnumerable<string> Outputs => Tensors.Where(tensor => tensor.Value.Role == ParityTensor.Output).Select(tensor => tensor.Key);
}

/// <summary>What the manifest says of a tensor.</summary>
internal sealed record ParityTensor(string Role)
{
    public const string Output = "output";
}
