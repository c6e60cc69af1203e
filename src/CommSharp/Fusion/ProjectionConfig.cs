using System.Text.Json.Serialization;
using CommSharp.Configuration;
using CommSharp.Layers;

namespace CommSharp.Fusion;

/// <summary>What follows a merge, or the combination of all branches.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(IdentityProjection), "identity")]
[JsonDerivedType(typeof(LinearProjection), "linear")]
[JsonDerivedType(typeof(MlpProjection), "mlp")]
public abstract record ProjectionConfig
{
    /// <summary>Refuses values of which no projection can be built.</summary>
    internal virtual void Validate(MemberCheck check)
    {
    }
}

/// <summary>Nothing; only between equal widths.</summary>
public sealed record IdentityProjection : ProjectionConfig;

/// <summary>One Dense layer.</summary>
public sealed record LinearProjection : ProjectionConfig;

/// <summary>
/// Blocks of Dense, activation, Dense, without residual. The paper's Table 6 counts blocks; LLaVA's mlp2x_gelu is one block whose hidden width
/// is the language model's.
/// </summary>
public sealed record MlpProjection : ProjectionConfig
{
    /// <summary>The number of blocks; at least 1.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Hidden width over input width, unless <see cref="HiddenWidth"/> says otherwise.</summary>
    public double Ratio { get; init; } = 4;

    /// <summary>The hidden width itself.</summary>
    public int? HiddenWidth { get; init; }

    /// <summary>The non-linearity inside a block.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Gelu;

    /// <inheritdoc/>
    internal override void Validate(MemberCheck check)
    {
        check.Range("blocks", Blocks, 1, MemberCheck.MostLayers);
        check.Range("hiddenWidth", HiddenWidth ?? 1, 1, MemberCheck.LargestSize);
        check.That(Ratio is > 0 and <= MemberCheck.LargestSize, "ratio", Ratio, $"above 0 and at most {MemberCheck.LargestSize}");
    }
}
