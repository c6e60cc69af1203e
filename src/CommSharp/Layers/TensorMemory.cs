using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>The memory behind tensors.</summary>
internal static class TensorMemory
{
    /// <summary>
    /// Where a contiguous CPU tensor's elements lie. <see cref="Tensor.bytes"/> is a span and ends at 2 GB; the address of the first element
    /// has no such bound. The caller keeps the tensor alive.
    /// </summary>
    public static unsafe byte* Address(Tensor contiguous)
    {
        using Tensor flat = contiguous.view(-1);
        using Tensor first = flat.narrow(0, 0, 1);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
