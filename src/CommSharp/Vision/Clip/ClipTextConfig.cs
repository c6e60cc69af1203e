using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Vision.Families;

namespace CommSharp.Vision.Clip;

/// <summary>The architecture of CLIP's text encoder.</summary>
public sealed record ClipTextConfig
{
    /// <summary>The released configs' end-of-text id, which is not the id that their tokenizer writes.</summary>
    private const int LegacyEndOfText = 2;

    /// <summary>The number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The number of positions.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>The shape of one block.</summary>
    public required EncoderBlockConfig Block { get; init; }

    /// <summary>
    /// The id whose first occurrence is pooled. Null: the highest id of each sequence is, which is right for the released models, whose config
    /// says 2 while the true end token has the highest id.
    /// </summary>
    public int? EndOfText { get; init; }

    /// <summary>Reads the "text_config" of a whole CLIP.</summary>
    /// <param name="config">The section.</param>
    public static ClipTextConfig Read(HuggingFaceConfig config)
    {
        int end = config.WholeNumber("eos_token_id", 49407);
        return new ClipTextConfig
        {
            VocabularySize = config.Count("vocab_size", 49408),
            ContextLength = config.Count("max_position_embeddings", 77),
            Depth = config.Count("num_hidden_layers", 12, MemberCheck.MostLayers),
            Block = new EncoderBlockConfig(config.Count("hidden_size", 512), config.Count("num_attention_heads", 8), config.Count("intermediate_size", 2048))
            {
                Activation = ClipFamily.ReadActivation(config, "quick_gelu"),
                NormEpsilon = config.Number("layer_norm_eps", 1e-5),
            },
            EndOfText = end == LegacyEndOfText ? null : end,
        };
    }

    /// <summary>The names of a text encoder's tensors in a whole CLIP.</summary>
    internal CheckpointLayout Layout => new(
        "clip-text",
        ["text_model."],
        [
            new Rename("embeddings.token_embedding.weight", "tokens"),
            new Rename("embeddings.position_embedding.weight", "positions"),
            .. ClipFamily.BlockRules,
            new Rename("final_layer_norm.weight", "norm.weight"),
            new Rename("final_layer_norm.bias", "norm.bias"),
            new Ignore("embeddings.position_ids"),
        ],
        Depth);
}
