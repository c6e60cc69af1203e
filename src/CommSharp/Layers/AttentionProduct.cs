using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>Softmax(Q K^T / sqrt(D)) V.</summary>
internal static class AttentionProduct
{
    /// <summary>
    /// Attends. On a processor half precision is widened to float32 first: libtorch 2.10 has no fast products for such tensors there, and its backward pass takes eight
    /// times as long as float32's (64 x 3 heads x 65 positions x 64 on one thread with AVX-512 BF16).
    /// </summary>
    /// <param name="queries">[B, H, L, D].</param>
    /// <param name="keys">[B, H, S, D].</param>
    /// <param name="values">[B, H, S, D].</param>
    /// <param name="mask">Boolean or added to the scores, broadcast to [B, H, L, S]; null for none.</param>
    /// <param name="causal">Whether a position attends to itself and those before it only; then there is no mask.</param>
    /// <returns>[B, H, L, D], in the queries' element type.</returns>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null, bool causal = false)
    {
        if (queries.device_type != DeviceType.CPU || queries.dtype is not (ScalarType.BFloat16 or ScalarType.Float16))
        {
            return nn.functional.scaled_dot_product_attention(queries, keys, values, mask, is_casual: causal);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor? widened = mask is null || mask.dtype == ScalarType.Bool ? mask : mask.to(ScalarType.Float32);
        return nn.functional.scaled_dot_product_attention(
            queries.to(ScalarType.Float32), keys.to(ScalarType.Float32), values.to(ScalarType.Float32), widened, is_casual: causal)
            .to(queries.dtype)
            .MoveToOuterDisposeScope();
    }
}
