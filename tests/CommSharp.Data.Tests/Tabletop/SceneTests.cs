using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tests.Tabletop;

public sealed class SceneTests
{
    private const int Many = 3000;

    private static readonly Lazy<Scene[]> Training = new(() => [.. Scenes(WorldSplit.Train, Many)]);

    /// <summary>Every number of a scene is rounded to 1e-9 before it is hashed: scenes are the same on every machine, and must stay so from version to version.</summary>
    [Fact]
    public void The_same_seed_gives_the_same_scene()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Scene scene in WorldSplit.All.SelectMany(split => Scenes(split, 100)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Text(scene)));
        }

        Assert.Equal("a6343a01b75d39965031114c48579e82fffb0084f0f62e2864474a9a6ab0932f", Convert.ToHexStringLower(hash.GetHashAndReset()));
        Assert.NotEqual(Text(Scene.Of(1)), Text(Scene.Of(2)));
    }

    [Fact]
    public void No_seed_belongs_to_two_splits()
    {
        Assert.All(WorldSplit.All, split =>
        {
            Assert.Equal(split, WorldSplit.Of(split.FirstSeed));
            Assert.Equal(split, WorldSplit.Of(split.FirstSeed + WorldSplit.Size - 1));
        });
        Assert.Equal([0, WorldSplit.Size, 2 * WorldSplit.Size], WorldSplit.All.Select(split => split.FirstSeed));
        Assert.Throws<ArgumentOutOfRangeException>(() => WorldSplit.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scene.Of(3 * WorldSplit.Size));
    }

    [Fact]
    public void One_colour_of_each_shape_is_held_out_and_comes_up_in_tests_alone()
    {
        Kind[] heldOut = [.. Kind.All.Where(kind => kind.IsHeldOut)];
        Assert.Equal(Enum.GetValues<Shape>(), heldOut.Select(kind => kind.Shape));
        Assert.Equal(Kind.Hues, heldOut.Select(kind => kind.Hue).Distinct().Count());
        Assert.DoesNotContain(Training.Value.Concat(Scenes(WorldSplit.Validation, 300)).SelectMany(scene => scene.Objects), shown => shown.Kind.IsHeldOut);
        Assert.Equal(heldOut.Order(Comparer<Kind>.Create((a, b) => a.Shape - b.Shape)), Scenes(WorldSplit.Test, 400).SelectMany(scene => scene.Objects).Select(shown => shown.Kind)
            .Where(kind => kind.IsHeldOut).Distinct().OrderBy(kind => kind.Shape));
    }

    /// <summary>Spoken of in any of its words, also where the question is whether it is there.</summary>
    [Fact]
    public void No_training_words_speak_of_a_kind_that_is_held_out()
    {
        string[] kinds = [.. from kind in Kind.All where kind.IsHeldOut from hue in Words.Of(kind.Hue) from shape in Words.Of(kind.Shape) select $" {hue} {shape}"];
        foreach (Scene scene in Training.Value)
        {
            var chance = new SampleChance(scene.Seed, 1);
            var writer = new QuestionWriter(scene, chance, heldOut: false);
            IEnumerable<string?> said =
            [
                .. Enum.GetValues<QuestionSort>().Select(sort => writer.Ask(sort)?.Text),
                References.Shortest(scene, scene.Objects[0], chance, heldOut: false)?.Write(chance),
                .. References.OneOfEachSort(scene, scene.Objects[^1], chance, heldOut: false).Take(1).Select(each => each.Write(chance)),
                Captions.Write(scene, chance),
            ];
            Assert.DoesNotContain(said.OfType<string>(), words => kinds.Any(kind => $" {words.ToLowerInvariant()}".Contains(kind, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Objects_are_in_the_picture_large_enough_and_at_most_eight()
    {
        Scene[] scenes = Training.Value;
        Assert.Equal(Enumerable.Range(1, Scene.MostObjects), scenes.Select(scene => scene.Objects.Count).Distinct().Order());
        Assert.All(scenes.SelectMany(scene => scene.Objects), shown =>
        {
            SceneBox box = shown.Box;
            Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= 1 && box.Y2 <= 1, $"{box}");
            Assert.InRange(Math.Min(box.Width, box.Height) * 112, 10 - 1e-9, 60);
        });
        Assert.Equal(Kind.All.Count(kind => !kind.IsHeldOut), scenes.SelectMany(scene => scene.Objects).Select(shown => shown.Kind).Distinct().Count());
    }

    [Fact]
    public void Things_seen_from_closer_are_larger_and_still_in_the_picture()
    {
        Scene[] usual = [.. Training.Value.Take(400)], close = [.. usual.Select(scene => Scene.Of(scene.Seed, Scene.Closest))];
        Assert.All(close.SelectMany(scene => scene.Objects), shown =>
        {
            SceneBox box = shown.Box;
            Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= 1 && box.Y2 <= 1, $"{box}");
        });
        Assert.All(close, scene => Assert.All(Enumerable.Range(0, scene.Objects.Count), i => Assert.InRange(Visibility.ShareSeen(scene.Objects, i), 0.8, 1)));
        Assert.DoesNotContain(close, scene => scene.Objects.Count == 0);
        foreach (Extent extent in Enum.GetValues<Extent>())
        {
            Assert.InRange(MeanRadius(close, extent) / MeanRadius(usual, extent), 0.97 * Scene.Closest, 1.03 * Scene.Closest);
        }

        static double MeanRadius(Scene[] scenes, Extent extent) =>
            scenes.SelectMany(scene => scene.Objects.Take(1)).Select(shown => shown.Looks).Where(looks => looks.Extent == extent).Average(looks => looks.Radius);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(Scene.Closest + 0.01)]
    [InlineData(double.NaN)]
    public void No_scene_is_seen_from_farther_or_closer_than_that(double closeness) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scene.Of(1, closeness));

    [Fact]
    public void What_lies_below_others_is_seen_nearly_whole()
    {
        double[] covered =
        [
            .. Training.Value.Take(400).SelectMany(scene => Enumerable.Range(0, scene.Objects.Count).Select(i => Visibility.ShareSeen(scene.Objects, i))).Where(share => share < 1),
        ];
        Assert.InRange(covered.Length, 20, 800);
        Assert.All(covered, share => Assert.InRange(share, 0.8, 1));
    }

    private static IEnumerable<Scene> Scenes(WorldSplit split, int count) => Enumerable.Range(0, count).Select(i => Scene.Of(split.FirstSeed + i));

    private static string Text(Scene scene)
    {
        Surroundings around = scene.Surroundings;
        return string.Join(' ', [
            Number(scene.Seed), $"{around.Ground}", Number(around.Tone), Number(around.Direction), Number(around.Light), Number(around.LightDirection), Number(around.Noise),
            .. scene.Objects.Select(shown => string.Join(' ', [
                $"{shown.Shape} {shown.Hue} {shown.Pattern} {shown.Extent}", Number(shown.Looks.Radius), Number(shown.Looks.Rotation), Number(shown.Looks.Brightness),
                Number(shown.Centre.X), Number(shown.Centre.Y), Number(shown.Box.X1), Number(shown.Box.Y1), Number(shown.Box.X2), Number(shown.Box.Y2),
            ])),
        ]) + "\n";
    }

    private static string Number(double value) => (Math.Round(value, 9) + 0.0).ToString("0.#########", CultureInfo.InvariantCulture);
}
