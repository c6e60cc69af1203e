using System.Text.Json;
using System.Text.Json.Serialization;
using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Vision;

namespace CommSharp.Configuration;

/// <summary>The JSON contract of every config: camel case, enums as words, unknown members refused, required ones enforced.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    WriteIndented = true,
    Converters =
    [
        typeof(CamelCaseEnum<ActivationKind>), typeof(CamelCaseEnum<FeedForwardKind>), typeof(CamelCaseEnum<PositionResampling>),
        typeof(CamelCaseEnum<LayerTransform>), typeof(CamelCaseEnum<ScaleNormalization>), typeof(CamelCaseEnum<BranchCombine>),
        typeof(CamelCaseEnum<GridMismatch>),
    ])]
[JsonSerializable(typeof(MultimodalConfig))]
[JsonSerializable(typeof(Dictionary<string, int>))]
public sealed partial class CommJson : JsonSerializerContext;

/// <summary>Enums as camel-case words; numbers are refused.</summary>
internal sealed class CamelCaseEnum<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
