using System.Security.Cryptography;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Tabletop;

public sealed class RenderingTests
{
    private const int Side = 224, Scenes = 200;

    /// <summary>
    /// Pixel by pixel, of the picture before it is encoded. Skia draws with the instructions that the processor has, so that another architecture, or another
    /// version of Skia, may give other pixels; these are of x64 with AVX2 and the version in Directory.Packages.props.
    /// </summary>
    [Theory]
    [InlineData(0, 112, "59cf6840d550545187ffd11156027e9f7d23a61e903e811af25af82f999856b7")]
    [InlineData(0, 224, "d9c18c9779d31c6e1e49b609e533a2f39c564c12f9e83f44f25685bbc5ca5883")]
    [InlineData(7, 112, "ebef737633be86961380edd9dd2d421dc90d2bdd9a3c5b369d981e3bd5cec006")]
    [InlineData(7, 224, "1b1a0b64db58feb734969996ab68ac0be64b6a51bed320b4eb22dd5e5a8362e1")]
    [InlineData(2000000003, 112, "8cedf7f079be9a37e5a8cfdd8f3680f6f265dde59f30895cb092a0f5fd8f20eb")]
    [InlineData(2000000003, 224, "c928a85e82b22be5bf21479b9a3bb999a86ddca57e48e2c37bda59e1003fded8")]
    public void Pictures_are_the_same_to_the_pixel(long seed, int side, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(SceneRenderer.Render(Scene.Of(seed), side).Pixels)));

    [Fact]
    public void Boxes_are_where_the_pixels_are()
    {
        for (int seed = 0; seed < Scenes; seed++)
        {
            Scene scene = Calm(Scene.Of(seed));
            SceneObject shown = scene.Objects[0];
            PixelBox box = shown.PixelBox(Side), seen = Difference(scene with { Objects = [shown] }, scene with { Objects = [] });
            double off = new[] { box.X1 - seen.X1, box.Y1 - seen.Y1, box.X2 - seen.X2, box.Y2 - seen.Y2 }.Max(Math.Abs);
            Assert.True(off <= 1.5, $"Seed {seed}: {shown.Hue} {shown.Pattern} {shown.Shape} on tone {scene.Surroundings.Tone}: {box} is drawn at {seen}.");
        }
    }

    /// <summary>The point that a question is asked about shows its object: without the object the pixel is another.</summary>
    [Fact]
    public void Points_are_on_their_objects()
    {
        for (int seed = 0; seed < Scenes / 4; seed++)
        {
            Scene scene = Calm(Scene.Of(seed));
            RgbImage whole = SceneRenderer.Render(scene, Side);
            for (int i = 0; i < scene.Objects.Count; i++)
            {
                RgbImage without = SceneRenderer.Render(scene with { Objects = [.. scene.Objects.Where((_, other) => other != i)] }, Side);
                ScenePoint point = Visibility.PointOn(scene.Objects, i);
                int x = (int)(point.X * Side), y = (int)(point.Y * Side);
                Assert.True(IsOther(whole[x, y], without[x, y], 12), $"Seed {seed}: object {i}, a {scene.Objects[i].Hue} {scene.Objects[i].Shape}, is not at {point}: {whole[x, y]} {without[x, y]}");
            }
        }
    }

    /// <summary>On a plain ground on which every colour shows: white on dark slate, all others on light mist.</summary>
    private static Scene Calm(Scene scene) => scene with
    {
        Surroundings = scene.Surroundings with { Light = 0, Noise = 0, Ground = Ground.Plain, Tone = scene.Objects[0].Hue == Hue.White ? 4 : 3 },
    };

    /// <summary>The box around the pixels that differ by far more than a shadow does.</summary>
    private static PixelBox Difference(Scene first, Scene second)
    {
        RgbImage a = SceneRenderer.Render(first, Side), b = SceneRenderer.Render(second, Side);
        (int X, int Y)[] differing =
        [
            .. Enumerable.Range(0, Side * Side).Select(i => (X: i % Side, Y: i / Side)).Where(at => IsMoreThanShadow(a[at.X, at.Y], b[at.X, at.Y])),
        ];
        return new PixelBox(differing.Min(at => at.X), differing.Min(at => at.Y), differing.Max(at => at.X) + 1, differing.Max(at => at.Y) + 1);
    }

    /// <summary>A shadow makes nothing brighter, and takes no more than a quarter of any colour.</summary>
    private static bool IsMoreThanShadow(RgbColor shown, RgbColor ground) =>
        IsMoreThanShadow(shown.Red, ground.Red) || IsMoreThanShadow(shown.Green, ground.Green) || IsMoreThanShadow(shown.Blue, ground.Blue);

    private static bool IsMoreThanShadow(byte shown, byte ground) => shown > ground + 8 || shown < (0.75 * ground) - 5;

    private static bool IsOther(RgbColor a, RgbColor b, int levels) =>
        Math.Max(Math.Abs(a.Red - b.Red), Math.Max(Math.Abs(a.Green - b.Green), Math.Abs(a.Blue - b.Blue))) > levels;
}
