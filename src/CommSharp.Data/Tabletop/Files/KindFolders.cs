using CommSharp.Checkpoints;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>Pictures of single things in a folder for each kind: training scenes with their first object alone.</summary>
internal static class KindFolders
{
    /// <summary>The folder below that of the split.</summary>
    public const string Name = "classes";

    /// <summary>Writes them.</summary>
    public static void Write(AtomicFolder folder, WorldFolderOptions options, ProgressCounter counter, CancellationToken cancellationToken) =>
        Parallel.For(0, options.Classes, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken }, i =>
        {
            // From the other end of the split's seeds, so that no picture looks like one of its scenes.
            var scene = Scene.Of(WorldSplit.Train.FirstSeed + WorldSplit.Size - 1 - i);
            SceneObject shown = scene.Objects[0];
            string kind = $"{Enum.GetName(shown.Hue)}-{Enum.GetName(shown.Shape)}".ToLowerInvariant();
            File.WriteAllBytes(
                folder[WorldSplit.Train.Name, Name, kind, SceneRecords.PictureOf(scene.Seed)],
                JpegFile.Encode(SceneRenderer.Render(scene with { Objects = [shown] }, options.Side)));
            counter.Add(kind);
        });
}
