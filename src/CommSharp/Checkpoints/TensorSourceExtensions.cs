using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>What can be said in terms of <see cref="ITensorSource"/>'s own members.</summary>
public static class TensorSourceExtensions
{
    /// <summary>Reads a tensor into memory of its own.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The wanted dtype; the stored one when null.</param>
    /// <param name="device">The wanted device; the CPU when null.</param>
    /// <returns>A tensor that belongs to the caller.</returns>
    /// <exception cref="CheckpointException">No such tensor, an unfit dtype, or the file ends too early.</exception>
    public static Tensor Read(this ITensorSource source, string name, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var info = source.Describe(name);
        var tensor = empty([.. info.Shape], dtype: dtype ?? info.Dtype, device: device ?? CPU);
        try
        {
            source.ReadInto(name, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }
}
