using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>The lines that a scene gives to each file of its split.</summary>
/// <param name="Lines">By the file's name.</param>
/// <param name="Questions">Its questions, which files in VQAv2's layout hold too.</param>
/// <param name="Captions">Its captions, which files in COCO's layout hold too.</param>
internal sealed record SceneRecords(IReadOnlyDictionary<string, IReadOnlyList<string>> Lines, IReadOnlyList<WorldQuestion> Questions, IReadOnlyList<string> Captions)
{
    /// <summary>How many questions of a scene have numbers of their own.</summary>
    public const long NumbersAScene = 100;

    private const int MostDescribed = 4, MostExpressions = 6, CaptionsAScene = 5, CaptionsLearned = 2, PlacesAsked = 2, GroundedPhrases = 4;

    /// <summary>The picture's name, as VQAv2's readers make it of a number.</summary>
    public static string PictureOf(long seed) => $"COCO_{WorldFolder.Subtype}_{seed:D12}.jpg";

    /// <summary>Makes the records of a scene. What is drawn follows from its seed alone.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="side">The picture's side in pixels.</param>
    public static SceneRecords Of(Scene scene, int side)
    {
        bool heldOut = WorldSplit.Of(scene.Seed).HasHeldOutKinds;
        string picture = PictureOf(scene.Seed);
        WorldQuestion[] questions = [.. Asked(scene, heldOut)];
        var captioning = SampleChance.Of(scene.Seed, 20);
        string[] captions = [.. Enumerable.Range(0, CaptionsAScene).Select(_ => Tabletop.Language.Captions.Write(scene, captioning))];
        return new SceneRecords(
            new Dictionary<string, IReadOnlyList<string>>
            {
                [WorldFolder.Scenes] = [Line(Truth(scene, picture, side), WorldJson.Plain.SceneLine)],
                [WorldFolder.Expressions] = [.. Expressions(scene, heldOut).Select(each => Line(Region(each, picture, side) with { Phrases = Phrases(each.Words, scene, side) }, WorldJson.Plain.RegionLine))],
                [WorldFolder.Descriptions] = [.. Descriptions(scene, heldOut).Select(each => Line(Region(each, picture, side), WorldJson.Plain.RegionLine))],
                [WorldFolder.Regions] = [.. scene.Objects.SelectMany(Looks).Select(each => Line(Region(each, picture, side), WorldJson.Plain.RegionLine))],
                [WorldFolder.Captions] = [.. captions.Take(CaptionsLearned).Select(caption => Line(new CaptionLine(picture, caption), WorldJson.Plain.CaptionLine))],
                [WorldFolder.GroundedCaptions] = [Line(Grounded(scene, picture, side), WorldJson.Plain.GroundedLine)],
                [WorldFolder.Questions] =
                [
                    .. questions.Select((question, i) => Line(
                        new VqaLine(
                            picture,
                            (scene.Seed * NumbersAScene) + i,
                            question.Text,
                            new(TypeOf(question), question.Answer, Boxes(question.Evidence, side)),
                            Phrases(question.Text, scene, side)),
                        WorldJson.Plain.VqaLine)),
                ],
                [WorldFolder.Points] = [.. Places(scene, heldOut).Select(each => Line(Place(each, picture, side), WorldJson.Plain.PointLine))],
            },
            questions,
            captions);
    }

    /// <summary>The kind of a question, as files call it.</summary>
    public static string TypeOf(WorldQuestion question) => Enum.GetName(question.Sort)!.ToLowerInvariant();

    private static IEnumerable<WorldQuestion> Asked(Scene scene, bool heldOut)
    {
        var chance = SampleChance.Of(scene.Seed, 30);
        var writer = new QuestionWriter(scene, chance, heldOut);
        return chance.Shuffled(Enum.GetValues<QuestionSort>()).Select(writer.Ask).OfType<WorldQuestion>();
    }

    private static IEnumerable<(SceneObject Shown, Reference Reference, string Words)> Expressions(Scene scene, bool heldOut)
    {
        var chance = SampleChance.Of(scene.Seed, 10);
        return chance.Shuffled(scene.Objects)
            .SelectMany(shown => References.OneOfEachSort(scene, shown, chance, heldOut).Take(2).Select(each => (shown, each, each.Write(chance))))
            .Take(MostExpressions);
    }

