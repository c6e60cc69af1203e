namespace CommSharp.Data.Tabletop.World;

/// <summary>A part of the world by the seeds of its scenes; no seed belongs to two.</summary>
/// <param name="Name">What its folder is called.</param>
/// <param name="FirstSeed">The first seed.</param>
/// <param name="HasHeldOutKinds">Whether kinds that are held out come up.</param>
public sealed record WorldSplit(string Name, long FirstSeed, bool HasHeldOutKinds)
{
    /// <summary>The most scenes of a split.</summary>
    public const long Size = 1_000_000_000;

    /// <summary>What is learned from.</summary>
    public static WorldSplit Train { get; } = new("train", 0, HasHeldOutKinds: false);

    /// <summary>What choices are made on.</summary>
    public static WorldSplit Validation { get; } = new("validation", Size, HasHeldOutKinds: false);

    /// <summary>What is asked once, in the end.</summary>
    public static WorldSplit Test { get; } = new("test", 2 * Size, HasHeldOutKinds: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WorldSplit> All { get; } = [Train, Validation, Test];

    /// <summary>Its scenes, in the order of their seeds, composed one by one as they are asked for.</summary>
    /// <param name="closeness">How much larger things are than usual, from 1 to <see cref="Scene.Closest"/>.</param>
    public IEnumerable<Scene> Scenes(double closeness = 1)
    {
        for (long seed = FirstSeed; seed < FirstSeed + Size; seed++)
        {
            yield return Scene.Of(seed, closeness);
        }
    }

    /// <summary>The split of a seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed belongs to none.</exception>
    public static WorldSplit Of(long seed) => All.FirstOrDefault(split => seed >= split.FirstSeed && seed < split.FirstSeed + Size)
        ?? throw new ArgumentOutOfRangeException(nameof(seed), seed, $"Seeds run from 0 to below {3 * Size}.");
}
