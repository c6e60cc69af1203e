using CommSharp.Answering;
using CommSharp.Configuration;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;

namespace CommSharp.Tests.Answering;

public sealed class AssistantTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Layouts => [.. SeeingModels.Layouts];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_second_question_about_a_picture_needs_no_vision_and_runs_only_what_is_new(string layout)
    {
        using Assistant assistant = Load(layout);
        RgbImage picture = Picture(1);
        Question first = Question.About(picture, "Where is the cup?") with { Options = Short };
        Answer answer = assistant.Ask(first, cancellationToken: TestContext.Current.CancellationToken);
        Question second = first with { Conversation = first.Conversation.With(Turn.Assistant(answer.Text)).With(Turn.User("And the plate?")) };
        Answer next = assistant.Ask(second, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, assistant.PicturesSeen);
        Assert.True(next.Usage.ReusedTokens >= next.Usage.ImageTokens, $"only {next.Usage.ReusedTokens} tokens were reused");

        using Assistant fresh = Load(layout);
        Answer anew = fresh.Ask(second, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0, anew.Usage.ReusedTokens);
        Assert.Equal(anew.Text, next.Text);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Streamed_text_is_the_whole_text_and_a_batch_gives_what_each_question_gives_alone(string layout)
    {
        using Assistant assistant = Load(layout);
        Question[] questions =
        [
            Question.About(Picture(1), "What is this?") with { Options = Short },
            Question.About(Picture(2, 90, 40), "Describe the picture in a few words.") with { Options = Short with { Temperature = 1, Seed = 3 } },
            new() { Conversation = new Conversation([Turn.User("Hello")]), Options = Short with { MaxTokens = 5 } },
        ];
        IReadOnlyList<Answer> together = assistant.AskTogether(questions, TestContext.Current.CancellationToken);
        for (int i = 0; i < questions.Length; i++)
        {
            var streamed = new List<string>();
            Answer alone = assistant.Ask(questions[i], streamed.Add, TestContext.Current.CancellationToken);
            Assert.Equal(alone.Text, string.Concat(streamed));
            Assert.Equal(alone.Text, together[i].Text);
            Assert.Equal(alone.Finish, together[i].Finish);
            Assert.Equal(alone.Usage.AnswerTokens, together[i].Usage.AnswerTokens);
        }
    }

    [Fact]
    public void A_cancelled_answer_leaves_nothing_behind()
    {
        using Assistant assistant = Load("comm");
        Question question = Question.About(Picture(4), "What is this?") with { Options = Short };
        string expected = assistant.Ask(question, cancellationToken: TestContext.Current.CancellationToken).Text;
        using var source = new CancellationTokenSource();
        int pieces = 0;
        LeakGuard.Check(() => Assert.Throws<OperationCanceledException>(() => assistant.Ask(
            question,
            _ =>
            {
                if (++pieces == 2)
                {
                    source.Cancel();
                }
            },
            source.Token)));
        Assert.Equal(expected, assistant.Ask(question, cancellationToken: TestContext.Current.CancellationToken).Text);
    }

    /// <summary>What is remembered of one picture must not answer for another that stands at the same place.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Another_picture_at_the_same_place_is_answered_as_by_a_fresh_assistant(string layout)
    {
        using Assistant assistant = Load(layout), fresh = Load(layout);
        assistant.Ask(Question.About(Picture(1), "What is this?") with { Options = Short }, cancellationToken: TestContext.Current.CancellationToken);
        Question second = Question.About(Picture(2), "What is this?") with { Options = Short };
        Answer after = assistant.Ask(second, cancellationToken: TestContext.Current.CancellationToken);
        Answer alone = fresh.Ask(second, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(alone.Text, after.Text);
        Assert.Equal(fresh.FirstScores(second), assistant.FirstScores(second));
        Assert.True(after.Usage.ReusedTokens < after.Usage.PromptTokens - after.Usage.ImageTokens, $"{after.Usage.ReusedTokens} tokens were reused");
    }

    [Fact]
    public void An_answer_that_failed_halfway_leaves_nothing_behind()
    {
        using Assistant assistant = Load("comm"), fresh = Load("comm");
        Question question = Question.About(Picture(4), "What is this?") with { Options = Short };
        int pieces = 0;
        Assert.Throws<IOException>(() => assistant.Ask(question, Fail, TestContext.Current.CancellationToken));
        Question other = Question.About(Picture(4), "What else?") with { Options = Short };
        foreach (Question each in new[] { question, other })
        {
            string expected = fresh.Ask(each, cancellationToken: TestContext.Current.CancellationToken).Text;
            Assert.Equal(expected, assistant.Ask(each, cancellationToken: TestContext.Current.CancellationToken).Text);
        }

        void Fail(string text)
        {
            if (++pieces == 3)
            {
                throw new IOException("the screen is gone");
            }
        }
    }

    [Fact]
    public void A_text_ends_an_answer_even_if_the_vocabulary_has_a_piece_like_it()
    {
        Question question = Question.About(Picture(4), "What is this?") with { Options = Short };
        using Assistant assistant = Load("comm");
        string free = assistant.Ask(question, cancellationToken: TestContext.Current.CancellationToken).Text;
        string end = free.First(letter => char.IsAsciiLetter(letter) && free.IndexOf(letter, StringComparison.Ordinal) > 0 && assistant.Tokenizer.Find(letter.ToString()) is not null).ToString();
        var folder = (MultimodalFolder)ModelFolder.Open(_folder["comm"]);
        using Assistant ending = Assistant.Load(folder with { Config = folder.Config with { Prompt = folder.Config.Prompt with { AnswerEnd = end } } }, TensorOptions.Default);
        Answer answer = ending.Ask(question, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(free[..free.IndexOf(end, StringComparison.Ordinal)], answer.Text);
        Assert.Equal(FinishReason.Stop, answer.Finish);
    }

    [Fact]
    public void A_placeholder_that_is_a_word_is_refused()
    {
        SeeingModels.Write("comm", _folder["comm"]);
        var folder = (MultimodalFolder)ModelFolder.Open(_folder["comm"]);
        folder = folder with { Config = folder.Config with { ImageTokens = folder.Config.ImageTokens with { Placeholder = 300 } } };
        Assert.Contains("300", Assert.ThrowsAny<CommSharpException>(() => Assistant.Load(folder, TensorOptions.Default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_questions_are_refused()
    {
        using Assistant assistant = Load("comm");
        Assert.Throws<ArgumentOutOfRangeException>(() => assistant.AskTogether([], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_words()
    {
        using Assistant assistant = Load("shikra");
        Question question = Question.About(Picture(1), "What?") with { Options = Short };
        AssertRefused("context", question with { Conversation = question.Conversation.With(Turn.Assistant(new string('x', 3000))).With(Turn.User("More?")) });
        AssertRefused("1 pictures, but 0", question with { Images = [] });
        AssertRefused("temperature", question with { Options = Short with { Temperature = -1 } });

        void AssertRefused(string words, Question refused) =>
            Assert.Contains(words, Assert.ThrowsAny<CommSharpException>(() => assistant.Ask(refused, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing is found at once in every text.</summary>
    [Fact]
    public void A_template_whose_answers_end_in_nothing_stops_at_nothing()
    {
        SeeingModels.Write("comm", _folder["comm"]);
        string file = _folder["comm", "commsharp.json"];
        MultimodalConfig config = ConfigurationFile.Read<MultimodalConfig>(file);
        ConfigurationFile.Write(file, config with { Prompt = config.Prompt with { AnswerEnd = "" } });
        using Assistant assistant = Load("comm");
        Answer answer = assistant.Ask(Question.About(Picture(5), "What is this?") with { Options = Short }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(answer.Text);
    }

    /// <summary>The picture really arrives: other pixels, other scores, from the first token on.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Photographs_and_their_mirror_images_are_told_apart(string layout)
    {
        using Assistant assistant = Load(layout);
        RgbImage[] photographs = [.. new[] { "astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg" }.Select(name => ImageDecoder.Read(SharedFolder.Require("data", "photos", name)))];
        RgbImage[] pictures = [.. photographs, .. photographs.Select(Mirrored)];
        float[][] scores = [.. pictures.Select(picture => assistant.FirstScores(Question.About(picture, "What is this?")))];
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.True(scores[i].Zip(scores[j], (a, b) => Math.Abs(a - b)).Max() > 1e-3, $"pictures {i} and {j} give the same scores");
            }
        }
    }

    private static GenerationOptions Short { get; } = new() { MaxTokens = 24 };

    private static RgbImage Mirrored(RgbImage picture)
    {
        byte[] pixels = new byte[picture.Pixels.Length];
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                picture.Row(y).Slice(3 * (picture.Width - 1 - x), 3).CopyTo(pixels.AsSpan(3 * ((y * picture.Width) + x)));
            }
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }

    private static RgbImage Picture(int seed, int width = 60, int height = 50)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private Assistant Load(string layout)
    {
        string folder = _folder[layout];
        if (!Directory.Exists(folder))
        {
            SeeingModels.Write(layout, folder);
        }

        return Assistant.Load((MultimodalFolder)ModelFolder.Open(folder), TensorOptions.Default);
    }
}
