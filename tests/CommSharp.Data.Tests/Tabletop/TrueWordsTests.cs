using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Tabletop.Files;
using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Tabletop;

/// <summary>
/// Everything that is said of scenes is true: judged by the reader of the world's words, which shares nothing with what writes them. More than ten thousand
/// samples in all.
/// </summary>
[Collection(nameof(WrittenWorld))]
public sealed class TrueWordsTests(WrittenWorld world)
{
    [Fact]
    public void Every_question_has_the_right_answer()
    {
        PictureQuestion[] all = [.. ShikraFile.ReadVqaV2(world[WorldFolder.Questions])];
        Assert.InRange(all.Length, 3000, int.MaxValue);
        NoneIsWrong(all, each => QuestionReading.Answer(each.Question, Truth(each.Picture!)) is var answer && answer == each.Answer
            ? null
            : $"{each.Question} {each.Answer}, not {answer}");
    }

    [Fact]
    public void Every_answer_names_the_objects_that_it_speaks_of()
    {
        PictureQuestion[] all = [.. ShikraFile.ReadVqaV2(world[WorldFolder.Questions])];
        NoneIsWrong(all, each =>
        {
            TruthObject?[] shown = [.. each.Evidence!.Select(Truth(each.Picture!).ObjectOf)];
            return shown.Contains(null) || !SpeaksOf(each, [.. shown.OfType<TruthObject>()]) ? $"{each.Question} {each.Answer}: {string.Join(", ", shown.Select(one => one?.ToString() ?? "nothing"))}" : null;
        });

        static bool SpeaksOf(PictureQuestion asked, TruthObject[] shown) => asked.Question switch
        {
            var text when text.StartsWith("How many", StringComparison.Ordinal) || text.StartsWith("What is the number", StringComparison.Ordinal) => $"{shown.Length}" == asked.Answer,
            var text when text.Contains(" more ", StringComparison.Ordinal) => shown.Length > 0,
            _ when asked.Answer is not ("yes" or "no") => shown is [var one] && (one.Colour == asked.Answer || one.Shape == asked.Answer || one.Pattern == asked.Answer),
            var text when text.StartsWith("Is the ", StringComparison.Ordinal) => shown is [var first, var second] && first != second,
            _ => shown.Length > 0 == (asked.Answer == "yes"), // whether something is there
        };
    }

    [Fact]
    public void Every_question_about_a_place_has_the_right_answer()
    {
        PointQuestion[] all = [.. ShikraFile.ReadPointLocal(world[WorldFolder.Points])];
        Assert.Equal(2 * world.Scenes.Count, all.Length);
        NoneIsWrong(all, each => Truth(each.Picture!).ObjectOf(each.Box) is { } shown && Covers(each.Box, each.Point)
            && QuestionReading.AnswerAt(each.Question, shown) == each.Answer ? null : $"{each.Question} {each.Answer}");
    }

    [Theory]
    [InlineData(WorldFolder.Expressions, 2000)]
    [InlineData(WorldFolder.Descriptions, 1200)]
    public void Every_expression_singles_out_its_object(string file, int least)
    {
        WorldRegion[] all = [.. WorldRegion.Read(world[file])];
        Assert.InRange(all.Length, least, int.MaxValue);
        NoneIsWrong(all, each =>
            WorldDescription.Read(each.Expression) is not { } read ? $"{each.Expression}: cannot be read"
            : read.Resolve(Truth(each.Picture)) is [var only] && only.Box == each.Box ? null
            : $"{each.Expression}: fits {read.Resolve(Truth(each.Picture)).Count}, meant is {each.Box}");
    }

    [Fact]
    public void Words_of_expressions_have_the_boxes_of_all_that_they_fit()
    {
        RegReference[] all = [.. RegReference.Read(world[WorldFolder.Expressions])];
        NoneIsWrong(all, each => WrongPhrase(each.Phrases, Truth(each.Picture)) is { } wrong ? $"{each.Expression}: {wrong}" : null);
        Assert.All(
            WorldRegion.Read(world[WorldFolder.Expressions]).Zip(all).Where(each => each.First.Sort == "attributes"), each => Assert.Equal([each.First.Box], each.Second.Phrases[^1].Boxes));
        Assert.InRange(all.Count(each => each.Phrases.Count > 0), all.Length * 9 / 10, all.Length);
    }

    [Fact]
    public void Words_of_questions_have_the_boxes_of_all_that_they_fit()
    {
        PictureQuestion[] all = [.. ShikraFile.ReadVqaV2(world[WorldFolder.Questions])];
        NoneIsWrong(all, each => each.Phrases.Count == 0 ? $"{each.Question}: no word names anything" : WrongPhrase(each.Phrases, Truth(each.Picture!)) is { } wrong ? $"{each.Question}: {wrong}" : null);
        NoneIsWrong(
            all.Where(each => each.Question.StartsWith("Is there ", StringComparison.Ordinal)), each => each.Phrases[^1].Boxes.Count > 0 == (each.Answer == "yes") ? null : $"{each.Question} {each.Answer}");
    }

