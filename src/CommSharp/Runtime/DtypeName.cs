using static TorchSharp.torch;

namespace CommSharp.Runtime;

/// <summary>The floating dtypes that a model computes in, by the names that PyTorch gives them.</summary>
public static class DtypeName
{
    /// <summary>Reads a dtype's name; upper and lower case are the same.</summary>
    /// <param name="text">"float32", "bfloat16" or "float16".</param>
    /// <exception cref="NativeRuntimeException">It is none of these.</exception>
    public static ScalarType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToLowerInvariant() switch
        {
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            "float16" => ScalarType.Float16,
            _ => throw new NativeRuntimeException($"'{text}' is not a dtype to compute in; write float32, bfloat16 or float16."),
        };
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    /// <param name="dtype">One of the three.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is another dtype.</exception>
    public static string Format(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a dtype to compute in."),
    };
}
