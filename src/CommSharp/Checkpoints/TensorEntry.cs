using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>A tensor that is going to be written.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dtype">The dtype to store; the tensor that is handed over later may have another one when both are floating.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
public sealed record TensorEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape);