    private static IEnumerable<(SceneObject Shown, Reference Reference, string Words)> Descriptions(Scene scene, bool heldOut)
    {
        var chance = SampleChance.Of(scene.Seed, 11);
        return from shown in chance.Shuffled(scene.Objects).Take(MostDescribed)
               let reference = References.Shortest(scene, shown, chance, heldOut)
               where reference is not null
               select (shown, reference, reference.Write(chance));
    }

    /// <summary>
    /// An object in full, its pattern and shape, and its shape alone: among phrases in full, colour and size leave few that only the shape could tell apart.
    /// Always the same words for the same looks, so that a contrast of phrases knows which are the same.
    /// </summary>
    private static IEnumerable<(SceneObject Shown, Reference Reference, string Words)> Looks(SceneObject shown) =>
        from looks in new Description[] { new(shown.Extent, shown.Pattern, shown.Hue, shown.Shape), new(Pattern: shown.Pattern, Shape: shown.Shape), new(Shape: shown.Shape) }
        select (shown, (Reference)new LooksReference(looks), Tabletop.Language.Words.WithArticle(looks.Write(SampleChance.None)));

    private static IEnumerable<PlaceQuestion> Places(Scene scene, bool heldOut)
    {
        var writer = new QuestionWriter(scene, SampleChance.Of(scene.Seed, 31), heldOut);
        return Enumerable.Range(0, PlacesAsked).Select(_ => writer.AskAtPoint());
    }

    private static RegionLine Region((SceneObject Shown, Reference Reference, string Words) each, string picture, int side) => new(
        picture, each.Words, Corners(each.Shown, side), side, side, each.Reference.Sort, new Description(Hue: each.Shown.Hue, Shape: each.Shown.Shape).Write(SampleChance.None), each.Shown.Kind.IsHeldOut);

    private static PointLine Place(PlaceQuestion each, string picture, int side) =>
        new(picture, each.Text, each.Answer, Corners(each.Shown, side), [Rounded(each.Point.X * side), Rounded(each.Point.Y * side)]);

    private static GroundedLine Grounded(Scene scene, string picture, int side)
    {
        IReadOnlyList<CaptionRun> runs = Tabletop.Language.Captions.Runs(scene, SampleChance.Of(scene.Seed, 21), GroundedPhrases);
        SceneObject[] boxed = [.. runs.SelectMany(run => run.Objects)];
        return new GroundedLine(
            scene.Seed,
            Path.GetFileNameWithoutExtension(picture),
            [.. boxed.Select(shown => Corners(shown, side))],
            string.Concat(runs.Select(run => run.Objects.Count == 0 ? run.Words : $"<ph_st>{run.Words}<ph_ed>")),
            [.. runs.Where(run => run.Objects.Count > 0).Select(run => run.Objects.Select(shown => Array.IndexOf(boxed, shown)).ToArray())]);
    }

    private static SceneLine Truth(Scene scene, string picture, int side) => new(
        picture,
        scene.Seed,
        Word(scene.Surroundings.Ground),
        [
            .. scene.Objects.Select((shown, i) => new SceneLineObject(
                Word(shown.Shape), Word(shown.Hue), Word(shown.Pattern), Word(shown.Extent), Corners(shown, side), Rounded(Visibility.ShareSeen(scene.Objects, i)))),
        ]);

    private static string Word<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    private static PhraseLine[] Phrases(string text, Scene scene, int side) =>
        [.. NamingWords.In(text).Select(word => new PhraseLine(word.Text, Boxes(word.Looks.In(scene), side)))];

    private static double[][] Boxes(IEnumerable<SceneObject> shown, int side) => [.. shown.Select(each => Corners(each, side))];

    private static double[] Corners(SceneObject shown, int side)
    {
        PixelBox box = shown.PixelBox(side);
        return [Rounded(box.X1), Rounded(box.Y1), Rounded(box.X2), Rounded(box.Y2)];
    }

    private static double Rounded(double value) => Math.Round(value, 2);

    private static string Line<T>(T line, JsonTypeInfo<T> json) => JsonSerializer.Serialize(line, json);
}
