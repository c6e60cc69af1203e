using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Language;

/// <summary>How Hugging Face stores Llama and Vicuna (transformers, models/llama).</summary>
public static class LlamaCheckpoint
{
    /// <summary>Reads the architecture from a config.json, or from the "text_config" of a larger model.</summary>
    /// <exception cref="ConfigurationException">A member is missing or wrong, or its value changes the mathematics and is not supported.</exception>
    public static LlamaConfig ReadConfig(HuggingFaceConfig config)
    {
        config.Require("hidden_act", "silu");
        config.Require("attention_bias", false);
        config.Require("mlp_bias", false);
        config.Require("partial_rotary_factor", 1.0);
        int width = config.Count("hidden_size", 4096), heads = config.Count("num_attention_heads", 32);
        int keyValueHeads = config.Count("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
        {
            throw new ConfigurationException(config.File, $"{heads} attention heads cannot share {keyValueHeads} key/value heads evenly.", "num_key_value_heads");
        }

        HuggingFaceConfig? rotary = config.Section("rope_parameters");
        var read = new LlamaConfig
        {
            VocabularySize = config.Count("vocab_size", 32000),
            Width = width,
            HiddenWidth = config.Count("intermediate_size", 11008),
            Depth = config.Count("num_hidden_layers", 32, MemberCheck.MostLayers),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = config.Count("head_dim", width / heads),
            ContextLength = config.Count("max_position_embeddings", 2048, LlamaConfig.LongestContext),
            NormEpsilon = config.Number("rms_norm_eps", 1e-6),
            RotaryBase = (rotary?.Has("rope_theta") is true ? rotary : config).Number("rope_theta", 10000),
            Scaling = ReadScaling(rotary ?? config.Section("rope_scaling")),
            TiedEmbeddings = config.Flag("tie_word_embeddings", false),
        };
        read.Validate(config.Check);
        return read;
    }

    /// <summary>The names of a decoder's tensors.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="body">What stands before the names of embeddings, blocks and norm.</param>
    public static CheckpointLayout Layout(LlamaConfig config, string body = "model.") => new(
        "llama",
        ["", "language_model."],
        [
            new Rename(body + "embed_tokens.weight", "embed_tokens.weight"),
            .. BlockTensors.Select(name => new Rename($"{body}layers.{{i}}.{name}.weight", $"layers.{{i}}.{name}.weight")),
            new Rename(body + "norm.weight", "norm.weight"),
            .. Head(config),
            new Ignore("*.rotary_emb.inv_freq"), // buffers that older checkpoints carry
        ],
        config.Depth);

    /// <summary>The config.json of a decoder.</summary>
    internal static JsonObject WriteConfig(LlamaConfig config)
    {
        JsonObject json = WriteShape(config);
        if (WriteScaling(config.Scaling) is { } scaling)
        {
            json["rope_scaling"] = scaling;
        }

        return json;
    }

    private static JsonObject WriteShape(LlamaConfig config) => new()
    {
        ["model_type"] = "llama",
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["vocab_size"] = config.VocabularySize,
        ["hidden_size"] = config.Width,
        ["intermediate_size"] = config.HiddenWidth,
        ["num_hidden_layers"] = config.Depth,
        ["num_attention_heads"] = config.Heads,
        ["num_key_value_heads"] = config.KeyValueHeads,
        ["head_dim"] = config.HeadWidth,
        ["max_position_embeddings"] = config.ContextLength,
        ["rms_norm_eps"] = config.NormEpsilon,
        ["rope_theta"] = config.RotaryBase,
        ["hidden_act"] = "silu",
        ["tie_word_embeddings"] = config.TiedEmbeddings,
    };

    private static JsonObject? WriteScaling(RotaryScaling scaling) => scaling switch
    {
        LinearRotaryScaling linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = linear.Factor },
        Llama3RotaryScaling llama3 => new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = llama3.Factor,
            ["low_freq_factor"] = llama3.LowFrequencyFactor,
            ["high_freq_factor"] = llama3.HighFrequencyFactor,
            ["original_max_position_embeddings"] = llama3.OriginalContextLength,
        },
        _ => null,
    };

    private static IReadOnlyList<string> BlockTensors { get; } =
    [
        "input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
        "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
    ];

    /// <summary>A tied checkpoint may repeat the embeddings as its head.</summary>
    private static IEnumerable<KeyRule> Head(LlamaConfig config) =>
        config.TiedEmbeddings ? [new Ignore("lm_head.weight")] : [new Rename("lm_head.weight", "lm_head.weight")];

    /// <summary>"type" and "rope_type" mean the same; the older configs use the first.</summary>
    private static RotaryScaling ReadScaling(HuggingFaceConfig? config)
    {
        if (config is null)
        {
            return new NoRotaryScaling();
        }

        string member = config.Has("rope_type") ? "rope_type" : "type";
        return config.Text(member, "default") switch
        {
            "default" => new NoRotaryScaling(),
            "linear" => new LinearRotaryScaling(config.Number("factor")),
            "llama3" => new Llama3RotaryScaling(
                config.Number("factor"),
                config.Number("low_freq_factor"),
                config.Number("high_freq_factor"),
                config.Count("original_max_position_embeddings", most: LlamaConfig.LongestContext)),
            _ => throw config.Unsupported(member, "default, linear, llama3"),
        };
    }
}
