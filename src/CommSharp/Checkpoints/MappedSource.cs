using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>Chosen tensors of other checkpoints under names of their own; what is not chosen is not there. It owns the checkpoints.</summary>
/// <param name="location">What errors call it.</param>
/// <param name="tensors">For every name the checkpoint that holds the tensor, and its name there.</param>
/// <param name="owned">Closed with it.</param>
internal sealed class MappedSource(
    string location, OrderedDictionary<string, (ITensorSource Source, string Name)> tensors, params IReadOnlyList<ITensorSource> owned) : ITensorSource
{
    public string Location => location;

    public IReadOnlyCollection<string> Names => tensors.Keys;

    public TensorInfo Describe(string name)
    {
        var (source, stored) = Find(name);
        return source.Describe(stored);
    }

    public void ReadInto(string name, Tensor destination)
    {
        var (source, stored) = Find(name);
        source.ReadInto(stored, destination);
    }

    public void Dispose()
    {
        foreach (ITensorSource source in owned)
        {
            source.Dispose();
        }
    }

    private (ITensorSource Source, string Name) Find(string name) =>
        tensors.TryGetValue(name, out var tensor) ? tensor : throw Destination.NoSuchTensor(Location, name);
}
