using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>Dtype and shape of a stored tensor, known without reading its data.</summary>
/// <param name="Dtype">The stored element type.</param>
/// <param name="Shape">The stored shape; empty for a scalar.</param>
/// <param name="Bytes">The number of bytes that its elements occupy in the file.</param>
public sealed record TensorInfo(ScalarType Dtype, IReadOnlyList<long> Shape, long Bytes);

/// <summary>
/// Named tensors in a file or in several: safetensors, a PyTorch .bin, or the shards of either. Opening reads and checks the directory of
/// tensors only; data is read when asked for, straight into the tensor that receives it. <see cref="Checkpoint.Open"/> finds the right one.
/// A source may be read by several threads at once, as long as their destinations differ.
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
    /// Reads a tensor's elements into <paramref name="destination"/>, which has the stored shape and either the stored dtype or, when that one
    /// is floating, any floating dtype; on any device; a slice of a larger tensor or a parameter that requires grad as well (nothing is
    /// recorded). No second copy of the whole tensor is made when the destination is contiguous.
    /// </summary>
    /// <exception cref="CheckpointException">No such tensor, another shape or an unfit dtype, or the file ends too early.</exception>
    void ReadInto(string name, Tensor destination);

    /// <summary>
    /// Gives a tensor whose memory is the file's own: nothing is read until it is used, and the system may share and drop its pages. What is written to it
    /// stays in this process. The file must not be truncated while the tensor lives; replacing it by renaming another onto it is fine.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>A CPU tensor of the stored dtype and shape, which outlives the source; null where the source, or this tensor, cannot be mapped.</returns>
    /// <exception cref="CheckpointException">No such tensor.</exception>
    Tensor? TryMap(string name) => null;
}
