using CommSharp.Data.Formats;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>A phrase of a caption and what it means.</summary>
/// <param name="Words">The words, such as "two red stars".</param>
/// <param name="Objects">The objects that are meant; none for words between phrases.</param>
public sealed record CaptionRun(string Words, IReadOnlyList<SceneObject> Objects);

/// <summary>Writes captions of scenes.</summary>
public static class Captions
{
    private const double SaysPattern = 0.5, SaysExtent = 0.4, SaysGround = 0.4, SaysRelation = 0.3;

    /// <summary>A caption of a scene: all of its objects, some with what else can be said of them; sometimes two of them and how they lie.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="chance">What the wording is left to.</param>
    public static string Write(Scene scene, SampleChance chance) => string.Concat(Runs(scene, chance, Scene.MostObjects).Select(run => run.Words));

    /// <summary>The same in runs, each with the objects that it means.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="chance">What the wording is left to.</param>
    /// <param name="mostPhrases">The most phrases with objects.</param>
    public static IReadOnlyList<CaptionRun> Runs(Scene scene, SampleChance chance, int mostPhrases)
    {
        if (scene.Objects.Count >= 2 && chance.Happens(SaysRelation) && Relation(scene, chance) is { } relation)
        {
            return relation;
        }

        IReadOnlyList<CaptionRun> phrases = [.. Groups(scene).Take(mostPhrases).Select(group => Phrase(group, chance))];
        var runs = new List<CaptionRun>();
        string start = chance.Below(4) switch { 0 => "There is ", 1 => "A picture of ", 2 => "The picture shows ", _ => "" };
        if (start == "There is " && phrases[0].Objects.Count > 1)
        {
            start = "There are ";
        }

        for (int i = 0; i < phrases.Count; i++)
        {
            Join(runs, i == 0 ? start : i == phrases.Count - 1 ? " and " : ", ");
            runs.Add(start.Length == 0 && i == 0 ? phrases[0] with { Words = Capital(phrases[0].Words) } : phrases[i]);
        }

        Join(runs, chance.Happens(SaysGround) ? $" on {Choose(Words.Of(scene.Surroundings.Ground), chance)}." : ".");
        return runs;
    }

    /// <summary>The caption as a sentence whose phrases have boxes.</summary>
    /// <param name="runs">The caption.</param>
    /// <param name="side">The picture's side in pixels.</param>
    public static GroundedSentence Ground(IReadOnlyList<CaptionRun> runs, int side) =>
        new([.. runs.Select(run => new GroundedRun(run.Words, [.. run.Objects.Select(shown => shown.PixelBox(side))]))]);

    /// <summary>Two objects and how they lie: "A red star is left of a blue ring."</summary>
    private static List<CaptionRun>? Relation(Scene scene, SampleChance chance)
    {
        (SceneObject First, Side Side, SceneObject Second)[] true_ =
        [
            .. from first in scene.Objects
               from second in scene.Objects
               where first != second && first.Kind != second.Kind
               from side in Enum.GetValues<Side>()
               where Places.IsOn(first, side, second) == true
               select (first, side, second),
        ];
        if (true_.Length == 0)
        {
            return null;
        }

        (SceneObject left, Side between, SceneObject right) = true_[chance.Below(true_.Length)];
        return
        [
            new CaptionRun(Capital(Words.WithArticle(Looks(left, chance).Write(chance))), [left]),
            new CaptionRun($" is {SideReference.Write(between, chance)} ", []),
            new CaptionRun(Words.WithArticle(Looks(right, chance).Write(chance)), [right]),
            new CaptionRun(".", []),
        ];
    }

    /// <summary>The objects by their kinds, from left to right.</summary>
    private static IEnumerable<SceneObject[]> Groups(Scene scene) =>
        scene.Objects.OrderBy(shown => shown.Box.Middle.X).GroupBy(shown => shown.Kind).Select(group => group.ToArray());

    private static CaptionRun Phrase(SceneObject[] group, SampleChance chance) => group is [var only]
        ? new CaptionRun(Words.WithArticle(Looks(only, chance).Write(chance)), group)
        : new CaptionRun($"{Words.Number(group.Length)} {new Description(Hue: group[0].Hue, Shape: group[0].Shape).Write(chance, plural: true)}", group);

    private static Description Looks(SceneObject shown, SampleChance chance) => new(
        chance.Happens(SaysExtent) ? shown.Extent : null,
        shown.Pattern != Pattern.Solid && chance.Happens(SaysPattern) ? shown.Pattern : null,
        shown.Hue,
        shown.Shape);

    private static void Join(List<CaptionRun> runs, string words)
    {
        if (words.Length > 0)
        {
            runs.Add(new CaptionRun(words, []));
        }
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static string Choose(IReadOnlyList<string> words, SampleChance chance) => words[chance.Below(words.Count)];
}