    [Fact]
    public void Every_object_is_a_region_in_full_by_pattern_and_shape_and_by_shape_alone()
    {
        WorldRegion[] all = [.. WorldRegion.Read(world[WorldFolder.Regions])];
        int[] words = [5, 3, 2]; // with the article
        int objects = world.Truths.Values.Sum(truth => truth.Objects.Count);
        Assert.All(words, count => Assert.Equal(objects, all.Count(each => each.Expression.Split(' ').Length == count)));
        Assert.Equal(words.Length * objects, all.Length);
        NoneIsWrong(all, each =>
            WorldDescription.Read(each.Expression) is not { } read ? $"{each.Expression}: cannot be read"
            : read.Resolve(Truth(each.Picture)).Any(shown => shown.Box == each.Box) ? null
            : $"{each.Expression}: does not fit {each.Box}");
    }

    [Fact]
    public void Expressions_are_of_all_sorts()
    {
        WorldRegion[] all = [.. WorldRegion.Read(world[WorldFolder.Expressions])];
        Assert.All(WorldRegion.Sorts, sort => Assert.InRange(all.Count(each => each.Sort == sort), all.Length / 20, all.Length));
        Assert.InRange(all.Count(each => each.IsHeldOut), 20, all.Length / 5);
    }

    [Fact]
    public void Everything_that_a_caption_says_is_so()
    {
        Assert.Equal(5 * world.Scenes.Count, world.Captions.Count);
        NoneIsWrong(world.Captions, each =>
            CaptionReading.Read(each.Caption) is not { } read ? $"{each.Caption}: cannot be read"
            : read.Against(Truth(each.Picture)) is { } facts && facts.Existing == facts.Mentioned && facts.Relations == facts.RelationsThatHold && facts.IsGroundRight != false ? null
            : $"{each.Caption}: {facts}");
        CaptionFacts[] relations = [.. world.Captions.Select(each => CaptionReading.Read(each.Caption)!.Against(Truth(each.Picture)))];
        Assert.InRange(relations.Count(facts => facts.Relations == 1), world.Captions.Count / 10, world.Captions.Count / 2);
        Assert.InRange(relations.Count(facts => facts.IsGroundRight == true), world.Captions.Count / 10, world.Captions.Count / 2);
    }

    [Fact]
    public void Captions_without_relations_mention_every_object() => NoneIsWrong(world.Captions, each =>
        CaptionReading.Read(each.Caption) is { Relations: [] } read && read.Against(Truth(each.Picture)).Existing != Truth(each.Picture).Objects.Count ? each.Caption : null);

    [Fact]
    public void Every_phrase_of_a_grounded_caption_has_the_boxes_that_it_means()
    {
        GroundedCaption[] all = [.. ShikraFile.ReadGroundedCaptions(world[WorldFolder.GroundedCaptions])];
        Assert.Equal(world.Scenes.Count, all.Length);
        NoneIsWrong(all, each => each.Sentence.Runs.Where(run => run.Boxes.Count > 0).All(run =>
            CaptionReading.Read(run.Text) is { Mentions: [var mention] } && mention.Count == run.Boxes.Count
            && run.Boxes.Distinct().All(box => Truth(each.Picture!).ObjectOf(box) is { } shown && mention.Fits(shown))) ? null : each.Sentence.Text);
    }

    [Fact]
    public void Yes_is_right_as_often_as_no_and_other_answers_are_spread()
    {
        ILookup<QuestionSort, string> answers = world.Questions.ToLookup(each => each.Sort, each => each.Answer);
        string[] yesOrNo = [.. answers.SelectMany(sort => sort).Where(answer => answer is "yes" or "no")];
        Assert.InRange((double)yesOrNo.Count(answer => answer == "yes") / yesOrNo.Length, 0.48, 0.52);
        Assert.All(answers, sort => Assert.InRange(sort.CountBy(answer => answer).Max(each => each.Value) / (double)sort.Count(), 0, 0.58));
        Assert.Equal(10, answers[QuestionSort.Colour].Distinct().Count());
        Assert.Equal(12, answers[QuestionSort.Shape].Distinct().Count());
        Assert.Equal(4, answers[QuestionSort.Pattern].Distinct().Count());
        Assert.InRange(answers[QuestionSort.Count].Distinct().Count(), 7, 9);
    }

