using System.Text.Json;

namespace CommSharp.Checkpoints;

/// <summary>The <c>weight_map</c> of a sharded checkpoint: for every tensor the plain name of the file that holds it.</summary>
internal static class ShardIndex
{
    private const long LargestIndex = 100_000_000;

    public static OrderedDictionary<string, string> Read(string path)
    {
        using var file = DataFile.Open(path);
        if (file.Length > LargestIndex)
        {
            throw new CheckpointException(path, $"is {file.Length} bytes long, more than the {LargestIndex} allowed for an index; it is damaged");
        }

        try
        {
            using var json = JsonDocument.Parse(file.Read(0, (int)file.Length), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return WeightMap(path, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the JSON reader reports text that is not valid UTF-8 or UTF-16.
            throw new CheckpointException(path, "is not valid JSON or names a tensor twice; download it again", innerException: e);
        }
    }

    private static OrderedDictionary<string, string> WeightMap(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("weight_map", out var entries)
            || entries.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException(path, "has no weight_map object; this is no index of shards");
        }

        var map = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries.EnumerateObject())
        {
            string? shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
            if (shard is null || !IsPlainName(shard))
            {
                throw new CheckpointException(path,
                    $"says that tensor {Printable.Name(entry.Name)} is in {Printable.Name(shard ?? entry.Value.ValueKind.ToString())}, "
                    + "which is not the name of a file in the same folder; do not trust this checkpoint", entry.Name);
            }

            map.Add(entry.Name, shard);
        }

        if (map.Count == 0)
        {
            throw new CheckpointException(path, "has an empty weight_map; download it again");
        }

        return map;
    }

    // The same on every system: a backslash or a drive's colon is as wrong on Linux, where the checkpoint may have been checked, as on Windows.
    private static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.AsSpan().ContainsAny("/\\:\0") && !name.Any(char.IsControl);
}
