using System.Globalization;
using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Data.Tabletop.Files;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Evaluation.Benchmarks.Tasks;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>Benchmarks of the tabletop world, over the folder of one of its splits. Its questions and POPE's are asked by the benchmarks of those names.</summary>
internal static class TabletopBenchmarks
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        Referring("tabletop-rec", "Tabletop, REC by size", (_, meant) => meant.Size, _ => true),
        Referring("tabletop-rec-sorts", "Tabletop, REC by sort of expression", (region, _) => region.Sort, _ => true),
        Referring("tabletop-rec-unseen", "Tabletop, REC of unseen kinds", (_, meant) => meant.Size, region => region.IsHeldOut),
        new Benchmark("tabletop-reg", "Tabletop, REG", new SinglingOutEvaluation(), Layout(WorldFolder.Descriptions), source => Data(
            source,
            Regions(source, WorldFolder.Descriptions).Select(each => Item(each) with { Region = each.Region.Box, Part = each.Target.Meant!.Size, Target = each.Target }))),
        new Benchmark("tabletop-captions", "Tabletop, captions", new MentionEvaluation(), [WorldFolder.Scenes, WorldFolder.Pictures + "/"], source => Data(
            source,
            WorldTruth.Read(source.Find(WorldFolder.Scenes), source.Problems).Select(truth => new EvaluationItem
            {
                Place = truth.Place,
                Id = truth.Picture,
                Picture = truth.Picture,
                Target = new TruthTarget(truth, null),
            }))),
    ];

    private static Benchmark Referring(string name, string title, Func<WorldRegion, TruthObject, string> part, Func<WorldRegion, bool> takes) => new(
        name, title, new ReferringEvaluation(), Layout(WorldFolder.Expressions), source => Data(
            source,
            Regions(source, WorldFolder.Expressions).Where(each => takes(each.Region)).Select(each => Item(each) with
            {
                Words = each.Region.Expression,
                Part = part(each.Region, each.Target.Meant!),
                Target = new BoxTarget(each.Region.Box),
            })));

    private static string[] Layout(string lines) => [lines, WorldFolder.Scenes, WorldFolder.Pictures + "/"];

    private static BenchmarkData Data(BenchmarkSource source, IEnumerable<EvaluationItem> items) => new(items, new PictureFolder(Path.Combine(source.Folder, WorldFolder.Pictures)));

    private static EvaluationItem Item((WorldRegion Region, TruthTarget Target) each) => new()
    {
        Place = each.Region.Place,
        Id = string.Create(CultureInfo.InvariantCulture, $"{each.Region.Picture}/{each.Region.Place.Line}"),
        Picture = each.Region.Picture,
        StatedSize = each.Region.StatedSize,
        Target = null,
    };

    /// <summary>The lines of a file, each with its object in the truth: a box that no object has is a bad line.</summary>
    private static IEnumerable<(WorldRegion Region, TruthTarget Target)> Regions(BenchmarkSource source, string file)
    {
        IReadOnlyDictionary<string, WorldTruth> truths = WorldTruth.ReadByPicture(source.Find(WorldFolder.Scenes), source.Problems);
        return DataProblems.Read(
            WorldRegion.Read(source.Find(file), source.Problems),
            region => truths.GetValueOrDefault(region.Picture) is not { } truth
                ? throw new DataException(region.Place, $"names the picture {Printable.Name(region.Picture)}, of which {WorldFolder.Scenes} does not tell; the files do not belong together")
                : truth.ObjectOf(region.Box) is { } meant
                    ? (region, new TruthTarget(truth, meant))
                    : throw new DataException(region.Place.Of("bbox"), $"is the box of no object of {WorldFolder.Scenes}; the files do not belong together"),
            source.Problems);
    }
}
