using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>
/// What sets one family of towers apart: how its config is read, how its checkpoints name things, and what its pixels look like. A family is
/// data; all of them run as <see cref="VisionTransformer"/>.
/// </summary>
/// <param name="Name">The name used in configs and reports, such as "dinov2".</param>
/// <param name="ModelTypes">The model types of config.json that mean this family.</param>
/// <param name="ReadConfig">Reads the architecture from a config.json.</param>
/// <param name="Layout">The names in a checkpoint of an architecture.</param>
/// <param name="Normalization">What pixels are brought to, unless the folder's preprocessor_config.json says otherwise.</param>
public sealed record VisionFamily(
    string Name,
    IReadOnlyList<string> ModelTypes,
    Func<HuggingFaceConfig, VisionTransformerConfig> ReadConfig,
    Func<VisionTransformerConfig, CheckpointLayout> Layout,
    PixelNormalization Normalization)
{
    /// <summary>Reads the architecture from a config.json, and refuses one that cannot be.</summary>
    public Func<HuggingFaceConfig, VisionTransformerConfig> ReadConfig { get; init; } = config =>
    {
        VisionTransformerConfig read = ReadConfig(config);
        read.Validate(config.Check);
        return read;
    };

    /// <summary>Every family.</summary>
    public static IReadOnlyList<VisionFamily> All { get; } =
        [ClipFamily.Family, DinoV2Family.Plain, DinoV2Family.Registers, MaeFamily.Family, VitFamily.Vit, VitFamily.Deit, Deit3Family.Family];

    /// <summary>The family that a config names: by model_type, or by timm's architecture; never by a folder's name.</summary>
    /// <returns>Null when the config names none of them.</returns>
    public static VisionFamily? Detect(HuggingFaceConfig config)
    {
        string type = config.ModelType;
        return type.Length > 0
            ? All.FirstOrDefault(family => family.ModelTypes.Contains(type))
            : Deit3Family.Recognises(config) ? Deit3Family.Family : null;
    }

    /// <summary>The family of a name used in our configs.</summary>
    /// <exception cref="CommSharpException">No such family; lists the known ones.</exception>
    public static VisionFamily Named(string name) => All.FirstOrDefault(family => family.Name == name)
        ?? throw new CommSharpException($"There is no family of vision towers named \"{name}\"; known: {string.Join(", ", All.Select(family => family.Name))}.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
