using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Testing;

/// <summary>Folders with models of a few thousand random parameters, as users have them. One seed gives one set of weights.</summary>
public static class TinyModels
{
    public const int ImageSize = 28;
    public const int VisionWidth = 16;
    public const int LanguageWidth = 24;
    public const int Vocabulary = 40;

    private static readonly JsonObject ClipConfig = new()
    {
        ["model_type"] = "clip_vision_model",
        ["hidden_size"] = VisionWidth,
        ["intermediate_size"] = 32,
        ["num_hidden_layers"] = 3,
        ["num_attention_heads"] = 2,
        ["image_size"] = ImageSize,
        ["patch_size"] = 14,
    };

    private static readonly JsonObject DinoV2Config = new()
    {
        ["model_type"] = "dinov2",
        ["hidden_size"] = VisionWidth,
        ["num_hidden_layers"] = 4,
        ["num_attention_heads"] = 2,
        ["image_size"] = ImageSize,
        ["patch_size"] = 14,
    };

    private static readonly JsonObject LlamaConfig = new()
    {
        ["model_type"] = "llama",
        ["vocab_size"] = Vocabulary,
        ["hidden_size"] = LanguageWidth,
        ["intermediate_size"] = 32,
        ["num_hidden_layers"] = 2,
        ["num_attention_heads"] = 2,
        ["max_position_embeddings"] = 64,
    };

    /// <summary>A CLIP vision tower.</summary>
    public static string Clip(string folder, int seed = 1) => Tower(folder, ClipConfig, "vision_model.", seed);

    /// <summary>A DINOv2.</summary>
    public static string DinoV2(string folder, int seed = 2) => Tower(folder, DinoV2Config, "", seed);

    /// <summary>A Llama.</summary>
    public static string Llama(string folder, int seed = 3)
    {
        using DisposeScope scope = NewDisposeScope();
        return Write(folder, LlamaConfig, Language(HuggingFace(folder, LlamaConfig), "", seed));
    }

    /// <summary>A LLaVA-1.5 in Hugging Face's layout.</summary>
    public static string Llava(string folder, int seed = 4)
    {
        using DisposeScope scope = NewDisposeScope();
        var config = new JsonObject
        {
            ["model_type"] = "llava",
            ["image_token_index"] = Vocabulary - 2,
            ["vision_config"] = ClipConfig.DeepClone(),
            ["text_config"] = LlamaConfig.DeepClone(),
        };
        HuggingFaceConfig read = HuggingFace(folder, config);
        var projector = new Projection(new MlpProjection { HiddenWidth = LanguageWidth }, VisionWidth, LanguageWidth, TensorOptions.Default);
        return Write(
            folder,
            config,
            [
                .. Vision(read.Section("vision_config")!, "vision_tower.vision_model.", seed),
                .. Drawn(projector, LlavaFolder.Projector, "", seed + 100),
                .. Language(read.Section("text_config")!, "language_model.", seed + 200),
            ]);
    }

