using CommSharp.Data;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Cli.Demo;

/// <summary>A scene that nobody has seen, drawn, and what is true of it.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Truth">The truth, as those that judge answers read it.</param>
internal sealed record DemoScene(Scene Scene, RgbImage Picture, WorldTruth Truth)
{
    /// <summary>The side of the picture; three times what models of this world are trained at, so that a person sees it well.</summary>
    public const int Side = 3 * SceneRenderer.UsualSide;

    private const int FewestObjects = 3;

    /// <summary>Draws the first scene from a number on that has something to ask about.</summary>
    /// <param name="number">Counted in the second half of the test split, which no evaluation reaches.</param>
    public static DemoScene Draw(long number)
    {
        long seed = WorldSplit.Test.FirstSeed + (WorldSplit.Size / 2) + (number % (WorldSplit.Size / 4));
        var scene = Scene.Of(seed);
        while (scene.Objects.Count < FewestObjects)
        {
            scene = Scene.Of(++seed);
        }

        return new DemoScene(scene, SceneRenderer.Render(scene, Side), TruthOf(scene));
    }

    private static WorldTruth TruthOf(Scene scene) => new(
        new DataPlace("demo"),
        "demo",
        Word(scene.Surroundings.Ground),
        [
            .. scene.Objects.Select((shown, i) => new TruthObject(
                Word(shown.Shape), Word(shown.Hue), Word(shown.Pattern), Word(shown.Extent), shown.PixelBox(Side), Visibility.ShareSeen(scene.Objects, i))),
        ]);

    private static string Word<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();
}
