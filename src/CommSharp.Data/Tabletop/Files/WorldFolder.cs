using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>How much of the world is written, and how.</summary>
public sealed record WorldFolderOptions
{
    /// <summary>The side of a picture in pixels, at least <see cref="SceneRenderer.UsualSide"/>.</summary>
    public int Side { get; init; } = SceneRenderer.UsualSide;

    /// <summary>Scenes to learn from.</summary>
    public int Train { get; init; } = 20000;

    /// <summary>Scenes to choose by.</summary>
    public int Validation { get; init; } = 500;

    /// <summary>Scenes to be asked about in the end.</summary>
    public int Test { get; init; } = 1000;

    /// <summary>Pictures of single things to learn their names from, sorted into a folder for each kind, as DeiT needs them; a tenth as many for validation.</summary>
    public int Classes { get; init; }

    /// <summary>The most things of a scene; those with more are passed over.</summary>
    public int Most { get; init; } = Scene.MostObjects;

    /// <summary>How much larger things are than usual, from 1 to <see cref="Scene.Closest"/>; pictures of single things for DeiT stay as they are.</summary>
    public double Closeness { get; init; } = 1;

    /// <summary>How many threads draw.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>
/// Writes scenes as ordinary data sets: pictures, Shikra's lines, POPE's questions, VQAv2's and COCO's files. The same options give the same files.
/// </summary>
public static class WorldFolder
{
    /// <summary>The version of the world: other versions have other scenes, pictures or questions.</summary>
    public const int Version = 2;

    /// <summary>The folder of a split's pictures.</summary>
    public const string Pictures = "images";

    /// <summary>The truth about each picture.</summary>
    public const string Scenes = "scenes.jsonl";

    /// <summary>Referring expressions, format shikra-region.</summary>
    public const string Expressions = "rec.jsonl";

    /// <summary>One description of an object, format shikra-region.</summary>
    public const string Descriptions = "reg.jsonl";

    /// <summary>Every object in full, by pattern and shape, and by shape alone, whether that fits others too or not; format shikra-region.</summary>
    public const string Regions = "regions.jsonl";

    /// <summary>Captions, format shikra-caption.</summary>
    public const string Captions = "captions.jsonl";

    /// <summary>Captions whose phrases have boxes, format shikra-flickr.</summary>
    public const string GroundedCaptions = "grounded-captions.jsonl";

    /// <summary>Questions with short answers, format shikra-vqav2.</summary>
    public const string Questions = "vqa.jsonl";

    /// <summary>Questions about points and boxes, format shikra-pointqa-local.</summary>
    public const string Points = "points.jsonl";

    /// <summary>What stands in pictures' names where COCO has "val2014".</summary>
    internal const string Subtype = "tabletop";

    private const int ScenesAtATime = 512;

    /// <summary>Writes the world.</summary>
    /// <param name="target">The folder; new or empty. It appears when it is complete.</param>
    /// <param name="options">How much.</param>
    /// <param name="progress">Told of scenes.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">Something is there already, or nothing can be written there.</exception>
    public static void Write(string target, WorldFolderOptions options, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var folder = new AtomicFolder(target);
        try
        {
            Fill(folder, options, progress, cancellationToken);
        }
        catch (Exception error) when (FaultIn(error) is { } fault)
        {
            string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
            throw new CommSharpException($"{target}: {FileFault.OfWriting(fault, folder.Path, final)}", error);
        }

        folder.Commit();
    }

    /// <summary>Why a file could not be written; null of other errors. Threads that draw wrap theirs.</summary>
    private static Exception? FaultIn(Exception error) => error switch
    {
        IOException or UnauthorizedAccessException => error,
        AggregateException several => several.InnerExceptions.FirstOrDefault(each => each is IOException or UnauthorizedAccessException),
        _ => null,
    };

    private static void Fill(AtomicFolder folder, WorldFolderOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        (WorldSplit Split, int Count)[] splits = [(WorldSplit.Train, options.Train), (WorldSplit.Validation, options.Validation), (WorldSplit.Test, options.Test)];
        var counter = new ProgressCounter(progress, splits.Sum(each => (long)each.Count) + KindFolders.Count(options));
        foreach ((WorldSplit split, int count) in splits.Where(each => each.Count > 0))
        {
            WriteSplit(folder, split, count, options, counter, cancellationToken);
        }

        KindFolders.Write(folder, options, counter, cancellationToken);
        var card = new WorldCard(
            "tabletop", Version, options.Side, options.Most, options.Closeness, [.. splits.Where(each => each.Count > 0).Select(each => new WorldCardSplit(each.Split.Name, each.Split.FirstSeed, each.Count, each.Split.HasHeldOutKinds))]);
        File.WriteAllText(folder["world.json"], JsonSerializer.Serialize(card, WorldJson.Plain.WorldCard) + "\n");
    }

    private static void WriteSplit(AtomicFolder folder, WorldSplit split, int count, WorldFolderOptions options, ProgressCounter counter, CancellationToken cancellationToken)
    {
        using var lines = new LineFiles(folder, split.Name);
        EvaluationFiles? evaluation = split == WorldSplit.Train ? null : new EvaluationFiles(options.Side);
        foreach (Scene[] scenes in split.Scenes(options.Closeness).Where(scene => scene.Objects.Count <= options.Most).Take(count).Chunk(ScenesAtATime))
        {
            var drawn = new (Scene Scene, SceneRecords Records)[scenes.Length];
            Parallel.For(0, drawn.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken }, i =>
            {
                Scene scene = scenes[i];
                File.WriteAllBytes(folder[split.Name, Pictures, SceneRecords.PictureOf(scene.Seed)], JpegFile.Encode(SceneRenderer.Render(scene, options.Side)));
                drawn[i] = (scene, SceneRecords.Of(scene, options.Side));
                counter.Add(split.Name);
            });
            foreach ((Scene scene, SceneRecords records) in drawn)
            {
                lines.Add(records.Lines);
                evaluation?.Add(scene, records);
            }
        }

        evaluation?.Write(folder, split.Name);
    }
}
