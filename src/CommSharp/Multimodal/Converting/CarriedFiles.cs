using System.Text;
using System.Text.Json.Nodes;
using CommSharp.Configuration;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Converting;

/// <summary>The files of a model's folder that go with its weights: configs, tokenizer, preprocessor, licence.</summary>
internal static class CarriedFiles
{
    private static readonly string[] DtypeMembers = ["torch_dtype", "dtype"];

    /// <summary>Reads them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">What its config is to say about the weights' dtype, if it says anything; null to leave it.</param>
    public static IReadOnlyList<CarriedFile> Of(string folder, ScalarType? dtype) =>
    [
        .. from path in Directory.EnumerateFiles(folder).Where(IsCarried).Order(StringComparer.Ordinal)
           let name = Path.GetFileName(path)
           let bytes = File.ReadAllBytes(path)
           select new CarriedFile(name, name == ModelFolder.HuggingFaceConfigName && dtype is { } wanted ? WithDtype(path, bytes, wanted) : bytes),
    ];

    /// <summary>A JSON file as Hugging Face writes them.</summary>
    public static CarriedFile Json(string name, JsonNode json) => new(name, Encoding.UTF8.GetBytes(json.ToJsonString(CommJson.Options) + "\n"));

    /// <summary>A JSON file that somebody else wrote.</summary>
    /// <param name="file">What errors call it.</param>
    /// <param name="json">Its bytes.</param>
    /// <exception cref="ConfigurationException">It holds no JSON object.</exception>
    public static JsonObject ReadObject(string file, byte[] json) =>
        JsonObject.Create(StrictJson.Parse(file, json)) is { } read
            ? read
            : throw new ConfigurationException(file, "holds something else than a JSON object; download it again.");

    private static bool IsCarried(string path)
    {
        string name = Path.GetFileName(path);
        bool known = Path.GetExtension(name).ToUpperInvariant() is ".JSON" or ".MODEL" or ".TXT" or ".JINJA" or ".MD"
            || name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("NOTICE", StringComparison.OrdinalIgnoreCase);
        return known && name[0] != '.' && !name.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] WithDtype(string file, byte[] config, ScalarType dtype)
    {
        JsonObject json = ReadObject(file, config);
        IEnumerable<JsonObject> nested = json.Where(member => member.Key.EndsWith("_config", StringComparison.Ordinal))
            .Select(member => member.Value)
            .OfType<JsonObject>();
        JsonObject[] sections = [json, .. nested];
        foreach ((JsonObject section, string member) in sections.SelectMany(section => DtypeMembers.Select(member => (section, member))))
        {
            if (section[member] is not null)
            {
                section[member] = DtypeName.Format(dtype);
            }
        }

        return Json(ModelFolder.HuggingFaceConfigName, json).Bytes;
    }
}
