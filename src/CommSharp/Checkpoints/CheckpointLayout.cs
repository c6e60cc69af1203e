using System.Globalization;
using System.IO.Enumeration;
using CommSharp.Layers;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// How a family's checkpoints name what a module holds, as a list of rules. Read forwards it loads, backwards it exports, and Export(Load(x)) is x.
/// </summary>
/// <param name="Name">What to call the layout in reports.</param>
/// <param name="Prefixes">Prefixes that checkpoints put before every name; the empty one too where it occurs.</param>
/// <param name="Rules">The rules, without prefix.</param>
/// <param name="Blocks">The number of blocks that "{i}" runs over.</param>
public sealed record CheckpointLayout(string Name, IReadOnlyList<string> Prefixes, IReadOnlyList<KeyRule> Rules, int Blocks = 0)
{
    /// <summary>Reads a checkpoint into a module.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="target">The module; its parameters and persistent buffers are overwritten.</param>
    /// <param name="strict">Whether anything missing, unexpected or of another shape is an error.</param>
    /// <returns>What became of every tensor.</returns>
    /// <exception cref="CheckpointException">The checkpoint does not fit (strict), or cannot be read.</exception>
    public LoadReport Load(ITensorSource source, nn.Module target, bool strict = true)
    {
        string prefix = FindPrefix(source.Names);
        LoadReport report = new CheckpointLoader(source).Load([new CheckpointPart(this, prefix, target)]);
        if (strict)
        {
            report.RequireFit(source.Location);
        }

        return report;
    }

    /// <summary>
    /// Names and shapes a module's tensors as this layout's checkpoints do. The tensors are views of the module's own, but for weights with a live adapter:
    /// these come as copies with the adapter's change in them, each made when its turn comes, and the module stays as it is.
    /// </summary>
    /// <param name="source">A module that this layout describes.</param>
    /// <param name="prefix">Put before every name.</param>
    public IEnumerable<(string Name, Tensor Tensor)> Export(nn.Module source, string prefix = "")
    {
        IReadOnlyDictionary<string, Tensor> state = CheckpointPart.State(source);
        IReadOnlyDictionary<string, LowRankAdapter> adapters = DenseLayers.Adapters(source);
        foreach (KeyMapping mapping in Mappings())
        {
            if (state.TryGetValue(mapping.Target, out Tensor? tensor))
            {
                Tensor exported = adapters.TryGetValue(mapping.Target, out LowRankAdapter? adapter) ? adapter.AddTo(tensor) : tensor.detach();
                foreach ((string name, Tensor piece) in mapping.Split(exported))
                {
                    yield return (prefix + name, piece);
                }
            }
        }
    }

    /// <summary>The prefix that a checkpoint uses: the one under which most of the rules' names are found.</summary>
    public string FindPrefix(IReadOnlyCollection<string> names)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        string[] expected = [.. Mappings().SelectMany(mapping => mapping.Sources)];
        return Prefixes.MaxBy(prefix => expected.Count(name => known.Contains(prefix + name))) ?? "";
    }

    /// <summary>Every rule but <see cref="Ignore"/>, with "{i}" written out for each block.</summary>
    public IEnumerable<KeyMapping> Mappings() =>
        from rule in Rules
        where rule is not Ignore
        let mapping = KeyMapping.Of(rule)
        from block in Enumerable.Range(0, mapping.Target.Contains("{i}", StringComparison.Ordinal) ? Blocks : 1)
        select mapping.ForBlock(block.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a name, with its prefix or without, is one that checkpoints may carry for nothing.</summary>
    public bool Ignores(string name) =>
        Rules.OfType<Ignore>().Any(rule => FileSystemName.MatchesSimpleExpression(rule.Glob, name, ignoreCase: false));
}

/// <summary>Where one tensor of a module is found in a checkpoint.</summary>
/// <param name="Target">The name in the module.</param>
/// <param name="Sources">The names in the checkpoint, without prefix; several are stacked along their first dimension.</param>
/// <param name="Shape">The shape in the checkpoint where it differs from the module's; otherwise null.</param>
public sealed record KeyMapping(string Target, IReadOnlyList<string> Sources, IReadOnlyList<long>? Shape)
{
    /// <summary>The shape of each source for a target of some shape.</summary>
    public IReadOnlyList<long> SourceShape(IReadOnlyList<long> target) =>
        Shape ?? (Sources.Count == 1 ? target : [target[0] / Sources.Count, .. target.Skip(1)]);

    /// <summary>Takes a module's tensor apart into the checkpoint's: views, no copies.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Split(Tensor target)
    {
        long[] shape = [.. SourceShape(target.shape)];
        long rows = target.dim() == 0 ? 0 : target.shape[0] / Sources.Count;
        for (int i = 0; i < Sources.Count; i++)
        {
            yield return (Sources[i], Sources.Count == 1 ? target.view(shape) : target.narrow(0, i * rows, rows));
        }
    }

    internal static KeyMapping Of(KeyRule rule) => rule switch
    {
        Rename rename => new KeyMapping(rename.Target, [rename.Source], null),
        Fuse fuse => new KeyMapping(fuse.Target, fuse.Sources, null),
        Reshape reshape => new KeyMapping(reshape.Target, [reshape.Source], reshape.Shape),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "A rule without a target."),
    };

    internal KeyMapping ForBlock(string index) => this with
    {
        Target = Target.Replace("{i}", index, StringComparison.Ordinal),
        Sources = [.. Sources.Select(source => source.Replace("{i}", index, StringComparison.Ordinal))],
    };
}
