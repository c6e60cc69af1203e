using System.Text.Json;
using CommSharp.Evaluation.Metrics.Captions;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Metrics.Captions;

/// <summary>The captions that were scored by COCO's evaluation, and a record of which files were opened.</summary>
internal sealed class CaptionFixtures
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics");

    private readonly SortedSet<string> _opened = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Opened => _opened;

    /// <summary>The files of the manifest: path, and tolerance where they hold expected values (0 for exact).</summary>
    public static IReadOnlyDictionary<string, double?> Manifest { get; } = ReadManifest();

    public GoldenJson Golden(string path)
    {
        _opened.Add(path);
        return new GoldenJson(Path.Combine(Folder, path));
    }

    /// <summary>The captions before they become words.</summary>
    public IReadOnlyList<CaptionItem> Raw()
    {
        Dictionary<string, string> candidates = Golden("captions/results.json").Root.Items
            .ToDictionary(result => $"{result["image_id"].Number}", result => result["caption"].Text!);
        return
        [
            .. Golden("captions/annotations.json").Root["annotations"].Items
                .OrderBy(annotation => annotation["id"].Number)
                .GroupBy(annotation => $"{annotation["image_id"].Number}", annotation => annotation["caption"].Text!)
                .OrderBy(image => image.Key, StringComparer.Ordinal)
                .Select(image => new CaptionItem(image.Key, candidates[image.Key], [.. image])),
        ];
    }

    public IReadOnlyList<RegionExpression> Expressions()
    {
        const string path = "reg/references.jsonl";
        _opened.Add(path);
        return
        [
            .. File.ReadLines(Path.Combine(Folder, path)).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(row => new RegionExpression(
                    new(row.GetProperty("img_path").GetString()!, Box([.. row.GetProperty("bbox").EnumerateArray().Select(number => number.GetDouble())])),
                    row.GetProperty("expression").GetString()!)),
        ];
    }

    public IReadOnlyDictionary<PictureRegion, string> RegionCaptions() =>
        Golden("reg/predictions.json").Root.Items.ToDictionary(Region, row => row["caption"].Text!);

    /// <summary>Captions that already are words.</summary>
    public static IReadOnlyList<CaptionItem> ItemsIn(GoldenValue images) =>
    [
        .. images.Items.Select(image => new CaptionItem(
            $"{image["image_id"].Number}", image["candidate"].Text!, [.. image["references"].Items.Select(reference => reference.Text!)])),
    ];

    public static PictureRegion Region(GoldenValue row) => new(row["img_path"].Text!, Box(row["bbox"].Numbers!));

    private static PixelBox Box(double[] corners) => new(corners[0], corners[1], corners[2], corners[3]);

    private static Dictionary<string, double?> ReadManifest()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "manifest.json")));
        return manifest.RootElement.GetProperty("files").EnumerateArray()
            .Where(file => file.GetProperty("kind").GetString() is "captions" or "reg")
            .ToDictionary(file => file.GetProperty("path").GetString()!, Tolerance);
    }

    private static double? Tolerance(JsonElement file) => !file.TryGetProperty("tolerance", out JsonElement tolerance) ? null
        : tolerance.ValueKind == JsonValueKind.Number ? tolerance.GetDouble() : 0;
}
