namespace CommSharp.Data.Tabletop.World;

/// <summary>What lies behind the objects, and the light on everything.</summary>
/// <param name="Ground">Its kind.</param>
/// <param name="Tone">Which of the tones it has, from 0 to below <see cref="Scene.Tones"/>.</param>
/// <param name="Direction">In degrees: that of boards and of slow changes.</param>
/// <param name="Light">How much brighter the lit side is than the dark one, 0 to 0.4.</param>
/// <param name="LightDirection">Where the light comes from, in degrees.</param>
/// <param name="Noise">The deviation of the camera's noise in levels of 255.</param>
public readonly record struct Surroundings(Ground Ground, int Tone, double Direction, double Light, double LightDirection, double Noise);

/// <summary>A scene: everything that can be known of a picture before it is drawn, and all of it follows from the seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Objects">The objects, one to eight; later ones lie above earlier ones.</param>
/// <param name="Surroundings">What is around them.</param>
public sealed record Scene(long Seed, IReadOnlyList<SceneObject> Objects, Surroundings Surroundings)
{
    /// <summary>The number of tones that grounds have.</summary>
    public const int Tones = 6;

    /// <summary>The most objects of a scene.</summary>
    public const int MostObjects = 8;

    /// <summary>How much larger than usual things can be drawn and still fit into a picture.</summary>
    public const double Closest = 1.7;

    /// <summary>The scene of a seed, the same everywhere. Seeds of <see cref="WorldSplit.Test"/> alone give the kinds that are held out.</summary>
    /// <param name="seed">A seed of one of the splits.</param>
    /// <param name="closeness">How much larger things are than usual, from 1 to <see cref="Closest"/>; fewer of them find a place then.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed belongs to no split, or the closeness is out of its range.</exception>
    public static Scene Of(long seed, double closeness = 1) => closeness is >= 1 and <= Closest
        ? SceneComposer.Compose(seed, WorldSplit.Of(seed), closeness)
        : throw new ArgumentOutOfRangeException(nameof(closeness), closeness, $"Things are from 1 to {Closest} times as large.");
}
