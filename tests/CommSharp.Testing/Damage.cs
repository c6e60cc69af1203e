using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CommSharp.Testing;

/// <summary>Breaks good data files in the ways in which they are found broken.</summary>
public static class Damage
{
    // Texts keep their characters, so that a file looks as before but for the damage.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Cuts a file after half of its bytes.</summary>
    public static void CutInTheMiddle(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
    }

    /// <summary>Replaces the first occurrence of a text by bytes that are not UTF-8.</summary>
    public static void SpoilUtf8(string file, string text)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at >= 0, $"{file} has no {text}.");
        bytes[at] = 0xff;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Replaces the first occurrence of a text.</summary>
    public static void Replace(string file, string text, string by)
    {
        string all = File.ReadAllText(file);
        int at = all.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no {text}.");
        File.WriteAllText(file, string.Concat(all.AsSpan(0, at), by, all.AsSpan(at + text.Length)));
    }

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string file, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(file))!;
        change(root);
        File.WriteAllText(file, root.ToJsonString(Plain));
    }

    /// <summary>Changes a line, counted from 1, of a file of JSON lines.</summary>
    public static void EditLine(string file, int line, Action<JsonNode> change)
    {
        string[] lines = File.ReadAllLines(file);
        JsonNode record = JsonNode.Parse(lines[line - 1])!;
        change(record);
        lines[line - 1] = record.ToJsonString(Plain);
        File.WriteAllLines(file, lines);
    }

    /// <summary>Repeats a line, counted from 1, at the end of a file.</summary>
    public static void RepeatLine(string file, int line) => File.AppendAllLines(file, [File.ReadAllLines(file)[line - 1]]);
}
