using CommSharp.Layers;
using CommSharp.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>One module's share of a checkpoint.</summary>
/// <param name="Layout">How the checkpoint names the module's tensors.</param>
/// <param name="Prefix">What it puts before every name.</param>
/// <param name="Target">The module.</param>
public sealed record CheckpointPart(CheckpointLayout Layout, string Prefix, nn.Module Target)
{
    /// <summary>Modules inside the target that another checkpoint fills.</summary>
    public IReadOnlyList<nn.Module> Elsewhere { get; init; } = [];

    /// <summary>A module's parameters and persistent buffers by name, without adapters: no checkpoint of a family knows of them.</summary>
    internal static IReadOnlyDictionary<string, Tensor> State(nn.Module module) =>
        module.state_dict().Where(entry => !Dense.IsOfAdapter(entry.Key)).ToDictionary();
}

/// <summary>Reads one checkpoint into the modules that share it, and accounts for every tensor of it.</summary>
/// <param name="source">The checkpoint.</param>
/// <param name="maps">
/// Whether parameters may take the files' own memory (<see cref="ITensorSource.TryMap"/>): loading then takes no time and no second copy is in memory,
/// and the files must stay as they are while the modules live.
/// </param>
public sealed class CheckpointLoader(ITensorSource source, bool maps = false)
{
    private readonly HashSet<string> _names = [.. source.Names];
    private readonly HashSet<object> _covered = new(ReferenceEqualityComparer.Instance);
    private readonly List<(nuint Start, nuint Length)> _mapped = [];
    private readonly List<string> _loaded = [];
    private readonly List<string> _unbuilt = [];
    private readonly List<string> _missing = [];
    private readonly List<ShapeMismatch> _mismatched = [];

    /// <summary>Reads every part. Nothing is thrown for what does not fit: see <see cref="LoadReport.RequireFit"/>.</summary>
    /// <param name="parts">The modules and their layouts.</param>
    /// <returns>What became of every tensor.</returns>
    /// <exception cref="CheckpointException">The checkpoint cannot be read.</exception>
    public LoadReport Load(params IReadOnlyList<CheckpointPart> parts)
    {
        foreach (CheckpointPart part in parts)
        {
            Load(part);
        }

        ReadAhead();
        _missing.AddRange(parts.SelectMany(Uncovered).Distinct());
        string[] rest = [.. source.Names.Except(_loaded).Except(_unbuilt).Except(_mismatched.Select(mismatch => mismatch.Name))];
        string[] ignored = [.. rest.Where(name => parts.Any(part => Ignores(part, name)))];
        return new LoadReport([.. _loaded], ignored, [.. _unbuilt], [.. _missing], [.. rest.Except(ignored)], [.. _mismatched]);
    }

    private static bool Ignores(CheckpointPart part, string name) =>
        part.Layout.Ignores(name)
        || (name.StartsWith(part.Prefix, StringComparison.Ordinal) && part.Layout.Ignores(name[part.Prefix.Length..]));

    private void Load(CheckpointPart part)
    {
        IReadOnlyDictionary<string, Tensor> state = CheckpointPart.State(part.Target);
        foreach (KeyMapping mapping in part.Layout.Mappings())
        {
            string[] sources = [.. mapping.Sources.Select(name => part.Prefix + name)];
            if (!state.TryGetValue(mapping.Target, out Tensor? target))
            {
                _unbuilt.AddRange(sources.Where(_names.Contains));
                continue;
            }

            _covered.Add(target);
            Load(mapping, sources, target);
        }
    }

    /// <summary>Tensors that no rule names: a part may hold others' modules, so all parts count together.</summary>
    private IEnumerable<string> Uncovered(CheckpointPart part) =>
        from entry in CheckpointPart.State(part.Target)
        where !_covered.Contains(entry.Value)
        where !part.Elsewhere.Any(module => CheckpointPart.State(module).Values.Contains(entry.Value, ReferenceEqualityComparer.Instance))
        select $"{entry.Key} (no rule of the layout {part.Layout.Name} names it)";

    private void Load(KeyMapping mapping, string[] sources, Tensor target)
    {
        IReadOnlyList<long> expected = mapping.SourceShape(target.shape);
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor piece) in sources.Zip(mapping.Split(target.detach()).Select(pair => pair.Tensor)))
        {
            if (!_names.Contains(name))
            {
                _missing.Add(name);
                continue;
            }

            TensorInfo stored = source.Describe(name);
            if (!stored.Shape.SequenceEqual(expected))
            {
                _mismatched.Add(new ShapeMismatch(name, stored.Shape, expected));
                continue;
            }

            if (piece.device_type == DeviceType.META)
            {
                Destination.Check(source.Location, name, stored, piece);
            }
            else if (!(maps && sources.Length == 1 && TryMap(name, stored, target)))
            {
                source.ReadInto(name, piece);
            }

            _loaded.Add(name);
        }
    }

    /// <summary>Gives a parameter the file's own memory, where it holds just what the parameter is to hold.</summary>
    private unsafe bool TryMap(string name, TensorInfo stored, Tensor target)
    {
        if (target.device_type != DeviceType.CPU || target.dtype != stored.Dtype || source.TryMap(name) is not { } mapped)
        {
            return false;
        }

        using var unrecorded = no_grad();
        target.set_(mapped.view(target.shape));
        _mapped.Add(((nuint)TensorMemory.Address(mapped), (nuint)stored.Bytes));
        return true;
    }

    /// <summary>Mapped weights are read now, as fast as the disk gives them, unless memory would not hold them all.</summary>
    private void ReadAhead()
    {
        if (MachineFacts.FreeMemory() is not { } free || _mapped.Sum(stretch => (long)stretch.Length) <= free)
        {
            MappedPages.Populate(_mapped);
        }
    }
}
