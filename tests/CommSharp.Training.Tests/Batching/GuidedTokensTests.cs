using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Batching;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Which tokens are taught to look where. The bundled model has four patches in a row, so a picture of 40 pixels has one for each ten.</summary>
public sealed class GuidedTokensTests
{
    private static readonly RgbImage Picture = new(40, 40, new byte[40 * 40 * 3]);
    private static readonly PixelBox Box = new(10, 10, 20, 30); // the patches 5 and 9

    [Fact]
    public void While_a_box_and_the_words_before_it_are_answered_its_patches_are_looked_at()
    {
        PreparedSample sample = Prepare(SampleTurn.User(new SampleImage(), " Where is it?"), SampleTurn.Assistant("Nice. It is at ", new SampleBoxes([Box]), ", see."));
        IReadOnlyList<GuidedToken> guided = Assert.Single(sample.Guided);
        Assert.Equal("It is at [0.250,0.250,0.500,0.750]", Said(sample.Prompt, guided).Trim());
        Assert.All(guided, token => Assert.Equal([5, 9], Looked(token)));
    }

    [Fact]
    public void Where_the_question_holds_the_box_its_end_and_the_answer_look_at_it()
    {
        PreparedSample sample = Prepare(SampleTurn.User(new SampleImage(), " What is ", new SampleBoxes([Box]), " here?"), SampleTurn.Assistant("A red cup."));
        IReadOnlyList<GuidedToken> guided = Assert.Single(sample.Guided);
        Assert.EndsWith("]", sample.Prompt.Text[..sample.Prompt.Tokens[guided[0].Token].End], StringComparison.Ordinal);
        Assert.StartsWith("A red cup.", Said(sample.Prompt, [.. guided.Skip(1)]).Trim(), StringComparison.Ordinal);
        Assert.All(guided, token => Assert.Equal([5, 9], Looked(token)));
    }

