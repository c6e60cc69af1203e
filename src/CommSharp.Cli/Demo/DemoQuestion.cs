using CommSharp.Answering;
using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Cli.Demo;

/// <summary>A question of the demonstration.</summary>
/// <param name="Short">What it asks, in a word or two.</param>
/// <param name="Parts">The question with its picture and boxes.</param>
/// <param name="Expected">What is right, as a person reads it.</param>
/// <param name="TrueBox">The box that is asked for or about; null where none is.</param>
/// <param name="IsRight">Judges an answer.</param>
internal sealed record DemoQuestion(string Short, IReadOnlyList<SamplePart> Parts, string Expected, PixelBox? TrueBox, Func<Answer, bool> IsRight)
{
    private const double LeastOverlap = 0.5;

    /// <summary>The question in words; a box is shown as such.</summary>
    public string Text => string.Concat(SampleTurn.User(Parts).WithoutPicture().Parts.Select(part => part is SampleText words ? words.Text : "[box]"));

    /// <summary>Where something is, what is in a box, how many there are, whether something is there, and what the picture shows.</summary>
    public static IReadOnlyList<DemoQuestion> Of(DemoScene scene)
    {
        var chance = SampleChance.Of(scene.Scene.Seed, 40);
        IReadOnlyList<SceneObject> shown = chance.Shuffled(scene.Scene.Objects);
        return
        [
            Where(scene, shown[0], chance),
            What(scene, shown.Skip(1)),
            Word("how many", QuestionSort.Count, scene, chance),
            Word("is there", QuestionSort.Existence, scene, chance),
            Describe(scene),
        ];
    }

    private static DemoQuestion Where(DemoScene scene, SceneObject target, SampleChance chance)
    {
        // Three things at least have ways to be told apart, by their order if by nothing else; a scene without any is asked for its first object by its looks.
        string words = References.OneOfEachSort(scene.Scene, target, chance, heldOut: true) is [var first, ..]
            ? first.Write(chance)
            : "the " + new Description(Hue: target.Hue, Shape: target.Shape).Write(SampleChance.None);
        PixelBox box = target.PixelBox(DemoScene.Side);
        return new DemoQuestion(
            "where", Fill(TemplateKind.Referring, words), FormattableString.Invariant($"{box.X1:0}, {box.Y1:0}, {box.X2:0}, {box.Y2:0}"), box,
            answer => answer.Phrases.SelectMany(phrase => phrase.Regions).Select(region => Overlap(region.Pixels, box)).FirstOrDefault() > LeastOverlap);
    }

    /// <summary>About the first of some objects that can be told apart in words; of two that look and lie alike nobody could say which is meant.</summary>
    private static DemoQuestion What(DemoScene scene, IEnumerable<SceneObject> objects)
    {
        (SceneObject target, Reference? name) = objects.Select(shown => (shown, References.Shortest(scene.Scene, shown, SampleChance.None, heldOut: true)))
            .OrderBy(each => each.Item2 is null).First();
        PixelBox box = target.PixelBox(DemoScene.Side);
        return new DemoQuestion(
            "what is here",
            Fill(TemplateKind.RegionDescription, new SampleBoxes([box])),
            name?.Write(SampleChance.None) ?? new Description(Hue: target.Hue, Shape: target.Shape).Write(SampleChance.None),
            box,
            answer => WorldDescription.Read(answer.Text)?.Resolve(scene.Truth) is [var only] && only.Box == box);
    }

    private static DemoQuestion Word(string name, QuestionSort sort, DemoScene scene, SampleChance chance)
    {
        WorldQuestion? asked = null;
        while (asked is null)
        {
            asked = new QuestionWriter(scene.Scene, chance, heldOut: true).Ask(sort); // every scene has both sorts; some draws have none
        }

        return new DemoQuestion(
            name, Fill(TemplateKind.ShortAnswer, asked.Text), asked.Answer, null, answer => LastWord(answer.Text).Equals(asked.Answer, StringComparison.OrdinalIgnoreCase));
    }

    private static DemoQuestion Describe(DemoScene scene) => new(
        "describe",
        Fill(TemplateKind.Caption),
        string.Join(", ", scene.Truth.Objects.Select(shown => shown.Kind)),
        null,
        answer => CaptionReading.Read(answer.Text)?.Against(scene.Truth) is { Mentioned: > 0 } facts && facts.Existing == facts.Mentioned);

    private static IReadOnlyList<SamplePart> Fill(TemplateKind kind, params IReadOnlyList<SamplePart> content) => QuestionTemplates.BuiltIn(kind).All[0].Fill(content);

    private static string LastWord(string text) => text.TrimEnd('.', ' ').Split(' ')[^1];

    private static double Overlap(PixelBox box, PixelBox other)
    {
        double shared = box.Intersect(other).Area;
        return shared / (box.Area + other.Area - shared);
    }
}
