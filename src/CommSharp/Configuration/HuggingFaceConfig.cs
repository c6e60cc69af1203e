using System.Text.Json;
using CommSharp.Checkpoints;

namespace CommSharp.Configuration;

/// <summary>
/// A Hugging Face config.json, read member by member. It remembers what was asked for, so that what nobody used can be listed, and refuses a
/// known member whose value would change the mathematics.
/// </summary>
public sealed class HuggingFaceConfig
{
    private readonly JsonElement _json;
    private readonly string _path;
    private readonly HashSet<string> _used;

    private HuggingFaceConfig(string file, JsonElement json, string path, HashSet<string> used)
    {
        File = file;
        _json = json;
        _path = path;
        _used = used;
    }

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>What the file calls its kind, such as "llama"; empty when it does not say.</summary>
    public string ModelType => Text("model_type", "");

    /// <summary>
    /// Members that nobody asked for and that are not known to be harmless (training settings, output flags and the like), with their section's
    /// name before them.
    /// </summary>
    public IReadOnlyList<string> Unused => [.. Members(_json, "").Where(member => !_used.Contains(member) && !IsInert(member))];

    /// <summary>Refuses values by their path in the file.</summary>
    internal MemberCheck Check => new(File, _path);

    /// <summary>Reads a config.</summary>
    /// <param name="file">The path of a config.json.</param>
    /// <exception cref="ConfigurationException">Missing, or not a JSON object.</exception>
    public static HuggingFaceConfig Read(string file)
    {
        JsonElement json = StrictJson.Read(file);
        return json.ValueKind == JsonValueKind.Object
            ? new HuggingFaceConfig(file, json, "", [])
            : throw new ConfigurationException(file, "a config is a JSON object, but this file holds something else.");
    }

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string member) => Find(member) is not null;

    /// <summary>A nested object, or null when absent.</summary>
    public HuggingFaceConfig? Section(string member) => Find(member) is { ValueKind: JsonValueKind.Object } section
        ? new HuggingFaceConfig(File, section, _path + member + ".", _used)
        : null;

    /// <summary>An integer.</summary>
    /// <exception cref="ConfigurationException">Absent without a fallback, or not an integer.</exception>
    public int WholeNumber(string member, int? fallback = null) => Find(member) switch
    {
        null => fallback ?? throw Missing(member),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int number) => number,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is var number && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue => (int)number,
        { } value => throw Wrong(member, "an integer", value),
    };

    /// <summary>A positive integer.</summary>
    /// <param name="member">The member.</param>
    /// <param name="fallback">What an absent member means.</param>
    /// <param name="most">The largest that any model could have; memory is reserved for so many.</param>
    /// <exception cref="ConfigurationException">Absent without a fallback, not an integer, below 1, or above the most.</exception>
    public int Count(string member, int? fallback = null, int most = MemberCheck.LargestSize)
    {
        int count = WholeNumber(member, fallback);
        Check.Range(member, count, 1, most);
        return count;
    }

    /// <summary>A number.</summary>
    /// <exception cref="ConfigurationException">Absent without a fallback, or not a number.</exception>
    public double Number(string member, double? fallback = null) => Find(member) switch
    {
        null => fallback ?? throw Missing(member),
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        { } value => throw Wrong(member, "a number", value),
    };

    /// <summary>A truth value.</summary>
    /// <exception cref="ConfigurationException">Not a truth value.</exception>
    public bool Flag(string member, bool fallback) => Find(member) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(member, "true or false", value),
    };

    /// <summary>A text.</summary>
    /// <exception cref="ConfigurationException">Absent without a fallback, or not a text.</exception>
    public string Text(string member, string? fallback = null) => Find(member) switch
    {
        null => fallback ?? throw Missing(member),
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        { } value => throw Wrong(member, "a text", value),
    };

    /// <summary>A list of texts; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string member) => Find(member) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : [];

    /// <summary>An integer, or a list of them; empty when absent.</summary>
    public IReadOnlyList<int> WholeNumbers(string member) => Find(member) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)) =>
            [.. list.EnumerateArray().Select(item => item.GetInt32())],
        _ => [WholeNumber(member)],
    };

    /// <summary>A list of numbers; empty when absent or something else.</summary>
    public IReadOnlyList<double> Numbers(string member) => Find(member) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Number).Select(item => item.GetDouble())]
        : [];

    /// <summary>Refuses a member unless it is absent or has the one value that is supported.</summary>
    /// <typeparam name="T">bool, double or string.</typeparam>
    /// <exception cref="ConfigurationException">Another value: names the member, the value, and what is supported.</exception>
    public void Require<T>(string member, T supported)
        where T : notnull
    {
        bool agrees = supported switch
        {
            bool flag => Flag(member, flag) == flag,
            double number => Number(member, number) == number,
            string text => Text(member, text) == text,
            _ => throw new ArgumentOutOfRangeException(nameof(supported), supported, "Unknown kind of value."),
        };
        if (!agrees)
        {
            throw Unsupported(member, supported is bool flag ? (flag ? "true" : "false") : $"{supported}");
        }
    }

    /// <summary>The error for a value that would change the mathematics and is not supported.</summary>
    /// <param name="member">The member.</param>
    /// <param name="supported">What is supported instead.</param>
    public ConfigurationException Unsupported(string member, string supported) =>
        new(File, $"\"{_path}{member}\" is {(Find(member) is { } value ? Printable.Plain(value.GetRawText()) : "absent")}, which changes the mathematics and is not supported; supported: {supported}.", _path + member);

    private static IEnumerable<string> Members(JsonElement element, string prefix) => element.EnumerateObject().SelectMany(member =>
        member.Value.ValueKind == JsonValueKind.Object && member.Name.EndsWith("_config", StringComparison.Ordinal)
            ? Members(member.Value, prefix + member.Name + ".")
            : [prefix + member.Name]);

    private static bool IsInert(string member) => InertMembers.Contains(member[(member.LastIndexOf('.') + 1)..]);

    private JsonElement? Find(string member)
    {
        _used.Add(_path + member);
        return _json.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private ConfigurationException Missing(string member) => new(File, $"the member \"{_path}{member}\" is missing.", _path + member);

    private ConfigurationException Wrong(string member, string expected, JsonElement value) =>
        new(File, $"\"{_path}{member}\" is {Printable.Plain(value.GetRawText())}, but must be {expected}.", _path + member);

    /// <summary>Members of transformers' PretrainedConfig and of training that cannot change what a forward pass computes.</summary>
    private static readonly HashSet<string> InertMembers =
    [
        "_name_or_path", "_commit_hash", "_attn_implementation_autoset", "add_cross_attention", "apply_layernorm", "architectures",
        "attention_dropout", "attention_probs_dropout_prob", "bad_words_ids", "begin_suppress_tokens", "bos_token_id", "chunk_size_feed_forward",
        "cross_attention_hidden_size", "decoder_start_token_id", "diversity_penalty", "do_sample", "drop_path_rate", "dropout", "dtype",
        "early_stopping", "encoder_no_repeat_ngram_size", "encoder_stride", "eos_token_id", "exponential_decay_length_penalty", "finetuning_task",
        "forced_bos_token_id", "forced_eos_token_id", "freeze_mm_mlp_adapter", "hidden_dropout_prob", "id2label", "ignore_index", "image_seq_length",
        "initializer_factor", "initializer_range", "is_decoder", "is_encoder_decoder", "label2id", "layerscale_value", "length_penalty",
        "logit_scale_init_value", "max_length", "max_sequence_length", "min_length", "mm_hidden_size", "model_type", "no_repeat_ngram_size",
        "norm_pix_loss", "num_beam_groups", "num_beams", "num_return_sequences", "out_features", "out_indices", "output_attentions",
        "output_hidden_states", "output_scores", "pad_token_id", "prefix", "pretraining_tp", "problem_type", "projection_dim", "pruned_heads",
        "remove_invalid_values", "repetition_penalty", "reshape_hidden_states", "return_dict", "return_dict_in_generate", "sep_token_id",
        "stage_names", "suppress_tokens", "task_specific_params", "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class",
        "tokenizer_model_max_length", "tokenizer_padding_side", "top_k", "top_p", "torch_dtype", "torchscript", "transformers_version", "tune_mm_mlp_adapter", "typical_p",
        "unfreeze_mm_vision_tower", "use_bfloat16", "use_cache",
    ];
}
