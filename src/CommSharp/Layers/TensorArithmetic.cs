using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// Arithmetic of tensors with numbers, and sums of tensors, safe beside other threads that allocate. Everything here computes what TorchSharp's
/// operator or method computes, in the same element type.
/// </summary>
/// <remarks>
/// TorchSharp's operators wrap each number in an object with a finalizer, hand the native pointer on and forget the object: a garbage collection
/// during the native call may free the number while it is read. Here every such object is kept until the call has returned, and then freed at
/// once. Sums of two tensors are among it because a sum hides a factor, 1; differences, products and quotients of two tensors hide none and
/// keep their operators.
/// </remarks>
public static class TensorArithmetic
{
    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, Kept.One);

    /// <summary>tensor + number.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.add(kept, Kept.One);
    }

    /// <summary>tensor + number; integers stay integers.</summary>
    public static Tensor Plus(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.add(kept, Kept.One);
    }

    /// <summary>tensor - number.</summary>
    public static Tensor Minus(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.sub(kept);
    }

    /// <summary>tensor - number; integers stay integers.</summary>
    public static Tensor Minus(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.sub(kept);
    }

    /// <summary>tensor * factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar kept = factor;
        return tensor.mul(kept);
    }

    /// <summary>tensor * factor; integers stay integers.</summary>
    public static Tensor Times(this Tensor tensor, long factor)
    {
        using Scalar kept = factor;
        return tensor.mul(kept);
    }

    /// <summary>tensor / divisor; integers become floating-point numbers.</summary>
    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar kept = divisor;
        return tensor.div(kept);
    }

    /// <summary>Every element's square.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor.pow(Kept.Two);

    /// <summary>Every element, or the bound where that is larger.</summary>
    public static Tensor AtLeast(this Tensor tensor, double smallest)
    {
        using Scalar kept = smallest;
        return tensor.clamp_min(kept);
    }

    /// <summary>Every element, or the bound where that is larger; integers stay integers.</summary>
    public static Tensor AtLeast(this Tensor tensor, long smallest)
    {
        using Scalar kept = smallest;
        return tensor.clamp_min(kept);
    }

    /// <summary>Every element, or the nearer bound where it lies outside.</summary>
    public static Tensor Within(this Tensor tensor, double smallest, double largest)
    {
        using Scalar keptSmallest = smallest;
        using Scalar keptLargest = largest;
        return tensor.clamp(keptSmallest, keptLargest);
    }

    /// <summary>Where elements equal a number.</summary>
    public static Tensor IsEqualTo(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.eq(kept);
    }

    /// <summary>Where elements differ from a number.</summary>
    public static Tensor IsNotEqualTo(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.ne(kept);
    }

    /// <summary>Where elements are a number or larger.</summary>
    public static Tensor IsAtLeast(this Tensor tensor, long number)
    {
        using Scalar kept = number;
        return tensor.ge(kept);
    }

    /// <summary>The tensor with another number wherever a mask is set.</summary>
    public static Tensor ReplacedWhere(this Tensor tensor, Tensor mask, long number)
    {
        using Scalar kept = number;
        return tensor.masked_fill(mask, kept);
    }

    /// <summary>Sets every element of the tensor itself; in one of booleans, to whether the number is other than 0.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor Fill(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.fill_(kept);
    }

    /// <summary>tensor += other.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor AddInPlace(this Tensor tensor, Tensor other) => tensor.add_(other, Kept.One);

    /// <summary>tensor += factor * other.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor AddInPlace(this Tensor tensor, Tensor other, double factor)
    {
        using Scalar kept = factor;
        return tensor.add_(other, kept);
    }

    /// <summary>tensor += number.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor AddInPlace(this Tensor tensor, double number)
    {
        using Scalar kept = number;
        return tensor.add_(kept, Kept.One);
    }

    /// <summary>tensor += factor * left * right.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor AddProductInPlace(this Tensor tensor, Tensor left, Tensor right, double factor)
    {
        using Scalar kept = factor;
        return tensor.addcmul_(left, right, kept);
    }

    /// <summary>tensor += factor * dividend / divisor.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor AddQuotientInPlace(this Tensor tensor, Tensor dividend, Tensor divisor, double factor)
    {
        using Scalar kept = factor;
        return tensor.addcdiv_(dividend, divisor, kept);
    }

    /// <summary>tensor *= factor.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor ScaleInPlace(this Tensor tensor, double factor)
    {
        using Scalar kept = factor;
        return tensor.mul_(kept);
    }

    /// <summary>Brings every element of the tensor itself down to a bound.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor LimitInPlace(this Tensor tensor, double largest)
    {
        using Scalar kept = largest;
        return tensor.clamp_(max: kept);
    }

    /// <summary>start, start + step, ... before stop.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The first number beyond.</param>
    /// <param name="step">From each number to the next.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it is made; null is the processor.</param>
    /// <returns>[number of steps].</returns>
    public static Tensor Range(long start, long stop, long step = 1, ScalarType dtype = ScalarType.Int64, Device? device = null)
    {
        using Scalar keptStart = start;
        using Scalar keptStop = stop;
        using Scalar keptStep = step;
        return arange(keptStart, keptStop, keptStep, dtype, device);
    }

    /// <summary>
    /// Numbers that are never freed. A type of its own, so that libtorch is loaded by the first sum and not by whatever else is called above.
    /// </summary>
    private static class Kept
    {
        internal static readonly Scalar One = 1;
        internal static readonly Scalar Two = 2;
    }
}
