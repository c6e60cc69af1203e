using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>What every source asks of a tensor before it reads into it.</summary>
internal static class Destination
{
    public static void Check(string location, string name, TensorInfo stored, Tensor destination)
    {
        if (!stored.Shape.SequenceEqual(destination.shape))
        {
            throw new CheckpointException(location,
                $"tensor {Printable.Name(name)} has shape {Printable.Shape(stored.Shape)}, but {Printable.Shape(destination.shape)} is wanted; "
                + "the checkpoint is of another model or configuration", name);
        }

        if (!StoredDtype.Converts(stored.Dtype, destination.dtype))
        {
            throw new CheckpointException(location,
                $"tensor {Printable.Name(name)} is stored as {stored.Dtype}, which does not convert to {destination.dtype}; "
                + $"read it as {stored.Dtype}", name);
        }
    }

    public static CheckpointException NoSuchTensor(string location, string name) =>
        new(location, $"holds no tensor {Printable.Name(name)}", name);
}
