using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CommSharp.Configuration;

/// <summary>
/// A change to a config, written as "path=value": "vision.branches[1].layers=last:6". The value is JSON where it is valid JSON, and a text
/// otherwise; "null" removes a member. A study is a list of such changes over one base.
/// </summary>
public static partial class ConfigurationPatch
{
    /// <summary>Applies changes to a config's text, in order.</summary>
    /// <param name="name">What errors call the config.</param>
    /// <param name="json">The config.</param>
    /// <param name="patches">The changes.</param>
    /// <exception cref="ConfigurationException">The text is not JSON, or a change fits nowhere.</exception>
    public static string Apply(string name, string json, IReadOnlyList<string> patches)
    {
        if (patches.Count == 0)
        {
            return json;
        }

        JsonElement whole = StrictJson.Parse(name, Encoding.UTF8.GetBytes(json), JsonCommentHandling.Skip);
        JsonNode root = JsonObject.Create(whole) ?? throw new ConfigurationException(name, "holds something else than a config, which is a JSON object.");
        foreach (string patch in patches)
        {
            Apply(name, root, patch);
        }

        return root.ToJsonString();
    }

    private static void Apply(string name, JsonNode root, string patch)
    {
        int equals = patch.IndexOf('=', StringComparison.Ordinal);
        string path = equals < 0 ? patch : patch[..equals].Trim();
        if (equals < 0 || !WholePath().IsMatch(path))
        {
            throw new ConfigurationException(name, $"\"{patch}\" is no change; write path=value, such as vision.branches[0].layers=half.");
        }

        string[] steps = [.. Step().Matches(path).Select(match => match.Value.Trim('[', ']'))];
        JsonNode parent = steps[..^1].Aggregate(root, (node, step) => Child(name, patch, node, step));
        Set(name, patch, parent, steps[^1], ReadValue(name, patch[(equals + 1)..]));
    }

    private static JsonNode Child(string name, string patch, JsonNode node, string step) => node switch
    {
        JsonArray array when Index(step) is { } index && index < array.Count && array[index] is { } item => item,
        JsonObject members when Index(step) is null => members[step] ?? (members[step] = new JsonObject()),
        _ => throw new ConfigurationException(name, $"the change \"{patch}\" fits nowhere: there is no \"{step}\"."),
    };

    private static void Set(string name, string patch, JsonNode parent, string step, JsonNode? value)
    {
        switch (parent)
        {
            case JsonArray array when Index(step) is { } index && index < array.Count:
                array[index] = value;
                break;
            case JsonObject members when Index(step) is null && value is null:
                members.Remove(step);
                break;
            case JsonObject members when Index(step) is null:
                members[step] = value;
                break;
            default:
                throw new ConfigurationException(name, $"the change \"{patch}\" fits nowhere: there is no \"{step}\".");
        }
    }

    /// <summary>What is JSON is strict JSON, too; what is none is a text.</summary>
    private static JsonNode? ReadValue(string name, string text)
    {
        try
        {
            _ = JsonNode.Parse(text);
            return JsonSerializer.SerializeToNode(StrictJson.Parse(name, Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static int? Index(string step) => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    [GeneratedRegex(@"^[A-Za-z$_]\w*(\.[A-Za-z$_]\w*|\[\d+\])*$")]
    private static partial Regex WholePath();

    [GeneratedRegex(@"[A-Za-z$_]\w*|\[\d+\]")]
    private static partial Regex Step();
}
