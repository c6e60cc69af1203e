using System.Text.Json.Nodes;
using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Testing;

/// <summary>
/// Folders of random models with a tokenizer, in the three layouts in which people have models that look at pictures. What they say means
/// nothing; that it depends on the picture does.
/// </summary>
public static class SeeingModels
{
    private const int Vocabulary = 480;
    private const int Width = 64;
    private const int VisionWidth = 48;

    private static readonly JsonObject ClipConfig = new()
    {
        ["model_type"] = "clip_vision_model",
        ["hidden_size"] = VisionWidth,
        ["intermediate_size"] = 96,
        ["num_hidden_layers"] = 4,
        ["num_attention_heads"] = 3,
        ["image_size"] = 56,
        ["patch_size"] = 14,
    };

    private static readonly JsonObject DinoV2Config = new()
    {
        ["model_type"] = "dinov2",
        ["hidden_size"] = VisionWidth,
        ["num_hidden_layers"] = 4,
        ["num_attention_heads"] = 3,
        ["mlp_ratio"] = 2,
        ["image_size"] = 70,
        ["patch_size"] = 14,
    };

    /// <summary>The names of the layouts.</summary>
    public static IReadOnlyList<string> Layouts { get; } = ["llava", "shikra", "comm"];

    /// <summary>The small tokenizer of the fixtures.</summary>
    private static string TokenizerModel => Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "parity", "tokenizer-small", "tokenizer.model");

    /// <summary>Writes a model.</summary>
    /// <param name="layout">One of <see cref="Layouts"/>.</param>
    /// <param name="folder">A folder that does not exist yet.</param>
    public static string Write(string layout, string folder) => layout switch
    {
        "llava" => Llava(folder),
        "shikra" => Shikra(folder),
        _ => Comm(folder),
    };

    private static string Llava(string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        var config = new JsonObject
        {
            ["model_type"] = "llava",
            ["image_token_index"] = Vocabulary,
            ["vision_config"] = ClipConfig.DeepClone(),
            ["text_config"] = LlamaConfig(Vocabulary + 3),
        };
        var read = TinyModels.HuggingFace(folder, config);
        var projector = new Projection(new MlpProjection { HiddenWidth = Width }, VisionWidth, Width, TensorOptions.Default);
        TinyModels.Write(
            folder,
            config,
            [
                .. TinyModels.Vision(read.Section("vision_config")!, "vision_tower.vision_model.", 11),
                .. TinyModels.Drawn(projector, LlavaFolder.Projector, "", 12),
                .. TinyModels.Language(read.Section("text_config")!, "language_model.", 13),
            ]);
        return WithTokenizer(folder, new JsonObject { ["<image>"] = Vocabulary });
    }

    private static string Shikra(string folder)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonObject config = LlamaConfig(Vocabulary + 3);
        config["model_type"] = "shikra";
        config["use_mm_proj"] = true;
        config["mm_vision_tower"] = "openai/clip";
        TinyModels.Tower(Path.Combine(folder, "vision_tower"), ClipConfig, "vision_model.", 21);
        var projector = new Projection(new LinearProjection(), VisionWidth, Width, TensorOptions.Default);
        TinyModels.Write(
            folder,
            config,
            [
                .. TinyModels.Drawn(projector, LlavaOriginalFolder.LinearProjector, "", 22),
                .. TinyModels.Language(TinyModels.HuggingFace(folder, config), "", 23),
            ]);
        return WithTokenizer(folder, new JsonObject { ["<im_patch>"] = Vocabulary, ["<im_start>"] = Vocabulary + 1, ["<im_end>"] = Vocabulary + 2 });
    }

    private static string Comm(string folder)
    {
        using var parts = new TemporaryFolder();
        string clip = TinyModels.Tower(parts["clip"], ClipConfig, "vision_model.", 31), dino = TinyModels.Tower(parts["dinov2"], DinoV2Config, "", 32);
        using (DisposeScope scope = NewDisposeScope())
        {
            JsonObject config = LlamaConfig(Vocabulary);
            TinyModels.Write(parts["llama"], config, TinyModels.Language(TinyModels.HuggingFace(parts["llama"], config), "", 33));
        }

        MultimodalConfig preset = Presets.Load("comm-7b", "name=tiny-comm", "vision.branches[1].layers=last:2", "vision.branches[1].imageSize=56");
        Composition.Write(CompositionPlan.Make(preset, [clip, dino], WithTokenizer(parts["llama"], [])), folder, seed: 34);
        return folder;
    }

    private static JsonObject LlamaConfig(int vocabulary) => new()
    {
        ["model_type"] = "llama",
        ["vocab_size"] = vocabulary,
        ["hidden_size"] = Width,
        ["intermediate_size"] = 128,
        ["num_hidden_layers"] = 3,
        ["num_attention_heads"] = 4,
        ["max_position_embeddings"] = 512,
    };

    private static string WithTokenizer(string folder, JsonObject added)
    {
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), File.ReadAllBytes(TokenizerModel));
        if (added.Count > 0)
        {
            File.WriteAllText(Path.Combine(folder, "added_tokens.json"), added.ToJsonString());
        }

        return folder;
    }
}
