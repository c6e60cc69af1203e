using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tests.Tabletop;

[Collection(nameof(WrittenWorld))]
public sealed class PopeWriterTests(WrittenWorld world)
{
    private readonly PopeWriter _writer = new(world.Scenes);

    [Theory]
    [InlineData(PopeSampling.Random)]
    [InlineData(PopeSampling.Popular)]
    [InlineData(PopeSampling.Adversarial)]
    public void A_scene_is_asked_about_three_kinds_that_are_there_and_three_that_are_not(PopeSampling sampling)
    {
        PopeWorldQuestion[] all = [.. _writer.Ask(sampling, seed: 0)];
        Assert.Equal(all, _writer.Ask(sampling, seed: 0));
        Assert.Equal(world.Scenes.Count(scene => KindsOf(scene).Length >= 3), all.Select(each => each.Seed).Distinct().Count());
        Assert.All(all.GroupBy(each => each.Seed), scene =>
        {
            Assert.Equal((3, 3), (scene.Count(each => each.IsYes), scene.Count(each => !each.IsYes)));
            Assert.Equal(6, scene.Select(each => each.Text).Distinct().Count());
        });
        var truths = world.Scenes.Zip(world.Truths.Values).ToDictionary(pair => pair.First.Seed, pair => pair.Second);
        Assert.All(all, each => Assert.Equal(each.IsYes ? "yes" : "no", QuestionReading.Answer(each.Text, truths[each.Seed])));
    }

    [Fact]
    public void Things_that_are_there_are_the_same_whatever_is_not() => Assert.Single(
        Enum.GetValues<PopeSampling>().Select(sampling => string.Join('\n', _writer.Ask(sampling, seed: 0).Where(each => each.IsYes).Select(each => $"{each.Seed} {each.Text}"))).Distinct());

    [Fact]
    public void Absent_things_are_more_common_and_more_often_together_with_what_is_there_as_they_get_harder()
    {
        Dictionary<string, long[]> scenesOf = world.Scenes.SelectMany(scene => KindsOf(scene).Select(kind => (kind, scene.Seed)))
            .GroupBy(each => each.kind, each => each.Seed).ToDictionary(kind => kind.Key, kind => kind.ToArray(), StringComparer.Ordinal);
        (double Common, double Together)[] by = [.. Enum.GetValues<PopeSampling>().Select(sampling =>
        {
            PopeWorldQuestion[] absent = [.. _writer.Ask(sampling, seed: 0).Where(each => !each.IsYes)];
            var kinds = world.Scenes.ToDictionary(scene => scene.Seed, KindsOf);
            return (absent.Average(each => scenesOf[KindOf(each)].Length),
                absent.Average(each => scenesOf[KindOf(each)].Sum(seed => kinds[seed].Intersect(kinds[each.Seed]).Count())));
        })];
        Assert.True(by[1].Common > 1.5 * by[0].Common, $"{by[1]} {by[0]}");
        Assert.True(by[2].Together > 1.5 * by[0].Together && by[2].Together > by[1].Together, $"{by[2]} {by[1]} {by[0]}");
    }

    private static string[] KindsOf(Scene scene) => [.. scene.Objects.Select(shown => $"{shown.Hue} {shown.Shape}".ToLowerInvariant()).Distinct()];

    private static string KindOf(PopeWorldQuestion question) => string.Join(' ', question.Text.Split(' ').Skip(3).Take(2));
}
