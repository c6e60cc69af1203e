using CommSharp.Layers;
using TorchSharp;

namespace CommSharp.Multimodal;

/// <summary>
/// How the parts of a model are held. A frozen tower may lie in bfloat16 beside float32 weights that an optimiser changes; a part hands its activations on
/// in its <see cref="TensorOptions.ComputeDtype"/>, which is one for all parts unless there is a reason.
/// </summary>
/// <param name="Towers">The vision towers.</param>
/// <param name="Fusion">Merges, projections and projector. They compute in what the towers give them.</param>
/// <param name="Language">The decoder.</param>
public sealed record PartOptions(TensorOptions Towers, TensorOptions Fusion, TensorOptions Language)
{
    /// <summary>All parts alike.</summary>
    /// <param name="options">How they are held.</param>
    public static PartOptions Alike(TensorOptions options) => new(options, options, options);

    /// <summary>The same element types to hold weights in, and one to compute in.</summary>
    /// <param name="compute">The element type of activations.</param>
    public PartOptions ComputingIn(torch.ScalarType compute) => new(
        Towers with { Compute = compute },
        Fusion with { Compute = compute },
        Language with { Compute = compute });
}
