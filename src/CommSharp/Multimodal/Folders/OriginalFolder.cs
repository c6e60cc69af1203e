using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Vision;

namespace CommSharp.Multimodal.Folders;

/// <summary>What LLaVA's original repository and Shikra, which grew out of it, have in common: a Llama config with "mm_" members.</summary>
internal static class OriginalFolder
{
    private const string BundledTower = "model.vision_tower.vision_tower.";

    /// <summary>Reads the folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="layout">Whose files it holds.</param>
    /// <param name="config">Its config.json.</param>
    /// <param name="visionTower">Where a person says that the tower is, or null.</param>
    /// <param name="projector">The projector's config and names.</param>
    /// <param name="tokens">The ids that a picture takes.</param>
    internal static MultimodalFolder Open(
        string path,
        MultimodalLayout layout,
        HuggingFaceConfig config,
        string? visionTower,
        (ProjectionConfig Config, CheckpointLayout Layout) projector,
        Func<LlamaConfig, ImageTokens> tokens)
    {
        LlamaConfig language = LlamaCheckpoint.ReadConfig(config);
        TowerFolder tower = FindTower(path, config, visionTower);
        config.Require("mm_vision_select_feature", "patch");
        config.Require("mm_patch_merge_type", "flat");
        var model = new MultimodalConfig
        {
            Name = Path.GetFileName(Path.GetFullPath(path)),
            Vision = new VisionStackConfig
            {
                Branches =
                [
                    new VisionBranchConfig
                    {
                        Encoder = tower.Path,
                        Family = tower.Family.Name,
                        Architecture = tower.Architecture,
                        Layers = LayerSelection.Of(config.WholeNumber("mm_vision_select_layer", -2)),
                        Normalization = tower.Normalization,
                    },
                ],
                Projector = projector.Config,
            },
            Language = new LanguageModelConfig { Weights = ".", Architecture = language },
            ImageTokens = tokens(language),
        };
        return new MultimodalFolder(path, layout, model, Weights(path, tower, language, projector.Layout)) { UnusedMembers = tower.UnusedMembers };
    }

    private static WeightShare[] Weights(string path, TowerFolder tower, LlamaConfig language, CheckpointLayout projector)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        bool bundled = weights.Names.Any(name => name.StartsWith(BundledTower, StringComparison.Ordinal));
        string towerWeights = bundled ? path : tower.Path;
        using ITensorSource? apart = bundled ? null : Checkpoint.Open(towerWeights);
        CheckpointLayout layout = tower.Family.Layout(tower.Architecture);
        return
        [
            new WeightShare(towerWeights, "tower", layout, layout.FindPrefix((apart ?? weights).Names), model => model.Vision.Branches[0].Tower),
            new WeightShare(path, "projector", projector, "", model => model.Vision.Projector),
            new WeightShare(path, "language", LlamaCheckpoint.Layout(language), "", model => model.Language),
        ];
    }

    /// <summary>
    /// The config names the tower by a hub id or by a path of the machine that trained it. It is looked for where the person says, below the
    /// folder, at that path, and beside the folder under the id's last part.
    /// </summary>
    private static TowerFolder FindTower(string path, HuggingFaceConfig config, string? visionTower)
    {
        string named = config.Text("mm_vision_tower", "");
        string parent = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        string[] places = visionTower is not null
            ? [visionTower]
            : [Path.Combine(path, "vision_tower"), Path.Combine(path, named), Path.Combine(parent, Path.GetFileName(named))];
        string? found = places.FirstOrDefault(place => File.Exists(Path.Combine(place, ModelFolder.HuggingFaceConfigName)) && Path.GetFullPath(place) != Path.GetFullPath(path));
        return found is not null
            ? TowerFolder.Open(found)
            : throw new ConfigurationException(
                config.File,
                $"the vision tower \"{named}\" is kept apart and was not found in {string.Join(", ", places)}; download it and name its folder with --vision-tower.",
                "mm_vision_tower");
    }
}
