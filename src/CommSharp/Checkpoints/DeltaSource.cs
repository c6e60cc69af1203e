using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// A checkpoint published as a difference (Shikra, the first Vicuna and LLaVA) put on top of the model that it was trained from: every tensor
/// that the base has is their sum, computed in float32. The tables of the vocabulary may have rows that the base lacks; those, and tensors that the
/// base lacks altogether, are no differences and stay as they are. It owns both checkpoints.
/// </summary>
internal sealed class DeltaSource : ITensorSource
{
    private static readonly string[] VocabularyTables = ["model.embed_tokens.weight", "lm_head.weight"];

    private readonly ITensorSource _delta;
    private readonly ITensorSource _base;
    private readonly HashSet<string> _summed;

    /// <summary>Checks that the two belong together; reads no data.</summary>
    /// <exception cref="CheckpointException">The delta lacks tensors of the base, or shapes differ; names them.</exception>
    public DeltaSource(ITensorSource delta, ITensorSource @base)
    {
        _delta = delta;
        _base = @base;
        try
        {
            _summed = [.. @base.Names.Where(name => !ComputedBuffers.Contains(name))];
            CheckNames();
            foreach (string name in _summed)
            {
                CheckShapes(name, delta.Describe(name).Shape, @base.Describe(name).Shape);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Location => _delta.Location;

    public IReadOnlyCollection<string> Names => _delta.Names;

    public TensorInfo Describe(string name) => _delta.Describe(name);

    public void ReadInto(string name, Tensor destination)
    {
        if (!_summed.Contains(name))
        {
            _delta.ReadInto(name, destination);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Destination.Check(Location, name, Describe(name), destination);
        Tensor sum = _delta.Read(name, ScalarType.Float32);
        Tensor addend = _base.Read(name, ScalarType.Float32);
        sum.narrow(0, 0, addend.shape[0]).AddInPlace(addend);
        destination.copy_(sum);
        if (destination.dtype == ScalarType.Float16 && FloatRange.IsLeft(sum, destination))
        {
            throw new CheckpointException(
                Location, $"tensor {Printable.Name(name)} plus its base is beyond the range of float16; store it as bfloat16 or float32", name);
        }
    }

    public void Dispose()
    {
        _delta.Dispose();
        _base.Dispose();
    }

    private void CheckNames()
    {
        string[] missing = [.. _summed.Except(_delta.Names)];
        if (missing.Length > 0)
        {
            throw new CheckpointException(
                Location,
                $"is no delta of {_base.Location}: it lacks {Printable.Names(missing)}; name the folder that the delta was made from",
                missing[0]);
        }
    }

    private void CheckShapes(string name, IReadOnlyList<long> delta, IReadOnlyList<long> wanted)
    {
        bool longer = VocabularyTables.Contains(name) && delta.Count == 2 && wanted.Count == 2 && delta[0] >= wanted[0] && delta[1] == wanted[1];
        if (!longer && !delta.SequenceEqual(wanted))
        {
            throw new CheckpointException(
                Location,
                $"tensor {Printable.Name(name)} is {Printable.Shape(delta)}, but {Printable.Shape(wanted)} in {_base.Location}; "
                    + "the delta was made from another model",
                name);
        }
    }
}
