using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Converting;

/// <summary>
/// The weights of a model in memory that take the place of those in the folder that it was loaded from. What was never built, such as a tower's blocks
/// that nobody reads, stays as the folder has it.
/// </summary>
public sealed class TrainedWeights : IDisposable
{
    private readonly Dictionary<string, Dictionary<string, Tensor>> _byPath = [];
    private readonly Dictionary<object, (LowRankAdapter Adapter, long FirstRow)> _adapted = new(ReferenceEqualityComparer.Instance);
    private readonly ScalarType _dtype;

    /// <summary>Collects the tensors that were trained. Weights with a live adapter are among them: they are written with the adapter's change in them.</summary>
    /// <param name="folder">The folder that the model was loaded from.</param>
    /// <param name="model">The model; its tensors are read while the folder is written.</param>
    /// <param name="isTrained">Whether a tensor, by its name in the model, was trained.</param>
    /// <param name="dtype">What they are stored as.</param>
    /// <exception cref="CommSharpException">Two parts of the model were loaded from one place, which cannot hold both of them now.</exception>
    public TrainedWeights(MultimodalFolder folder, MultimodalModel model, Func<string, bool> isTrained, ScalarType dtype)
    {
        _dtype = dtype;
        using DisposeScope scope = NewDisposeScope();
        HashSet<object> trained = new(model.state_dict().Where(entry => isTrained(entry.Key)).Select(entry => (object)entry.Value), ReferenceEqualityComparer.Instance);
        foreach (WeightShare share in folder.Weights)
        {
            Dictionary<string, Tensor> state = share.Module(model).state_dict();
            Dictionary<string, Tensor> tensors = PathOf(share.Path);
            IReadOnlyDictionary<string, LowRankAdapter> adapters = DenseLayers.Adapters(share.Module(model));
            foreach (KeyMapping mapping in share.Layout.Mappings())
            {
                LowRankAdapter? adapter = adapters.GetValueOrDefault(mapping.Target);
                if (state.TryGetValue(mapping.Target, out Tensor? tensor) && (adapter is not null || trained.Contains(tensor)))
                {
                    Collect(mapping.Split(tensor.detach()), share, adapter, tensors);
                }
            }
        }
    }

    private void Collect(IEnumerable<(string Name, Tensor Tensor)> pieces, WeightShare share, LowRankAdapter? adapter, Dictionary<string, Tensor> tensors)
    {
        long row = 0;
        foreach ((string name, Tensor piece) in pieces)
        {
            if (!tensors.TryAdd(share.Prefix + name, piece.DetachFromDisposeScope()))
            {
                piece.Dispose();
                Dispose();
                throw new CommSharpException(
                    $"{share.Path}: two parts of the model, {share.Part} and another, are read from here, and were trained apart; give each a folder of its own before the training.");
            }

            if (adapter is not null)
            {
                _adapted[piece] = (adapter, row); // merged when it is written: all at once would be a second model in memory
                row += piece.shape[0];
            }
        }
    }

    private Tensor? Merged(Tensor piece) => _adapted.TryGetValue(piece, out var found) ? found.Adapter.AddTo(piece, found.FirstRow) : null;

    /// <summary>The checkpoint at a path with what was trained in it.</summary>
    internal ITensorSource Over(string path, ITensorSource stored) =>
        _byPath.TryGetValue(System.IO.Path.GetFullPath(path), out Dictionary<string, Tensor>? tensors) && tensors.Count > 0
            ? new OverlaidSource(stored, tensors, Merged, _dtype)
            : stored;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor view in _byPath.Values.SelectMany(tensors => tensors.Values))
        {
            view.Dispose();
        }
    }

    private Dictionary<string, Tensor> PathOf(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        return _byPath.TryGetValue(full, out Dictionary<string, Tensor>? tensors) ? tensors : _byPath[full] = [];
    }
}
