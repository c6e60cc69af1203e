using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Batching;

namespace CommSharp.Training.Tests.Batching;

/// <summary>What is left of samples that are too long.</summary>
public sealed class SampleTruncationTests
{
    private static readonly RgbImage Picture = new(40, 40, new byte[40 * 40 * 3]);

    private static readonly TaskSample Dialog = Sample(
        SampleTurn.User(new SampleImage(), " What is in the picture?"),
        SampleTurn.Assistant("Some words about a cup and a plate."),
        SampleTurn.User("Where is it?"),
        SampleTurn.Assistant("It is at ", new SampleBoxes([new PixelBox(1, 2, 30, 40)]), " on the table."),
        SampleTurn.User("Is it red?"),
        SampleTurn.Assistant("Yes."));

    [Fact]
    public void Questions_with_their_answers_are_dropped_whole_from_the_end()
    {
        AssembledPrompt all = Prepare(Dialog, 2048).Prompt, two = Prepare(Rounds(2), 2048).Prompt, one = Prepare(Rounds(1), 2048).Prompt;
        Assert.Equal((3, 2, 1), (all.Answers.Count, two.Answers.Count, one.Answers.Count));
        Assert.Equal(all.Ids, Prepare(Dialog, all.Tokens.Count).Prompt.Ids);
        Assert.Equal(two.Ids, Prepare(Dialog, all.Tokens.Count - 1).Prompt.Ids);
        Assert.Equal(two.Ids, Prepare(Dialog, two.Tokens.Count).Prompt.Ids);
        Assert.Equal(one.Ids, Prepare(Dialog, two.Tokens.Count - 1).Prompt.Ids);
        Assert.Equal(one.Labels, Prepare(Dialog, one.Tokens.Count).Prompt.Labels);
    }

    [Fact]
    public void A_single_answer_is_cut_between_words_and_does_not_learn_to_end_there()
    {
        AssembledPrompt whole = Prepare(Rounds(1), 2048).Prompt;
        AssembledPrompt cut = Prepare(Dialog, whole.Tokens.Count - 3).Prompt;
        Assert.Equal(whole.Ids.Take(cut.Tokens.Count), cut.Ids);
        Assert.Equal(whole.Labels.Take(cut.Tokens.Count), cut.Labels);
        Assert.True(cut.Tokens[^1].HasLoss);
        Assert.Equal(' ', whole.Text[cut.Tokens[^1].End]);
        Assert.True(cut.Tokens.Count <= whole.Tokens.Count - 3);
    }

    [Fact]
    public void No_length_cuts_a_box_a_word_or_a_picture()
    {
        TaskSample sample = Sample(
            SampleTurn.User(new SampleImage(), " Where are they?"),
            SampleTurn.Assistant(
                "A man", new SampleBoxes([new PixelBox(1, 2, 30, 40), new PixelBox(3, 3, 9, 9)]), " with ", new SamplePoints([new PixelPoint(3, 9)], "a hat"),
                " and a cup at [0.36, 0.23, 0.55, 0.74] beside him ."));
        AssembledPrompt whole = Prepare(sample, 2048).Prompt;
        int secondBlank = whole.Text.IndexOf(' ', whole.Answers[0].Start + 1), least = whole.Tokens.Count(token => token.End <= secondBlank), before = 0;
        for (int limit = least; limit <= whole.Tokens.Count; limit++)
        {
            IReadOnlyList<PromptToken> tokens = Prepare(sample, limit).Prompt.Tokens;
            string left = whole.Text[whole.Answers[0].Start..tokens[^1].End];
            Assert.InRange(tokens.Count, before, limit);
            Assert.Equal(whole.ImageTokenCount, tokens.Count(token => token.IsImage));
            Assert.Equal(left.Count(sign => sign == '['), left.Count(sign => sign == ']'));
            Assert.True(tokens.Count == whole.Tokens.Count || whole.Text[tokens[^1].End] == ' ', left);
            before = tokens.Count;
        }

        Assert.Equal(whole.Tokens.Count, before);
        Assert.Throws<DataException>(() => Prepare(sample, least - 1));
    }

    [Fact]
    public void The_question_that_shows_the_picture_stays()
    {
        TaskSample late = Sample(
            SampleTurn.User("Hello."), SampleTurn.Assistant("Hi!"), SampleTurn.User(new SampleImage(), " What is this?"), SampleTurn.Assistant("A cup of tea."));
        AssembledPrompt whole = Prepare(late, 2048).Prompt, cut = Prepare(late, whole.Tokens.Count - 2).Prompt;
        Assert.Equal(whole.ImageTokenCount, cut.ImageTokenCount);
        Assert.Equal(whole.Ids.Take(cut.Tokens.Count), cut.Ids);
    }

