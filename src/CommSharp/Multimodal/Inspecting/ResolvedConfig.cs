using System.Text.Json;
using System.Text.Json.Nodes;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;

namespace CommSharp.Multimodal.Inspecting;

/// <summary>A folder's config as this library understands it, with every default written out.</summary>
internal static class ResolvedConfig
{
    public static JsonNode Of(ModelFolder folder) => folder switch
    {
        TowerFolder tower => Node(new Tower(tower.Family.Name, tower.Architecture, tower.Normalization ?? tower.Family.Normalization)),
        LanguageFolder language => Node(language.Architecture),
        MultimodalFolder multimodal => Node(multimodal.Config),
        _ => throw new ArgumentOutOfRangeException(nameof(folder), folder, "Unknown kind of folder."),
    };

    private static JsonNode Node<T>(T config) => JsonSerializer.SerializeToNode(config, CommJson.Options)!;

    private sealed record Tower(string Family, VisionTransformerConfig Architecture, PixelNormalization Normalization);
}
