using CommSharp.Data.Tabletop.Understanding;

namespace CommSharp.Data.Tests.Tabletop;

public sealed class UnderstandingTests : IDisposable
{
    /// <summary>
    /// From left to right: 0 a small dotted red star, 1 a large blue ring, 2 a medium red star far below, 3 a small purple bar, 4 a large checked green heart above all.
    /// </summary>
    private const string Line = """
        {"image":"a.jpg","seed":1,"ground":"wood","objects":[
        {"shape":"star","colour":"red","pattern":"dotted","size":"small","bbox":[2,20,12,30],"seen":1},
        {"shape":"ring","colour":"blue","pattern":"solid","size":"large","bbox":[20,20,54,54],"seen":0.9},
        {"shape":"star","colour":"red","pattern":"solid","size":"medium","bbox":[50,80,72,102],"seen":1},
        {"shape":"bar","colour":"purple","pattern":"solid","size":"small","bbox":[70,70,84,82],"seen":1},
        {"shape":"heart","colour":"green","pattern":"checked","size":"large","bbox":[74,1,110,36],"seen":1}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly WorldTruth _truth;

    public UnderstandingTests() => _truth = Assert.Single(WorldTruth.Read(Write(Line)));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("the small dotted red star", 0)]
    [InlineData("Little spotted star.", 0)]
    [InlineData("A RED DOTTED STAR", 0)]
    [InlineData("the star", 0, 2)]
    [InlineData("the violet rectangle", 3)]
    [InlineData("the red ring")]
    [InlineData("the solid thing", 1, 2, 3)]
    [InlineData("the star left of the blue ring", 0)]
    [InlineData("the object to the right of the ring", 2, 3, 4)]
    [InlineData("the star on the left of the purple bar", 0, 2)]
    [InlineData("the thing higher than the dotted star", 4)]
    [InlineData("the object nearest to the plain bar", 2)]
    [InlineData("the star next to the heart", 2)]
    [InlineData("the thing left of the star")] // of which of the two?
    [InlineData("the second star from the left", 2)]
    [InlineData("the fourth object from the top", 3)]
    [InlineData("the third star from the left")]
    [InlineData("the leftmost thing", 0)]
    [InlineData("the red shape furthest to the right", 2)]
    [InlineData("the topmost heart", 4)]
    [InlineData("the lowest object", 2)]
    [InlineData("the biggest thing", 4)]
    [InlineData("the tiniest star", 0)]
    [InlineData("the largest checked thing", 4)]
    [InlineData("the largest thing left of the heart", 1)]
    [InlineData("the bar right of the leftmost star", 3)]
    public void Descriptions_are_found_in_the_truth(string text, params int[] fitting) =>
        Assert.Equal(fitting.Select(i => _truth.Objects[i]), WorldDescription.Read(text)!.Resolve(_truth));

    [Theory]
    [InlineData("")]
    [InlineData("the")]
    [InlineData("red")]
    [InlineData("the gray star")]
    [InlineData("the red cat")]
    [InlineData("the red blue star")]
    [InlineData("the stars")]
    [InlineData("the second star")]
    [InlineData("the star left of")]
    [InlineData("the star behind the ring")]
    [InlineData("the star furthest to the top")]
    [InlineData("the largest second star from the left")]
    [InlineData("the star, the ring")]
    [InlineData("The answer is the star.")]
    [InlineData("[0.1,0.2,0.3,0.4]")]
    public void Anything_else_cannot_be_read(string text) => Assert.Null(WorldDescription.Read(text));

    [Fact]
    public void Endless_texts_are_not_read() =>
        Assert.Null(WorldDescription.Read("the star" + string.Concat(Enumerable.Repeat(" left of the star", 100_000))));

    [Theory]
    [InlineData("A small red star and a blue ring.", 2, 2, 0)]
    [InlineData("There are two red stars, a ring and a large heart on a wooden table.", 4, 4, 0)]
    [InlineData("The picture shows three red stars.", 3, 2, 0)]
    [InlineData("A star, a red star and a dotted star", 3, 2, 0)]
    [InlineData("A dotted star, a star", 2, 2, 0)]
    [InlineData("A star, a dotted star", 2, 2, 0)]
    [InlineData("a picture of a gray cat, one violet bar and 2 rings", 4, 2, 1)]
    [InlineData("There is a thing.", 1, 0, 0)]
    [InlineData("Three old dogs on a sofa", 4, 0, 4)]
    [InlineData("The two stars and the ring", 3, 3, 0)]
    public void Mentions_of_captions_are_counted_against_the_truth(string caption, int mentioned, int existing, int unknown)
    {
        CaptionFacts facts = CaptionReading.Read(caption)!.Against(_truth);
        Assert.Equal((mentioned, existing, unknown), (facts.Mentioned, facts.Existing, facts.Unknown));
    }

    [Theory]
    [InlineData("A red star is left of a blue ring.", true)]
    [InlineData("A blue ring is to the left of a dotted star.", false)]
    [InlineData("A medium star is below a green heart", true)]
    [InlineData("A bar next to a solid star.", true)]
    [InlineData("A ring is above a ring.", false)]
    public void Relations_of_captions_hold_or_not(string caption, bool holds)
    {
        CaptionFacts facts = CaptionReading.Read(caption)!.Against(_truth);
        Assert.Equal((2, 1, holds ? 1 : 0), (facts.Mentioned, facts.Relations, facts.RelationsThatHold));
    }

    [Theory]
    [InlineData("A star on wooden boards.", true)]
    [InlineData("A star on tiles", false)]
    [InlineData("A star", null)]
    public void The_ground_is_no_object(string caption, bool? isRight)
    {
        CaptionFacts facts = CaptionReading.Read(caption)!.Against(_truth);
        Assert.Equal((1, isRight), (facts.Mentioned, facts.IsGroundRight));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Red stars.")]
    [InlineData("There is nothing.")]
    [InlineData("A star is red.")]
    [InlineData("a")]
    [InlineData("a star and")]
    [InlineData("A star on a ring on a bar")]
    public void Other_captions_cannot_be_read(string caption) => Assert.Null(CaptionReading.Read(caption));

    [Theory]
    [InlineData("How many red stars are there?", "2")]
    [InlineData("What is the number of things?", "5")]
    [InlineData("what color is the heart", "green")]
    [InlineData("What shape is the purple object?", "bar")]
    [InlineData("Is the ring solid, striped, dotted or checked?", "solid")]
    [InlineData("Is there a yellow star in the image?", "no")]
    [InlineData("Are there more stars than rings?", "yes")]
    [InlineData("Is the dotted star smaller than the bar?", "yes")]
    [InlineData("Is the heart below the ring?", "no")]
    [InlineData("What colour is the star?", null)]
    [InlineData("How many cats are there?", null)]
    [InlineData("Is the heart red?", null)]
    public void Questions_are_answered_from_the_truth(string question, string? answer) => Assert.Equal(answer, QuestionReading.Answer(question, _truth));

    [Theory]
    [InlineData("What is this?", "a red star")]
    [InlineData("Which colour does this have?", "red")]
    [InlineData("Which pattern is this?", "dotted")]
    [InlineData("Which shape is this here?", null)]
    public void Questions_about_a_place_are_answered_from_the_object(string question, string? answer) =>
        Assert.Equal(answer, QuestionReading.AnswerAt(question, _truth.Objects[0]));

    [Theory]
    [InlineData("\"shape\":\"heart\"", "\"shape\":\"hearts\"", "objects[4].shape': is 'hearts', which is no shape of the world")]
    [InlineData("\"colour\":\"purple\"", "\"colour\":\"violet\"", "which is no colour of the world")]
    [InlineData("\"ground\":\"wood\"", "\"ground\":\"lava\"", "which is no ground of the world")]
    [InlineData("0.9", "1.9", "is no share")]
    [InlineData("[2,20,12,30]", "[2,20,1,30]", "is no box")]
    [InlineData("\"size\":\"medium\",", "", "has no member 'size'")]
    public void What_is_no_truth_of_the_world_is_named(string good, string bad, string problem)
    {
        string message = Assert.Throws<DataException>(() => WorldTruth.Read(Write(Line.Replace(good, bad, StringComparison.Ordinal))).Count()).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_has_one_truth_and_at_least_one_object()
    {
        Assert.Contains("a second time", Assert.Throws<DataException>(() => WorldTruth.ReadByPicture(Write(Line + Line))).Message, StringComparison.Ordinal);
        Assert.Contains("every scene has an object", Assert.Throws<DataException>(() => WorldTruth.Read(Write("""{"image":"a","ground":"wood","objects":[]}""")).Count()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"size\"", "\"colour\"", "it must be attributes, relation, ordinal, size")]
    [InlineData("true", "\"yes\"", "true or false is needed")]
    public void What_is_no_region_of_the_world_is_named(string good, string bad, string problem)
    {
        const string Region = """{"img_path":"a.jpg","expression":"the star","bbox":[1,2,3,4],"width":112,"height":112,"sort":"size","kind":"red star","held_out":true}""";
        WorldRegion region = Assert.Single(WorldRegion.Read(Write(Region)));
        Assert.Equal(("size", true), (region.Sort, region.IsHeldOut));
        Assert.Contains(problem, Assert.Throws<DataException>(() => WorldRegion.Read(Write(Region.Replace(good, bad, StringComparison.Ordinal))).Count()).Message, StringComparison.Ordinal);
    }

    private string Write(string lines) => _folder.Write("lines.jsonl", lines.ReplaceLineEndings("").Replace("}]}{", "}]}\n{", StringComparison.Ordinal) + "\n");
}
