namespace CommSharp.Checkpoints;

/// <summary>Tensors that older libraries stored beside the weights and that every reader computes for itself.</summary>
internal static class ComputedBuffers
{
    public static bool Contains(string name) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || name.EndsWith("embeddings.position_ids", StringComparison.Ordinal);
}
