using CommSharp.Checkpoints;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>Pictures of single things in a folder for each kind: scenes with their first object alone. To learn from, and a tenth as many to look at on the way.</summary>
internal static class KindFolders
{
    /// <summary>The folder below that of the split.</summary>
    public const string Name = "classes";

    private const int LearnedToHeldOut = 10;

    /// <summary>How many pictures <see cref="Write"/> writes.</summary>
    public static long Count(WorldFolderOptions options) => Parts(options).Sum(part => (long)part.Count);

    /// <summary>Writes them.</summary>
    public static void Write(AtomicFolder folder, WorldFolderOptions options, ProgressCounter counter, CancellationToken cancellationToken)
    {
        foreach ((WorldSplit split, int count) in Parts(options))
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken }, i =>
            {
                // From the other end of the split's seeds, so that no picture looks like one of its scenes.
                var scene = Scene.Of(split.FirstSeed + WorldSplit.Size - 1 - i);
                SceneObject shown = scene.Objects[0];
                string kind = $"{Enum.GetName(shown.Hue)}-{Enum.GetName(shown.Shape)}".ToLowerInvariant();
                File.WriteAllBytes(
                    folder[split.Name, Name, kind, SceneRecords.PictureOf(scene.Seed)],
                    JpegFile.Encode(SceneRenderer.Render(scene with { Objects = [shown] }, options.Side)));
                counter.Add(kind);
            });
        }
    }

    private static IEnumerable<(WorldSplit Split, int Count)> Parts(WorldFolderOptions options) =>
        [(WorldSplit.Train, options.Classes), (WorldSplit.Validation, options.Classes / LearnedToHeldOut)];
}
