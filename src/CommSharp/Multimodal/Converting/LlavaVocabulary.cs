using System.Text.Json.Nodes;
using CommSharp.Text;

namespace CommSharp.Multimodal.Converting;

/// <summary>
/// The two tokens that Hugging Face's LLaVA-1.5 has after the original vocabulary: one for a picture, one for padding. Tokenizers for Python read
/// them from added_tokens.json, the fast ones from tokenizer.json.
/// </summary>
internal static class LlavaVocabulary
{
    public const int AddedTokens = 2;

    private const string FastName = "tokenizer.json";

    /// <summary>The files with the tokens added.</summary>
    /// <param name="files">The original's files.</param>
    /// <param name="folder">Their folder, for errors.</param>
    /// <param name="vocabulary">The size of the original vocabulary.</param>
    /// <exception cref="CommSharpException">The ids are taken.</exception>
    public static IEnumerable<CarriedFile> Extend(IEnumerable<CarriedFile> files, string folder, int vocabulary)
    {
        KeyValuePair<string, int>[] tokens = [new("<image>", vocabulary), new("<pad>", vocabulary + 1)];
        var rest = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var added = rest.Remove(TokenizerFolder.AddedTokensName, out CarriedFile? old) ? Parse(old, folder) : [];
        foreach ((string token, int id) in tokens)
        {
            if (added.Any(entry => entry.Key == token ? (int?)entry.Value != id : (int?)entry.Value == id))
            {
                throw new CommSharpException(
                    $"{Path.Combine(folder, TokenizerFolder.AddedTokensName)}: {token} needs the id {id}, but the file says {added.ToJsonString()}; remove the added tokens.");
            }

            added[token] = id;
        }

        IEnumerable<CarriedFile> others = rest.Values.Select(file => file.Name == FastName ? WithTokens(file, folder, tokens) : file);
        return [.. others, CarriedFiles.Json(TokenizerFolder.AddedTokensName, added)];
    }

    private static CarriedFile WithTokens(CarriedFile file, string folder, IEnumerable<KeyValuePair<string, int>> tokens)
    {
        JsonObject tokenizer = Parse(file, folder);
        var added = tokenizer["added_tokens"] as JsonArray ?? [];
        foreach ((string token, int id) in tokens)
        {
            added.Add(new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            });
        }

        tokenizer["added_tokens"] = added.DeepClone();
        return CarriedFiles.Json(file.Name, tokenizer);
    }

    private static JsonObject Parse(CarriedFile file, string folder) => CarriedFiles.ReadObject(Path.Combine(folder, file.Name), file.Bytes);
}
