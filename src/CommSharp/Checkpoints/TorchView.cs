namespace CommSharp.Checkpoints;

/// <summary>A piece of memory that one or several tensors share: an entry <c>data/key</c> of the archive.</summary>
internal sealed record TorchStorage(string Key, StoredDtype Dtype, long Elements);

/// <summary>A tensor as torch stores it: a window into a storage, in elements.</summary>
internal sealed record TorchView(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Stride, long Elements, long Extent)
{
    public long Bytes => Elements * Storage.Dtype.Bytes;

    /// <summary>Whether the elements lie one after the other in row order; strides of dimensions of size 1 do not matter.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Count - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Stride[i] != expected)
                {
                    return Elements == 0;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }

    /// <summary>Makes a view that lies within its storage.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public static TorchView Create(TorchStorage storage, long offset, long[] shape, long[] stride)
    {
        if (shape.Length != stride.Length)
        {
            throw new FormatException($"the shape {Printable.Shape(shape)} and the stride {Printable.Shape(stride)} differ in length");
        }

        long elements = StoredDtype.ElementCount(shape) ?? throw new FormatException($"the shape {Printable.Shape(shape)} is impossible");
        long extent = elements == 0 ? 0 : Extents(shape, stride);
        if (offset < 0 || extent > storage.Elements || offset > storage.Elements - extent)
        {
            throw new FormatException($"a tensor of shape {Printable.Shape(shape)} and stride {Printable.Shape(stride)} at {offset} "
                + $"exceeds its storage of {storage.Elements} elements");
        }

        // Refused, because a few bytes could then ask for any amount of memory.
        if (elements > extent)
        {
            throw new FormatException($"a tensor of shape {Printable.Shape(shape)} repeats its elements (stride {Printable.Shape(stride)}); "
                + "clone() it before saving");
        }

        return new TorchView(storage, offset, shape, stride, elements, extent);
    }

    /// <summary>How many elements lie from the first to the last one, both included; too many to count is as many as there can be.</summary>
    private static long Extents(long[] shape, long[] stride)
    {
        Int128 last = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            last += (Int128)(shape[i] - 1) * stride[i];
        }

        return last < long.MaxValue ? (long)last + 1 : long.MaxValue;
    }
}
