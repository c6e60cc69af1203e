using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>The element type and the device that a module's parameters are made with.</summary>
/// <param name="Dtype">The element type in which parameters are held.</param>
/// <param name="Device">Where they live; the meta device gives shapes without memory.</param>
public sealed record TensorOptions(ScalarType Dtype, Device Device)
{
    /// <summary>float32 on the CPU.</summary>
    public static TensorOptions Default => new(ScalarType.Float32, CPU);

    /// <summary>Shapes only: float32 on the meta device, which allocates nothing.</summary>
    public static TensorOptions Meta => new(ScalarType.Float32, META);

    /// <summary>
    /// An element type to compute activations in whatever weights are held in, as training wants it: the optimiser's float32 weights beside products
    /// in bfloat16. Null: the rule of <see cref="ComputeDtype"/>.
    /// </summary>
    public ScalarType? Compute { get; init; }

    /// <summary>
    /// The element type in which activations are computed: <see cref="Compute"/> when it is given. Otherwise a CPU computes in float32 whatever it
    /// holds, because most processors multiply half-precision matrices far slower; other devices compute in the element type that they hold.
    /// </summary>
    public ScalarType ComputeDtype => Compute
        ?? (Device.type == TorchSharp.DeviceType.CPU && Dtype is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : Dtype);
}
