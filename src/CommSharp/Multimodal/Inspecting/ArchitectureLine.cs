using System.Globalization;
using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;

namespace CommSharp.Multimodal.Inspecting;

/// <summary>One part's architecture in a person's words.</summary>
/// <param name="Part">The part.</param>
/// <param name="Text">Its architecture.</param>
public sealed record ArchitectureLine(string Part, string Text)
{
    internal static IEnumerable<ArchitectureLine> Of(ModelFolder folder) => folder switch
    {
        TowerFolder tower => [new("tower", Tower(tower.Family.Name, tower.Architecture, tower.Architecture.ImageSize))],
        LanguageFolder language => [new("language", Language(language.Architecture))],
        MultimodalFolder multimodal => Of(multimodal.Config),
        _ => throw new ArgumentOutOfRangeException(nameof(folder), folder, "Unknown kind of folder."),
    };

    private static IEnumerable<ArchitectureLine> Of(MultimodalConfig config)
    {
        using var stack = new VisionStack(config.Vision, config.Language.Architecture.Width, TensorOptions.Meta);
        foreach ((VisionBranch branch, int i) in stack.Branches.Select((branch, i) => (branch, i + 1)))
        {
            yield return new($"tower {i}", Tower(branch.Family.Name, branch.Config.Architecture, branch.ImageSize));
            yield return new($"layers {i}", $"{branch.Config.Layers} = {string.Join(", ", branch.Layers)}; {Merge(branch.Config.Merge)}{Projected(branch.Config.Projection)}");
        }

        yield return new("fusion", Fusion(config, stack));
        yield return new("language", Language(config.Language.Architecture));
        yield return new("image tokens", Tokens(config.ImageTokens));
    }

    private static string Tower(string family, VisionTransformerConfig config, int imageSize)
    {
        PatchGrid grid = config.GridAt(imageSize, imageSize);
        string trained = imageSize == config.ImageSize ? "" : $" (trained at {config.ImageSize}, positions {Word(config.Resampling)})";
        string registers = config.RegisterTokens > 0 ? $", {config.RegisterTokens} registers" : "";
        string feedForward = config.FeedForward == FeedForwardKind.SwiGlu ? "SwiGLU" : Word(config.Activation);
        return $"{family}, {imageSize} px{trained}, patch {config.PatchSize}, grid {grid.Rows}x{grid.Columns}, "
            + $"width {config.Width}, {config.Depth} blocks, {config.Heads} heads, {feedForward} {config.HiddenWidth}{registers}";
    }

    private static string Merge(MergeConfig merge) => merge switch
    {
        SelectMerge => "as it is",
        MeanMerge => "mean",
        ConcatMerge => "concatenated",
        LayerscaleMerge layerscale => $"layerscale, {Word(layerscale.Transform)}, scales {Word(layerscale.Normalization)}",
        _ => throw new ArgumentOutOfRangeException(nameof(merge), merge, "Unknown merge."),
    };

    private static string Projected(ProjectionConfig projection) => projection is IdentityProjection ? "" : $"; then {Projection(projection)}";

    private static string Projection(ProjectionConfig projection) => projection switch
    {
        IdentityProjection => "nothing",
        LinearProjection => "linear",
        MlpProjection { HiddenWidth: { } hidden } mlp => $"{mlp.Blocks} MLP ({Word(mlp.Activation)} {hidden})",
        MlpProjection mlp => string.Create(CultureInfo.InvariantCulture, $"{mlp.Blocks} MLP ({Word(mlp.Activation)}, ratio {mlp.Ratio})"),
        _ => throw new ArgumentOutOfRangeException(nameof(projection), projection, "Unknown projection."),
    };

    private static string Fusion(MultimodalConfig config, VisionStack stack) =>
        (stack.Branches.Count > 1 ? $"{Word(config.Vision.Combine)}; " : "")
        + $"projector {Projection(config.Vision.Projector)} to {config.Language.Architecture.Width}; {stack.TokensPerImage} tokens per image";

    private static string Language(LlamaConfig config)
    {
        string heads = config.KeyValueHeads == config.Heads ? $"{config.Heads} heads" : $"{config.Heads} heads on {config.KeyValueHeads} keys";
        string scaling = config.Scaling switch
        {
            NoRotaryScaling => "",
            LinearRotaryScaling linear => string.Create(CultureInfo.InvariantCulture, $", rotary linear x{linear.Factor}"),
            Llama3RotaryScaling llama3 => string.Create(CultureInfo.InvariantCulture, $", rotary llama3 x{llama3.Factor}"),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Scaling, "Unknown scaling."),
        };
        return $"llama, vocabulary {config.VocabularySize}, width {config.Width}, {config.Depth} blocks, {heads}, SwiGLU {config.HiddenWidth}, "
            + $"context {config.ContextLength}{scaling}{(config.TiedEmbeddings ? ", tied embeddings" : "")}";
    }

    private static string Tokens(ImageTokens tokens) =>
        $"placeholder {tokens.Placeholder}" + (tokens is { Begin: { } begin, End: { } end } ? $" between {begin} and {end}" : "");

    /// <summary>"ConcatChannels" becomes "concat channels".</summary>
    private static string Word<T>(T member)
        where T : struct, Enum =>
        string.Concat($"{member}".Select((letter, i) => char.IsUpper(letter) && i > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
