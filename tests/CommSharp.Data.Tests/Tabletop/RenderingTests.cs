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
    [InlineData(0, 112, "e0cca376dd5a3f9eaabba891f305f310c568ef4ba4ae9a3d868df8efea1094f6")]
    [InlineData(0, 224, "fe4f929a1466a28249b2184271525d4dd9b971202a933208b94cec852ebae9fe")]
    [InlineData(7, 112, "4236128287aba8667c5a52ea317690c3593f03f27dcc113ca89067f8430c4ae6")]
    [InlineData(7, 224, "8e73816bee77dc21bf2bd61dc4f45b70c3b5a2f6df365bd903ecb22b03e5e7e7")]
    [InlineData(2000000003, 112, "5f8290faf57e1d8fa99ba00120aba60a6e06e9b96bea925b14911d3fb7efb299")]
    [InlineData(2000000003, 224, "cbfd342e4be7e41cf3a95e5f8d45700f80d80dddc74684e4eb367b0ef53228c7")]
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
