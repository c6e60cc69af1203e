using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>Dtype and shape of a stored tensor, known without reading its data.</summary>
/// <param name="Dtype">The stored element type.</param>
/// <param name="Shape">The stored shape; empty for a scalar.</param>
/// <param name="Bytes">The number of bytes that its elements occupy in the file.</param>
public sealed record TensorInfo(ScalarType Dtype, IReadOnlyList<long> Shape, long Bytes);

/// <summary>
/// Named tensors in a file or in several: safetensors, a PyTorch .bin, or the shards of either. Opening reads and checks the directory of
/// tensors only; data is read when asked for, straight into the tensor that receives it.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>What errors call this source: the file, or the index of the shards.</summary>
    string Location { get; }

    /// <summary>The names of all tensors, in the order of the file.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Says what is stored under a name, without reading data.</summary>
    /// <exception cref="CheckpointException">No such tensor.</exception>
    TensorInfo Describe(string name);

    /// <summary>
    /// Reads a tensor's elements into <paramref name="destination"/>, which has the stored shape and any floating dtype that the stored one
    /// converts to, on any device. No second copy of the whole tensor is made when the destination is a contiguous CPU tensor.
    /// </summary>
    /// <exception cref="CheckpointException">No such tensor, another shape, or the file ends too early.</exception>
    void ReadInto(string name, Tensor destination);
}