    [Fact]
    public void Questions_that_stand_apart_share_the_picture_and_as_many_are_kept_as_fit()
    {
        TaskSample[] questions =
        [
            Rounds(1),
            Sample(SampleTurn.User(new SampleImage(), " Where is it?"), SampleTurn.Assistant("It is at ", new SampleBoxes([new PixelBox(1, 2, 30, 40)]), ".")),
            Sample(SampleTurn.User(new SampleImage(), " Is it red?"), SampleTurn.Assistant("Yes.")),
        ];
        PreparedSample[] alone = [.. questions.Select(question => Prepare(question, 2048))];
        PreparedSample apart = Prepare(TaskSample.PutApart(questions), 2048);
        int shared = apart.Shared, last = alone[0].Prompt.ImageTokenCount;
        Assert.InRange(shared, last, alone[0].Prompt.Tokens.Count - 1);
        Assert.Equal(alone.Sum(each => each.Prompt.Tokens.Count) - (2 * shared), apart.TokenCount);

        TrainingBatch batch = new[] { apart, alone[0] }.ToBatch();
        Assert.Equal(1, Math.Sign(batch.Length - alone[0].TokenCount));
        Assert.Equal(alone[0].Prompt.Ids.Concat(alone[1].Prompt.Ids.Skip(shared)).Concat(alone[2].Prompt.Ids.Skip(shared)), batch.Ids.Take(batch.Length).Select(id => (int)id));
        Assert.Equal(alone.SelectMany((each, i) => each.Prompt.Labels.Skip(i == 0 ? 0 : shared)), batch.Labels.Take(batch.Length).Select(label => (int)label));
        Assert.Equal(
            alone.SelectMany((each, i) => Enumerable.Range(0, each.Prompt.Tokens.Count).Skip(i == 0 ? 0 : shared)), batch.Positions!.Take(batch.Length).Select(each => (int)each));
        Assert.Equal(shared, batch.Questions!.Take(batch.Length).Count(number => number == 0));
        Assert.Equal([0, 1, 2, 3], batch.Questions!.Take(batch.Length).Distinct());
        Assert.Equal(batch.Length - alone[0].TokenCount, batch.Questions!.Skip(batch.Length).Count(number => number == -1));
        Assert.Equal(alone.Sum(each => each.Prompt.Labels.Count(label => label >= 0)) + alone[0].Prompt.Labels.Count(label => label >= 0), batch.AnswerTokens);

        Assert.Single(Prepare(TaskSample.PutApart(questions), apart.TokenCount - 1).Beside);
        Assert.Null(alone.ToBatch().Questions);
        TaskSample words = Sample(SampleTurn.User("See here: ", new SampleImage(), " Is it red?"), SampleTurn.Assistant("Yes."));
        Assert.Contains("firstLine", Assert.Throws<DataException>(() => Prepare(TaskSample.PutApart([Rounds(1), words]), 2048)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_question_that_nobody_answers_is_left_out() =>
        Assert.Equal(Prepare(Rounds(1), 2048).Prompt.Ids, Prepare(Dialog with { Turns = [.. Dialog.Turns.Take(3)] }, 2048).Prompt.Ids);

    [Fact]
    public void What_cannot_be_learned_is_refused_with_its_reason()
    {
        AssertRefused(Dialog, 30, "dialog.json, record 3: takes ", "of them for the picture, and leaves no room for a word of it; the limit is 30 (batch.maxTokens)");
        AssertRefused(Dialog with { Turns = [Dialog.Turns[0]] }, 2048, "has no answer that could be learned", "");
        AssertRefused(Sample(SampleTurn.User("No picture?"), SampleTurn.Assistant("No.")), 2048, "shows its picture 0 times", "");
    }

    private static void AssertRefused(TaskSample sample, int limit, string start, string end)
    {
        string message = Assert.Throws<DataException>(() => Prepare(sample, limit)).Message;
        Assert.Contains(start, message, StringComparison.Ordinal);
        Assert.EndsWith(end, message, StringComparison.Ordinal);
    }

    private static TaskSample Rounds(int count) => Dialog with { Turns = [.. Dialog.Turns.Take(2 * count)] };

    private static TaskSample Sample(params SampleTurn[] turns) => new() { Place = new DataPlace("dialog.json", Record: 3), Picture = "a.png", Turns = turns };

    private static PreparedSample Prepare(TaskSample sample, int limit) =>
        DataSamples.Preparer(limit).Prepare(sample, Picture, isPlain: false, augmentation: null, SampleChance.None);
}
