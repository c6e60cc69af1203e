using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Reading;
using CommSharp.Imaging;
using static CommSharp.Testing.VocFolder;

namespace CommSharp.Data.Tests.Formats;

public sealed class PascalVocQuestionsTests : IDisposable
{
    private static readonly (int, int, int, int) Left = (1, 1, 10, 10), Middle = (11, 5, 20, 30), Right = (31, 1, 40, 10), LowLeft = (1, 21, 10, 30);

    private readonly TemporaryFolder _folder = new();

    public PascalVocQuestionsTests()
    {
        WritePicture(_folder, "data", "a", new Thing("dog", Right), new Thing("cat", Middle), new Thing("dog", Left), new Thing("dog", LowLeft));
        WritePicture(_folder, "data", "b", new Thing("dog", Middle, IsDifficult: false));
        WritePicture(_folder, "data", "c", new Thing("cat", Left), new Thing("dog", Right, IsDifficult: true));
        WritePicture(_folder, "data", "d");
        WriteSplit(_folder, "data", "train", "a", "b", "c", "d");
    }

    private string Root => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_only_object_of_a_class_is_asked_for_unless_it_is_difficult() => Assert.Equal(
        [("a/cat", "the cat", Box(10, 4, 20, 30)), ("b/dog", "the dog", Box(10, 4, 20, 30)), ("c/cat", "the cat", Box(0, 0, 10, 10))],
        Read(PascalVocQuestionKind.Referring).Select(each => (each.Id, each.Words!, each.Regions.Single())));

    [Fact]
    public void All_objects_of_a_class_are_asked_for_from_left_to_right_and_top_to_bottom()
    {
        PascalVocQuestion[] read = Read(PascalVocQuestionKind.Detection);
        Assert.Equal([("a/cat", "all cats", 1), ("a/dog", "all dogs", 3), ("b/dog", "all dogs", 1), ("c/cat", "all cats", 1)], read.Select(each => (each.Id, each.Words!, each.Regions.Count)));
        Assert.Equal([Box(0, 0, 10, 10), Box(0, 20, 10, 30), Box(30, 0, 40, 10)], read[1].Regions);
        Assert.Equal(["bndbox[0]", "bndbox[1]", "bndbox[2]"], read[1].Boxes.Select(box => box.Field));
    }

    [Fact]
    public void Of_more_objects_than_are_asked_for_the_words_say_which()
    {
        PascalVocQuestion dogs = Read(PascalVocQuestionKind.Detection, new PascalVocQuestionOptions { MostBoxes = 2 })[1];
        Assert.Equal("the first 2 dogs from the left", dogs.Words);
        Assert.Equal([Box(0, 0, 10, 10), Box(0, 20, 10, 30)], dogs.Regions);
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(PascalVocQuestionKind.Detection, new PascalVocQuestionOptions { MostBoxes = 0 }));
    }

    [Fact]
    public void Every_object_that_is_not_difficult_is_a_region_with_its_class_as_the_answer()
    {
        PascalVocQuestion[] read = Read(PascalVocQuestionKind.Region);
        Assert.Equal(
            [("a/0", "dog"), ("a/1", "cat"), ("a/2", "dog"), ("a/3", "dog"), ("b/0", "dog"), ("c/0", "cat")], read.Select(each => (each.Id, each.Answer!)));
        Assert.Equal((Box(10, 4, 20, 30), null, "object"), (read[1].Regions.Single(), read[1].Words, read[1].Place.Field));
    }

    [Fact]
    public void Counts_are_of_what_is_there_and_of_one_class_that_is_not() => Assert.Equal(
        [("a/cat", "cats", "1"), ("a/dog", "dogs", "3"), ("b/cat", "cats", "0"), ("b/dog", "dogs", "1"), ("c/cat", "cats", "1"), ("d/dog", "dogs", "0")],
        Read(PascalVocQuestionKind.Counting).Select(each => (each.Id, each.Words!, each.Answer!)));

    [Fact]
    public void Each_class_is_as_often_there_as_it_is_not()
    {
        // Cats: in a and c, not in b and d. Dogs: in a and b (c's is difficult), not in d, so one of each is asked.
        Assert.Equal(
            [("a/cat", "yes"), ("a/dog", "yes"), ("b/cat", "no"), ("c/cat", "yes"), ("d/cat", "no"), ("d/dog", "no")],
            Read(PascalVocQuestionKind.Presence).Select(each => (each.Id, each.Answer!)));
        Assert.Equal("cats", Read(PascalVocQuestionKind.Presence)[0].Words);
    }

    [Fact]
    public void Captions_count_in_one_grammar_and_leave_out_what_is_not_sure()
    {
        WritePicture(_folder, "data", "e", [.. Enumerable.Range(0, 3).Select(_ => new Thing("RBC", Left)), new Thing("Platelets", Right), new Thing("WBC", Middle)]);
        WriteSplit(_folder, "data", "train", "a", "b", "c", "d", "e");
        Assert.Equal(
            [("a", "1 cat and 3 dogs."), ("b", "1 dog."), ("e", "3 red blood cells, 1 white blood cell and 1 platelet.")],
            Read(PascalVocQuestionKind.Caption).Select(each => (each.Id, each.Answer!)));
    }

    [Theory]
    [InlineData(PascalVocQuestionKind.Referring)]
    [InlineData(PascalVocQuestionKind.Detection)]
    [InlineData(PascalVocQuestionKind.Region)]
    [InlineData(PascalVocQuestionKind.Counting)]
    [InlineData(PascalVocQuestionKind.Presence)]
    [InlineData(PascalVocQuestionKind.Caption)]
    public void A_picture_is_asked_about_or_held_back_by_its_number_in_the_split(PascalVocQuestionKind kind)
    {
        Assert.All(Read(kind), each => Assert.Equal(each.Picture[0] - 'a', each.PictureNumber));
        var part = Read(kind, new PascalVocQuestionOptions { Takes = number => number % 2 == 1 });
        Assert.All(part, each => Assert.Equal(1, each.PictureNumber % 2));

        // A picture that is held back is not opened, and one that cannot be read keeps its number.
        _folder.Write("data/Annotations/a.xml", "<annotation>");
        Assert.Equal(part.Select(each => each.Id), Read(kind, new PascalVocQuestionOptions { Takes = number => number % 2 == 1 }).Select(each => each.Id));
        Assert.All(Read(kind, new PascalVocQuestionOptions { Problems = new DataProblems() }), each => Assert.Equal(each.Picture[0] - 'a', each.PictureNumber));
        Assert.Throws<DataException>(() => Read(kind));
    }

    [Fact]
    public void The_words_of_the_data_set_are_used()
    {
        _folder.Write($"data/{ClassWords.FileName}", """{ "dog": { "singular": "hound" } }""");
        Assert.Equal(["all hounds", "all cats"], Read(PascalVocQuestionKind.Detection).Take(2).Select(each => each.Words!));
        Assert.Equal("all dogs", Read(PascalVocQuestionKind.Detection, new PascalVocQuestionOptions { Words = ClassWords.BuiltIn })[1].Words);
    }

    private static PixelBox Box(double x1, double y1, double x2, double y2) => new(x1, y1, x2, y2);

    private PascalVocQuestion[] Read(PascalVocQuestionKind kind, PascalVocQuestionOptions? options = null) =>
        [.. PascalVocQuestions.Read(Root, kind, (options ?? new PascalVocQuestionOptions()) with { Split = "train" })];
}
