using System.Globalization;
using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Text;

/// <summary>Reads tokenizer_config.json, special_tokens_map.json and added_tokens.json, each of them optional.</summary>
internal static class TokenizerFolder
{
    /// <summary>SentencePiece's model.</summary>
    internal const string ModelName = "tokenizer.model";

    /// <summary>Tokens beside the model's own, as an object of names and ids.</summary>
    internal const string AddedTokensName = "added_tokens.json";

    // Real files have some kilobytes; with a thousand added tokens some hundred.
    private const long LargestFile = 64 << 20;
    private const int HighestId = 1 << 24;

    private static readonly string[] Classes = ["LlamaTokenizer", "LlamaTokenizerFast"];

    public static TokenizerSettings Read(string folder)
    {
        var settings = new TokenizerSettings();
        var added = new AddedTokens();
        string file = Path.Combine(folder, AddedTokensName);
        if (Open(file) is { } list)
        {
            foreach (JsonProperty token in list.EnumerateObject())
            {
                added.Add(new AddedToken(token.Name, Id(token.Value, file, token.Name)), file);
            }
        }

        file = Path.Combine(folder, "special_tokens_map.json");
        if (Open(file) is { } map)
        {
            settings = Named(settings, map, file);
        }

        file = Path.Combine(folder, "tokenizer_config.json");
        if (Open(file) is { } config)
        {
            settings = Configured(settings, config, file);
            AddDecoder(added, config, file);
        }

        return settings with { Added = added.ById };
    }

    private static TokenizerSettings Configured(TokenizerSettings settings, JsonElement config, string file)
    {
        string name = Word(config, "tokenizer_class", file) ?? Classes[0];
        if (!Classes.Contains(name))
        {
            throw new ConfigurationException(
                file, $"\"tokenizer_class\" is {Printable.Name(name)}, but only {string.Join(" and ", Classes)} are supported.", "tokenizer_class");
        }

        Refuse(config, "clean_up_tokenization_spaces", true, file);
        Refuse(config, "add_prefix_space", false, file);
        return Named(settings, config, file) with
        {
            Legacy = Flag(config, "legacy", file) ?? settings.Legacy,
            AddBegin = Flag(config, "add_bos_token", file) ?? settings.AddBegin,
            AddEnd = Flag(config, "add_eos_token", file) ?? settings.AddEnd,
        };
    }

    /// <summary>The named tokens, which both files may have; the later one wins.</summary>
    private static TokenizerSettings Named(TokenizerSettings settings, JsonElement json, string file)
    {
        var special = settings.Special.ToList();
        if (Find(json, "additional_special_tokens") is { ValueKind: JsonValueKind.Array } list)
        {
            special.AddRange(list.EnumerateArray().Select(token => Content(token, file, "additional_special_tokens")));
        }

        return settings with
        {
            Begin = Token(json, "bos_token", file) ?? settings.Begin,
            End = Token(json, "eos_token", file) ?? settings.End,
            Unknown = Token(json, "unk_token", file) ?? settings.Unknown,
            Pad = Token(json, "pad_token", file) ?? settings.Pad,
            Special = [.. special.Where(text => text.Length > 0).Distinct()],
        };
    }

    private static void AddDecoder(AddedTokens added, JsonElement config, string file)
    {
        const string member = "added_tokens_decoder";
        if (Find(config, member) is not { } tokens)
        {
            return;
        }

        foreach (JsonProperty token in Object(tokens, file, member).EnumerateObject())
        {
            if (!int.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id > HighestId)
            {
                throw new ConfigurationException(file, $"\"{member}\" has {Printable.Name(token.Name)} where an id is expected.", member);
            }

            JsonElement fields = Object(token.Value, file, $"{member}.{token.Name}");
            Refuse(fields, "single_word", true, file);
            added.Add(new AddedToken(Content(fields, file, $"{member}.{token.Name}"), id)
            {
                Special = Flag(fields, "special", file) ?? false,
                TrimBefore = Flag(fields, "lstrip", file) ?? false,
                TrimAfter = Flag(fields, "rstrip", file) ?? false,
            }, file);
        }
    }

    private static JsonElement? Open(string file) => File.Exists(file) ? Object(StrictJson.Read(file, LargestFile), file, "") : null;

    private static JsonElement? Find(JsonElement json, string member) =>
        json.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool? Flag(JsonElement json, string member, string file) => Find(json, member) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(file, member, "true or false", value),
    };

    private static string? Word(JsonElement json, string member, string file) => Find(json, member) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(file, member, "a text", value),
    };

    /// <summary>A named token. Old conversions of Llama have the empty text, which says nothing.</summary>
    private static string? Token(JsonElement json, string member, string file) =>
        Find(json, member) is { } value && Content(value, file, member) is { Length: > 0 } text ? text : null;

    /// <summary>A token is written as its text, or as an object with the member "content".</summary>
    private static string Content(JsonElement token, string file, string member) => token.ValueKind == JsonValueKind.String
        ? token.GetString()!
        : Word(Object(token, file, member), "content", file) ?? throw new ConfigurationException(file, $"\"{member}\" has no \"content\".", member);

    private static JsonElement Object(JsonElement value, string file, string member) =>
        value.ValueKind == JsonValueKind.Object ? value : throw Wrong(file, member, "an object", value);

    private static int Id(JsonElement value, string file, string member) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) && id is >= 0 and <= HighestId
            ? id
            : throw Wrong(file, member, $"an id from 0 to {HighestId}", value);

    private static void Refuse(JsonElement json, string member, bool refused, string file)
    {
        if (Flag(json, member, file) == refused)
        {
            string word = refused ? "true" : "false";
            throw new ConfigurationException(file, $"\"{member}\" is {word}, which changes the tokens and is not supported.", member);
        }
    }

    private static ConfigurationException Wrong(string file, string member, string expected, JsonElement value) =>
        new(file, $"{(member.Length > 0 ? Printable.Name(member) : "the file")} must be {expected}, but is of the kind {value.ValueKind}.", member);

    /// <summary>The added tokens of several files, which may repeat but not contradict each other.</summary>
    private sealed class AddedTokens
    {
        private readonly SortedDictionary<int, AddedToken> _byId = [];
        private readonly Dictionary<string, AddedToken> _byContent = new(StringComparer.Ordinal);

        public IReadOnlyList<AddedToken> ById => [.. _byId.Values];

        public void Add(AddedToken token, string file)
        {
            if (token.Content.Length == 0)
            {
                throw new ConfigurationException(file, $"the added token with id {token.Id} is empty.");
            }

            AddedToken? other = _byId.GetValueOrDefault(token.Id, token).Content != token.Content
                ? _byId[token.Id]
                : _byContent.GetValueOrDefault(token.Content, token).Id != token.Id ? _byContent[token.Content] : null;
            if (other is not null)
            {
                throw new ConfigurationException(
                    file,
                    $"the added token {Printable.Name(token.Content)} has the id {token.Id}, but {Printable.Name(other.Content)} has {other.Id}; "
                    + "the folder's files contradict each other.");
            }

            (_byId[token.Id], _byContent[token.Content]) = (token, token);
        }
    }
}
