using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Fusion;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Multimodal.Converting;

/// <summary>What a conversion writes: every folder of the output, nothing read yet but configs and the directories of weights.</summary>
/// <param name="Parts">The folders, the output itself first.</param>
/// <param name="Dropped">Tensors left out.</param>
internal sealed record ConversionPlan(IReadOnlyList<ConvertedPart> Parts, IReadOnlyList<string> Dropped) : IDisposable
{
    private const string VisionTower = "vision_tower";

    public static ConversionPlan Make(ModelFolder folder, ConversionOptions options)
    {
        Dictionary<string, IReadOnlyList<string>> unread = folder.RequireFit().ToDictionary(checkpoint => checkpoint.Location, checkpoint => checkpoint.Report.Ignored);
        if (options.Base is not null && folder is MultimodalFolder { Layout: MultimodalLayout.CommSharp })
        {
            throw new CommSharpException($"{folder.Path}: a {folder.Kind} is no delta, so there is nothing to add to a base; leave --base out.");
        }

        var dropped = new List<string>();
        var opened = new List<ITensorSource>();
        try
        {
            ConvertedPart[] parts = [.. (folder switch
            {
                MultimodalFolder { Layout: MultimodalLayout.LlavaOriginal } llava => LlavaConversion.Parts(llava, options, Open),
                MultimodalFolder { Layout: MultimodalLayout.Shikra } shikra => Shikra(shikra, options, Open),
                MultimodalFolder { Layout: MultimodalLayout.CommSharp } ours => Ours(ours, options, Open),
                _ => [new ConvertedPart("", Open(folder.Path), CarriedFiles.Of(folder.Path, options.Dtype))],
            })];
            return new ConversionPlan(parts, dropped);
        }
        catch
        {
            foreach (ITensorSource source in opened)
            {
                source.Dispose();
            }

            throw;
        }

        ITensorSource Open(string path)
        {
            ITensorSource stored = Checkpoint.Open(path);
            opened.Add(stored);
            ITensorSource whole = options.Base is { } from && path == folder.Path ? new DeltaSource(stored, OpenBase(folder, from)) : stored;
            whole = options.Trained?.Over(path, whole) ?? whole;
            opened.Add(whole); // owns its parts; closing one twice does no harm
            string[] unwanted = [.. whole.Names.Where(ComputedBuffers.Contains).Union(options.Lean ? unread.GetValueOrDefault(stored.Location, []) : [])];
            dropped.AddRange(unwanted);
            return unwanted.Length == 0 ? whole : Without(whole, unwanted);
        }
    }

    public void Dispose()
    {
        foreach (ConvertedPart part in Parts)
        {
            part.Dispose();
        }
    }

    private static ITensorSource OpenBase(ModelFolder folder, string path) =>
        folder is LanguageFolder or MultimodalFolder { Layout: MultimodalLayout.Shikra or MultimodalLayout.LlavaOriginal }
            ? Checkpoint.Open(LanguageFolder.Open(path).Path)
            : throw new CommSharpException($"{folder.Path}: a {folder.Kind} is never published as a delta; leave --base out.");

    private static MappedSource Without(ITensorSource source, IEnumerable<string> names) => new(
        source.Location,
        new OrderedDictionary<string, (ITensorSource, string)>(source.Names.Except(names).Select(name => KeyValuePair.Create(name, (source, name)))),
        source);

    /// <summary>A merged Shikra keeps its layout; its tower comes along, so that the output needs nothing else.</summary>
    private static IEnumerable<ConvertedPart> Shikra(MultimodalFolder folder, ConversionOptions options, Func<string, ITensorSource> open)
    {
        yield return new ConvertedPart("", open(folder.Path), CarriedFiles.Of(folder.Path, options.Dtype));
        string tower = folder.Config.Vision.Branches[0].Encoder;
        bool apart = folder.Weights[0].Path != folder.Path;
        yield return new ConvertedPart(VisionTower, apart ? open(tower) : null, CarriedFiles.Of(tower, options.Dtype));
    }

    /// <summary>Parts that lie outside the folder move into it, and its config says so.</summary>
    private static IEnumerable<ConvertedPart> Ours(MultimodalFolder folder, ConversionOptions options, Func<string, ITensorSource> open)
    {
        MultimodalConfig config = folder.Config;
        VisionBranchConfig[] branches =
        [
            .. config.Vision.Branches.Select((branch, i) => branch with { Encoder = Inside(branch.Encoder, $"vision/{i + 1}-{branch.Family}") }),
        ];
        LanguageModelConfig language = config.Language with { Weights = Inside(config.Language.Weights, "language") };
        MultimodalConfig moved = config with { Vision = config.Vision with { Branches = branches }, Language = language, Untrained = config.Untrained && options.Trained is null };
        CarriedFile[] carried = [.. CarriedFiles.Of(folder.Path, dtype: null).Where(file => file.Name != CommSharpFolder.ConfigName)];
        yield return new ConvertedPart(
            "",
            open(Path.Combine(folder.Path, CommSharpFolder.FusionName)),
            [CarriedFiles.Json(CommSharpFolder.ConfigName, JsonNode.Parse(Configuration.ConfigurationFile.Format(moved))!), .. carried])
        {
            WeightsName = CommSharpFolder.FusionName,
        };
        var places = config.Vision.Branches.Select(branch => branch.Encoder).Append(config.Language.Weights)
            .Zip(branches.Select(branch => branch.Encoder).Append(language.Weights), (from, to) => (From: Path.Combine(folder.Path, from), To: to));
        foreach ((string from, string to) in places.DistinctBy(place => place.To))
        {
            yield return new ConvertedPart(to, open(from), CarriedFiles.Of(from, options.Dtype));
        }
    }

    private static string Inside(string path, string otherwise) =>
        Path.IsPathRooted(path) || path.Split('/', '\\').Contains("..") ? otherwise : path;
}