    /// <summary>A LLaVA-1.5 in the original layout, with its tower inside.</summary>
    public static string LlavaOriginal(string folder, int seed = 5)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonObject config = LlamaConfig.DeepClone().AsObject();
        config["model_type"] = "llava_llama";
        config["mm_projector_type"] = "mlp2x_gelu";
        config["mm_vision_tower"] = "openai/clip";
        var projector = new Projection(new MlpProjection { HiddenWidth = LanguageWidth }, VisionWidth, LanguageWidth, TensorOptions.Default);
        HuggingFaceConfig read = HuggingFace(folder, config);
        string tower = Path.Combine(folder, "vision_tower");
        HuggingFaceConfig vision = HuggingFace(tower, ClipConfig);
        return Write(
            folder,
            config,
            [
                .. Vision(vision, "model.vision_tower.vision_tower.vision_model.", seed),
                .. Drawn(projector, LlavaOriginalFolder.MlpProjector, "", seed + 100),
                .. Language(read, "", seed + 200),
            ]);
    }

    /// <summary>A Shikra, with its tower in a folder of its own below.</summary>
    public static string Shikra(string folder, int seed = 6)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonObject config = LlamaConfig.DeepClone().AsObject();
        config["model_type"] = "shikra";
        config["use_mm_proj"] = true;
        config["mm_vision_tower"] = "openai/clip";
        var projector = new Projection(new LinearProjection(), VisionWidth, LanguageWidth, TensorOptions.Default);
        Clip(Path.Combine(folder, "vision_tower"), seed);
        return Write(
            folder,
            config,
            [.. Drawn(projector, LlavaOriginalFolder.LinearProjector, "", seed + 100), .. Language(HuggingFace(folder, config), "", seed + 200)]);
    }

    /// <summary>A model of ours: a CLIP and a DINOv2, layerscale merges, an MLP after the second.</summary>
    public static string CommSharp(string folder, int seed = 7)
    {
        using DisposeScope scope = NewDisposeScope();
        string clip = Clip(Path.Combine(folder, "vision", "clip"), seed), dino = DinoV2(Path.Combine(folder, "vision", "dinov2"), seed + 1);
        var config = new MultimodalConfig
        {
            Vision = new VisionStackConfig { Branches = [Branch(folder, clip, "all"), Branch(folder, dino, "last:2")], Projector = new LinearProjection() },
            Language = new LanguageModelConfig
            {
                Weights = "language",
                Architecture = LanguageFolder.Open(Llama(Path.Combine(folder, "language"), seed + 2)).Architecture,
            },
            ImageTokens = new ImageTokens { Placeholder = -200 },
        };
        ConfigurationFile.Write(Path.Combine(folder, CommSharpFolder.ConfigName), config);
        var stack = new VisionStack(config.Vision, LanguageWidth, TensorOptions.Default);
        WriteFile(Path.Combine(folder, CommSharpFolder.FusionName), Drawn(stack, CommSharpFolder.FusionLayout(config), "", seed + 3));
        return folder;
    }

    /// <summary>Writes a folder's weights, each tensor as it is.</summary>
    public static void WriteWeights(string folder, IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        WriteFile(Path.Combine(folder, "model.safetensors"), tensors);

    /// <summary>Writes a safetensors file, each tensor as it is.</summary>
    public static void WriteFile(string file, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        Dictionary<string, Tensor> byName = tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        SafetensorsWriter.Write(
            file,
            byName.Select(entry => new TensorEntry(entry.Key, entry.Value.dtype, entry.Value.shape)),
            entry => byName[entry.Name].detach());
    }

    private static VisionBranchConfig Branch(string folder, string tower, string layers)
    {
        TowerFolder opened = TowerFolder.Open(tower);
        return new VisionBranchConfig
        {
            Encoder = Path.GetRelativePath(folder, tower),
            Family = opened.Family.Name,
            Architecture = opened.Architecture,
            Layers = LayerSelection.Parse(layers),
            Merge = new LayerscaleMerge { Transform = LayerTransform.NormLinear },
            Projection = opened.Family.Name == "dinov2" ? new MlpProjection() : new IdentityProjection(),
        };
    }

    /// <summary>A tower of any family.</summary>
    public static string Tower(string folder, JsonObject config, string prefix, int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        return Write(folder, config, Vision(HuggingFace(folder, config), prefix, seed));
    }

    internal static IEnumerable<(string Name, Tensor Tensor)> Vision(HuggingFaceConfig config, string prefix, int seed)
    {
        VisionFamily family = VisionFamily.Detect(config)!;
        VisionTransformerConfig architecture = family.ReadConfig(config);
        return Drawn(new VisionTransformer(architecture, TensorOptions.Default), family.Layout(architecture), prefix, seed);
    }

    internal static IEnumerable<(string Name, Tensor Tensor)> Language(HuggingFaceConfig config, string prefix, int seed)
    {
        LlamaConfig architecture = LlamaCheckpoint.ReadConfig(config);
        return Drawn(new LlamaModel(architecture, TensorOptions.Default), LlamaCheckpoint.Layout(architecture), prefix, seed);
    }

    internal static IEnumerable<(string Name, Tensor Tensor)> Drawn(nn.Module module, CheckpointLayout layout, string prefix, int seed)
    {
        using var generator = new Generator((ulong)seed);
        FreshWeights.Draw(module, generator);
        return layout.Export(module, prefix);
    }

    internal static HuggingFaceConfig HuggingFace(string folder, JsonObject config)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, ModelFolder.HuggingFaceConfigName);
        File.WriteAllText(file, config.ToJsonString());
        return HuggingFaceConfig.Read(file);
    }

    internal static string Write(string folder, JsonObject config, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        HuggingFace(folder, config);
        WriteWeights(folder, tensors);
        return folder;
    }
}