    /// <summary>Otherwise a model that sees nothing would be right more often than half the time.</summary>
    [Fact]
    public void What_is_said_of_a_thing_does_not_tell_whether_it_is_there()
    {
        string[] sizes = ["small", "little", "medium", "medium-sized", "large", "big"], patterns = ["solid", "plain", "striped", "dotted", "spotted", "checked", "chequered"];
        (string Form, bool IsYes)[] all =
        [
            .. from seed in Enumerable.Range(0, 3000)
               let scene = Scene.Of(seed)
               let asked = new QuestionWriter(scene, SampleChance.Of(seed, 77), heldOut: false).Ask(QuestionSort.Existence)
               where asked is not null
               select (string.Join(' ', NamingWords.In(asked.Text).SkipLast(1).Select(word => sizes.Contains(word.Text) ? "size" : patterns.Contains(word.Text) ? "pattern" : "colour")), asked.Answer == "yes"),
        ];
        ILookup<string, bool> answers = all.ToLookup(each => each.Form, each => each.IsYes);
        Assert.Equal(["colour", "pattern", "pattern colour", "size", "size colour"], answers.Select(form => form.Key).Order(StringComparer.Ordinal));
        Assert.All(answers, form => Assert.InRange((double)form.Count(yes => yes) / form.Count(), 0.42, 0.58));
        Assert.InRange(all.Length, 2900, 3000);
    }

    /// <summary>There were such questions whose answer was 0 whenever a size, or pattern, colour and shape together, were said.</summary>
    [Fact]
    public void What_is_said_of_things_does_not_tell_that_there_are_none()
    {
        var answers = Asked(QuestionSort.Count).ToLookup(each => Form(NamingWords.In(each.Text)[^1].Looks), each => each.Answer);
        Assert.Equal(["", "colour", "colour shape", "pattern", "pattern colour", "pattern shape", "shape"], answers.Select(form => form.Key).Order(StringComparer.Ordinal));
        Assert.All(answers.Where(form => form.Key.Length > 0), form => Assert.InRange((double)form.Count(answer => answer == "0") / form.Count(), 0.03, 0.4));

        static string Form(Description looks) => string.Join(
            ' ', new[] { looks.Extent is null ? null : "size", looks.Pattern is null ? null : "pattern", looks.Hue is null ? null : "colour", looks.Shape is null ? null : "shape" }.OfType<string>());
    }

    [Fact]
    public void Sizes_are_not_said_where_they_are_asked_for() =>
        Assert.DoesNotContain(Asked(QuestionSort.Comparison).SelectMany(each => NamingWords.In(each.Text)), word => word.Looks.Extent is not null);

    [Fact]
    public void Cameras_noise_of_scenes_that_follow_each_other_is_not_the_same()
    {
        var plain = new RgbImage(64, 64, [.. Enumerable.Repeat((byte)128, 3 * 64 * 64)]);
        byte[] first = [.. CameraNoise.Add(plain, 4, 5).Pixels], second = [.. CameraNoise.Add(plain, 4, 6).Pixels];
        Assert.All(Enumerable.Range(-3, 7), shift =>
        {
            int same = Enumerable.Range(3, first.Length - 6).Count(i => first[i] == second[i + shift]);
            Assert.InRange(same, 0, first.Length / 4);
        });
    }

    private static IEnumerable<WorldQuestion> Asked(QuestionSort sort) =>
        Enumerable.Range(0, 3000).Select(seed => new QuestionWriter(Scene.Of(seed), SampleChance.Of(seed, 77), heldOut: false).Ask(sort)).OfType<WorldQuestion>();

    private static void NoneIsWrong<T>(IEnumerable<T> all, Func<T, string?> wrong)
    {
        string[] found =
        [
            .. all.Select(each => (Wrong: wrong(each), Each: each)).Where(each => each.Wrong is not null)
                .Select(each => $"{(each.Each is IDataRecord record ? record.Picture : $"{each.Each}")}: {each.Wrong}"),
        ];
        Assert.True(found.Length == 0, $"{found.Length} are wrong:\n{string.Join('\n', found)}");
    }

    /// <summary>Reads the words up to each phrase as the second reader does, "thing" in the place of a noun that is still to come.</summary>
    private static string? WrongPhrase(IEnumerable<MeantPhrase> phrases, WorldTruth truth)
    {
        string said = "the";
        foreach (MeantPhrase phrase in phrases)
        {
            said += " " + phrase.Words;
            string singular = said.EndsWith("ses", StringComparison.Ordinal) ? said[..^2] : said.EndsWith("ss", StringComparison.Ordinal) || said.EndsWith("us", StringComparison.Ordinal) ? said : said.TrimEnd('s');
            WorldDescription? whole = WorldDescription.Read(singular);
            if ((whole ?? WorldDescription.Read(said + " thing")) is not { } read)
            {
                return $"\"{said}\" cannot be read";
            }

            if (!read.Resolve(truth).Select(shown => shown.Box).SequenceEqual(phrase.Boxes))
            {
                return $"\"{said}\" has {phrase.Boxes.Count} boxes, fits {read.Resolve(truth).Count}";
            }

            said = whole is null ? said : "the";
        }

        return null;
    }

    private static bool Covers(PixelBox box, PixelPoint point) => point.X >= box.X1 && point.X <= box.X2 && point.Y >= box.Y1 && point.Y <= box.Y2;

    private WorldTruth Truth(string picture) => world.Truths[picture];
}