    [Fact]
    public void A_later_question_of_the_conversation_is_not_guided()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " What is ", new SampleBoxes([Box]), "?"), SampleTurn.Assistant("A cup."), SampleTurn.User("Is it red?"), SampleTurn.Assistant("Yes."));
        Assert.All(Assert.Single(sample.Guided).Skip(1), token => Assert.True(sample.Prompt.Tokens[token.Token + 1].HasLoss));
    }

    [Fact]
    public void In_a_conversation_a_box_belongs_to_the_answer_that_follows_it_alone()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " Is there a star?"),
            SampleTurn.Assistant("No.") with { Evidence = [] },
            SampleTurn.User("What is ", new SampleBoxes([Box]), "?"),
            SampleTurn.Assistant("A cup."),
            SampleTurn.User("Where is the spoon?"),
            SampleTurn.Assistant(new SampleBoxes([new PixelBox(30, 0, 40, 10)])),
            SampleTurn.User("Is there a fork?"),
            SampleTurn.Assistant("Never.") with { Evidence = [] });
        ILookup<string, GuidedToken> guided = Assert.Single(sample.Guided).ToLookup(token => token.First == 0 ? "nothing" : string.Join(' ', Looked(token)));
        Assert.Contains("A cup.", Said(sample.Prompt, [.. guided["5 9"]]), StringComparison.Ordinal);
        Assert.DoesNotContain("No.", Said(sample.Prompt, [.. guided["5 9"]]), StringComparison.Ordinal);
        Assert.Contains("No.", Said(sample.Prompt, [.. guided["nothing"]]), StringComparison.Ordinal);
        Assert.Contains("Never.", Said(sample.Prompt, [.. guided["nothing"]]), StringComparison.Ordinal);
        Assert.DoesNotContain("cup", Said(sample.Prompt, [.. guided["3"]]), StringComparison.Ordinal);
    }

    [Fact]
    public void With_two_boxes_in_the_question_nothing_says_which_of_them_the_answer_means()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " Is ", new SampleBoxes([Box]), " left of ", new SampleBoxes([new PixelBox(30, 0, 40, 10)]), "?"), SampleTurn.Assistant("Yes."));
        Assert.Equal([[5, 9], [3]], Assert.Single(sample.Guided).Select(token => Looked(token)));
    }

    [Fact]
    public void A_box_that_covers_parts_of_patches_is_looked_at_by_their_shares()
    {
        PreparedSample sample = Prepare(SampleTurn.User(new SampleImage(), " Where?"), SampleTurn.Assistant(new SampleBoxes([new PixelBox(0, 5, 15, 10)])));
        GuidedToken token = sample.Guided[0][0];
        Assert.Equal([0, 1], Looked(token));
        Assert.Equal(1, token.Worth[0]);
        Assert.Equal(0.5f, token.Worth[1], 0.02f);
    }

    [Fact]
    public void A_point_means_the_patch_that_it_lies_in()
    {
        PreparedSample sample = Prepare(SampleTurn.User(new SampleImage(), " What is ", new SamplePoints([new PixelPoint(39.9, 12)], "this"), "?"), SampleTurn.Assistant("A cup."));
        Assert.All(Assert.Single(sample.Guided), token => Assert.Equal([7], Looked(token)));
    }

    [Fact]
    public void Each_of_several_boxes_has_the_words_between_it_and_the_one_before()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " Describe."), SampleTurn.Assistant("A cup", new SampleBoxes([Box]), " left of a spoon", new SampleBoxes([new PixelBox(30, 0, 40, 10)]), "."));
        ILookup<string, GuidedToken> guided = Assert.Single(sample.Guided).ToLookup(token => string.Join(' ', Looked(token)));
        Assert.StartsWith("A cup", Said(sample.Prompt, [.. guided["5 9"]]).Trim(), StringComparison.Ordinal);
        Assert.StartsWith("left of a spoon", Said(sample.Prompt, [.. guided["3"]]).Trim(), StringComparison.Ordinal);
        Assert.Equal(2, guided.Count);
    }

    [Fact]
    public void An_answer_looks_at_its_evidence_even_where_no_word_holds_a_box()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " How many?"),
            SampleTurn.Assistant("The answer is 2.") with { Evidence = [Box, new PixelBox(30, 0, 40, 10)] },
            SampleTurn.User("Why?"),
            SampleTurn.Assistant("They are there."));
        IReadOnlyList<GuidedToken> guided = Assert.Single(sample.Guided);
        Assert.StartsWith("The answer is 2.", Said(sample.Prompt, guided).Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("They", Said(sample.Prompt, guided), StringComparison.Ordinal);
        Assert.All(guided, token => Assert.Equal([3, 5, 9], Looked(token)));
    }

    [Fact]
    public void Where_nothing_is_there_of_what_was_asked_the_first_token_is_looked_at()
    {
        PreparedSample sample = Prepare(SampleTurn.User(new SampleImage(), " Is there a cup?"), SampleTurn.Assistant("No.") with { Evidence = [] });
        IReadOnlyList<GuidedToken> guided = Assert.Single(sample.Guided);
        Assert.StartsWith("No.", Said(sample.Prompt, guided).Trim(), StringComparison.Ordinal);
        Assert.All(guided, token => Assert.Equal((0, 1f), (token.First, Assert.Single(token.Worth))));
    }

    [Fact]
    public void Evidence_moves_with_the_picture()
    {
        TaskSample sample = Sample(SampleTurn.User(new SampleImage(), " Is there a cup?"), SampleTurn.Assistant("Yes.") with { Evidence = [Box] });
        TaskSample mirrored = sample.Map(box => new PixelBox(40 - box.X2, box.Y1, 40 - box.X1, box.Y2), point => point);
        Assert.All(Assert.Single(Prepare(mirrored).Guided), token => Assert.Equal([6, 10], Looked(token)));
    }

    [Fact]
    public void Words_of_a_question_look_at_what_they_mean()
    {
        PreparedSample sample = Prepare(
            SampleTurn.User(new SampleImage(), " A cup? Is the ", new SampleText("red cup there") { Phrases = [new("red", [Box, new PixelBox(30, 0, 40, 10)]), new("cup", [])] }, "?"),
            SampleTurn.Assistant("Yes."));
        IReadOnlyList<GuidedToken> guided = Assert.Single(sample.Guided);
        Assert.All(guided, token => Assert.True(token.IsWord));
        ILookup<bool, GuidedToken> nothing = guided.ToLookup(token => token.First == 0);
        Assert.Equal("red", Own(sample.Prompt, nothing[false]).Trim());
        Assert.Equal("cup", Own(sample.Prompt, nothing[true]).Trim());
        Assert.All(nothing[true], token => Assert.True(sample.Prompt.Tokens[token.Token].Start > sample.Prompt.Text.IndexOf("red", StringComparison.Ordinal)));
        Assert.All(nothing[false], token => Assert.Equal([3, 5, 9], Looked(token)));
    }

    [Fact]
    public void What_words_mean_moves_with_the_picture_and_stays_in_a_conversation()
    {
        SampleTurn asked = SampleTurn.User(new SampleImage(), new SampleText(" Is it red?") { Phrases = [new("red", [Box])] });
        TaskSample sample = Sample(asked, SampleTurn.Assistant("Yes.")).Map(box => new PixelBox(40 - box.X2, box.Y1, 40 - box.X1, box.Y2), point => point);
        TaskSample joined = TaskSample.Join([Sample(SampleTurn.User(new SampleImage(), " What is red?"), SampleTurn.Assistant("A cup.")), sample]);
        IReadOnlyList<GuidedToken> guided = Assert.Single(Prepare(joined).Guided);
        AssembledPrompt prompt = Prepare(joined).Prompt;
        Assert.Equal("red", Own(prompt, guided).Trim());
        Assert.All(guided, token => Assert.Equal([6, 10], Looked(token)));
        Assert.All(guided, token => Assert.True(prompt.Tokens[token.Token].Start > prompt.Answers[0].End));
    }

    [Fact]
    public void Words_alone_and_pictures_without_boxes_guide_nothing()
    {
        Assert.Empty(Assert.Single(Prepare(SampleTurn.User(new SampleImage(), " What is it?"), SampleTurn.Assistant("A cup.")).Guided));
        TaskSample sample = Sample(SampleTurn.User(new SampleImage(), " Where?"), SampleTurn.Assistant(new SampleBoxes([Box])));
        Assert.Empty(DataSamples.Preparer().Prepare(sample, Picture, isPlain: false, augmentation: null, SampleChance.None).Guided);
    }

    [Fact]
    public void In_a_batch_the_tokens_of_questions_that_stand_apart_are_where_their_own_tokens_are()
    {
        TaskSample where = Sample(SampleTurn.User(new SampleImage(), " Where is it?"), SampleTurn.Assistant(new SampleBoxes([Box])));
        TaskSample what = Sample(SampleTurn.User(new SampleImage(), " What is ", new SampleBoxes([new PixelBox(30, 0, 40, 10)]), "?"), SampleTurn.Assistant("A cup."));
        PreparedSample apart = Prepare(TaskSample.PutApart([where, what])), alone = Prepare(where);
        TrainingBatch batch = new[] { alone, apart }.ToBatch();
        int[] first = [.. alone.Guided[0].Select(token => token.Token)], own = [.. apart.Guided[1].Select(token => token.Token)];
        int skipped = apart.Prompt.Tokens.Count - apart.Shared;
        Assert.Equal([.. first, .. first.Select(token => batch.Length + token), .. own.Select(token => batch.Length + skipped + token)], batch.Guided.Select(place => place.Place));
        foreach (GuidedPlace place in batch.Guided)
        {
            int row = place.Place / batch.Length * batch.Length;
            Assert.All(batch.Ids.AsSpan(row + place.First, place.Worth.Count).ToArray(), id => Assert.Equal(DataSamples.Config.ImageTokens.Placeholder, id));
            Assert.NotEqual(DataSamples.Config.ImageTokens.Placeholder, batch.Ids[row + place.First + place.Worth.Count]);
        }

        int next = batch.Guided[^1].Place + 1;
        Assert.Equal(apart.Beside[0].Tokens[own[^1] + 1].Id, (int)batch.Ids[next]);
    }

    /// <summary>The tokens' own text.</summary>
    private static string Own(AssembledPrompt prompt, IEnumerable<GuidedToken> guided) =>
        string.Concat(guided.Select(token => prompt.Tokens[token.Token]).Select(token => prompt.Text[token.Start..token.End]));

    /// <summary>What the model says next after each of the tokens.</summary>
    private static string Said(AssembledPrompt prompt, IReadOnlyList<GuidedToken> guided) =>
        string.Concat(guided.Select(token => prompt.Tokens[token.Token + 1]).Select(token => prompt.Text[token.Start..token.End]));

    private static int[] Looked(GuidedToken token) => [.. token.Worth.Index().Where(patch => patch.Item > 0).Select(patch => patch.Index)];

    private static TaskSample Sample(params SampleTurn[] turns) => new() { Place = new DataPlace("dialog.json", Record: 3), Picture = "a.png", Turns = turns };

    private static PreparedSample Prepare(params SampleTurn[] turns) => Prepare(Sample(turns));

    private static PreparedSample Prepare(TaskSample sample) =>
        new SamplePreparer(DataSamples.Config, DataSamples.Tokenizer, DataSamples.TokensPerImage, DataSamples.ImageSizes, 2048) { GuidedSide = 4 }
            .Prepare(sample, Picture, isPlain: false, augmentation: null, SampleChance.None);
}
