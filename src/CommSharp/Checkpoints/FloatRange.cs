using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>Whether numbers survive a narrower format.</summary>
internal static class FloatRange
{
    /// <summary>Whether a number that was finite no longer is. Infinities and NaN that were there before are the tensor's own.</summary>
    /// <param name="before">The numbers.</param>
    /// <param name="after">The same in the narrower format, of the same shape.</param>
    public static bool IsLeft(Tensor before, Tensor after)
    {
        using DisposeScope scope = NewDisposeScope();
        return before.isfinite().logical_and(after.isfinite().logical_not()).any().item<bool>();
    }
}
