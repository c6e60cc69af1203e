using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>The element types that checkpoints store, with the names of both formats.</summary>
internal sealed record StoredDtype(ScalarType Type, string SafetensorsName, string TorchStorage, int Bytes)
{
    public static IReadOnlyList<StoredDtype> All { get; } =
    [
        new(ScalarType.Float64, "F64", "DoubleStorage", 8),
        new(ScalarType.Float32, "F32", "FloatStorage", 4),
        new(ScalarType.Float16, "F16", "HalfStorage", 2),
        new(ScalarType.BFloat16, "BF16", "BFloat16Storage", 2),
        new(ScalarType.Int64, "I64", "LongStorage", 8),
        new(ScalarType.Int32, "I32", "IntStorage", 4),
        new(ScalarType.Int16, "I16", "ShortStorage", 2),
        new(ScalarType.Int8, "I8", "CharStorage", 1),
        new(ScalarType.Byte, "U8", "ByteStorage", 1),
        new(ScalarType.Bool, "BOOL", "BoolStorage", 1),
    ];

    public bool IsFloating => Type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    public static StoredDtype? Find(ScalarType type) => All.FirstOrDefault(d => d.Type == type);

    public static StoredDtype? FindSafetensors(string name) => All.FirstOrDefault(d => d.SafetensorsName == name);

    /// <summary>Whether elements may change from one type to the other on their way: only between floating types.</summary>
    public static bool Converts(ScalarType from, ScalarType to) =>
        from == to || (Find(from) is { IsFloating: true } && Find(to) is { IsFloating: true });

    /// <summary>The bytes that a tensor of this shape occupies, or null when a dimension is negative or the product does not fit.</summary>
    public long? Size(IEnumerable<long> shape) => ElementCount(shape) is { } n && n <= long.MaxValue / Bytes ? n * Bytes : null;

    public static long? ElementCount(IEnumerable<long> shape)
    {
        long count = 1;
        var empty = false;
        foreach (long dimension in shape)
        {
            if (dimension < 0)
            {
                return null;
            }

            empty |= dimension == 0;
            // A zero further on must not hide that the others overflow: torch multiplies from the left as well.
            if (dimension != 0 && count > long.MaxValue / dimension)
            {
                return null;
            }

            count *= Math.Max(dimension, 1);
        }

        return empty ? 0 : count;
    }
}
