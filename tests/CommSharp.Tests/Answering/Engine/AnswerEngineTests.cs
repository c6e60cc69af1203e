using System.Diagnostics.Metrics;
using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Generation;
using CommSharp.Text;

namespace CommSharp.Tests.Answering.Engine;

public sealed class AnswerEngineTests
{
    private static CancellationToken Cancellation => EngineFixture.Cancellation;

    [Fact]
    public void A_prompt_longer_than_may_be_is_refused_with_its_length()
    {
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { LongestPrompt = 20 });

        var error = Assert.Throws<PromptTooLongException>(() => engine.Submit(EngineFixture.Question(1), Cancellation));

        Assert.Contains("at most 20 are taken", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineFixture.Load(new AnswerEngineOptions { LongestPrompt = 0 }));
    }

    /// <summary>Cutting a text into tokens takes twenty times its memory and more.</summary>
    [Fact]
    public void A_text_that_no_tokens_could_make_short_enough_is_refused_before_it_is_cut()
    {
        using AnswerEngine engine = EngineFixture.Load();
        string text = new('a', 2_000_000);
        var question = new Question { Conversation = new Conversation([Turn.User(text)]), Options = new() };
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<PromptTooLongException>(() => engine.Submit(question, Cancellation));

        Assert.Matches("has 2000[0-9]{3} characters", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>As many turns of a letter as a context of the longest tokens has letters: the words of the template between them are many times that.</summary>
    [Fact]
    public void Short_turns_that_are_too_many_are_refused_before_they_are_cut()
    {
        using AnswerEngine engine = EngineFixture.Load();
        int letters = engine.Config.Language.Architecture.ContextLength * engine.Tokenizer.LongestToken;
        Turn[] turns = [.. Enumerable.Range(0, letters).Select(i => i % 2 == 0 ? Turn.User("a") : Turn.Assistant("b"))];
        var question = new Question { Conversation = new Conversation(turns), Options = new() };

        var error = Assert.Throws<PromptTooLongException>(() => engine.Submit(question, Cancellation));

        Assert.Contains("characters with the words around its turns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_that_are_generated_together_are_what_each_question_gets_alone()
    {
        Question[] questions = [.. Enumerable.Range(0, 40).Select(EngineFixture.Question)];
        using Assistant alone = EngineFixture.LoadAssistant();
        Answer[] expected = [.. questions.Select(question => alone.Ask(question, cancellationToken: Cancellation))];

        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 7 });
        Answer[] together = await Task.WhenAll(questions.Select(question => engine.AskAsync(question, Cancellation)));
        for (int i = 0; i < questions.Length; i++)
        {
            Assert.Equal(expected[i].Text, together[i].Text);
            Assert.Equal(expected[i].Finish, together[i].Finish);
            Assert.Equal(expected[i].Usage with { ReusedTokens = 0 }, together[i].Usage);
        }

        EngineMeasures measures = engine.Measures;
        Assert.Equal(7, measures.MostRows);
        Assert.Equal(40, measures.Answered);
        Assert.Equal(together.Sum(answer => answer.Usage.AnswerTokens), measures.Tokens);
        Assert.True(measures.Tokens > 3 * measures.Steps, $"{measures.Tokens} tokens took {measures.Steps} steps");
    }

    /// <summary>Each of 16 callers asks again and again, and a third of them give up after a piece or two; nobody else's answer changes.</summary>
    [Fact]
    public async Task Sixteen_callers_do_not_disturb_each_other_when_some_give_up()
    {
        using Assistant alone = EngineFixture.LoadAssistant();
        Answer[] expected = [.. Enumerable.Range(0, 16).Select(number => alone.Ask(EngineFixture.Question(number), cancellationToken: Cancellation))];
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 6 });
        int[] cancelled = await Task.WhenAll(Enumerable.Range(0, 16).Select(CallAsync));
        Assert.Equal(cancelled.Sum(), engine.Measures.GivenUp);
        Assert.True(cancelled.Sum() > 4, $"{cancelled.Sum()} answers were given up");
        Assert.Equal(48, engine.Measures.GivenUp + engine.Measures.Answered);
        Assert.Equal(0, engine.Measures.Failed);

        async Task<int> CallAsync(int number)
        {
            int givenUp = 0;
            for (int round = 0; round < 3; round++)
            {
                using var source = new CancellationTokenSource();
                PendingAnswer pending = engine.Submit(number % 3 == round ? EngineFixture.Endless(number) : EngineFixture.Question(number), source.Token);
                if (number % 3 == round)
                {
                    await pending.Pieces.ReadAsync(Cancellation);
                    await source.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Whole);
                    givenUp++;
                }
                else
                {
                    Assert.Equal(expected[number].Text, (await pending.Whole).Text);
                }
            }

            return givenUp;
        }
    }

    /// <summary>
    /// Two of eight answers end, one token after the other, while three questions wait: the two places are taken by one run of prompts, not two, and the
    /// first of them was free for three tokens.
    /// </summary>
    [Fact]
    public async Task A_free_place_waits_a_few_tokens_for_another_so_that_prompts_come_in_together()
    {
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 8 });
        using var gate = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        int tokens = 0;
        (int Tokens, long Runs)? begun = null;
        engine.Submit(Endless(() => gate.Wait(Cancellation)), source.Token);
        await EngineFixture.UntilAsync(() => engine.Measures.PromptRuns == 1);
        foreach (int i in Enumerable.Range(0, 5))
        {
            engine.Submit(Endless(() => tokens += i == 0 ? 1 : 0), source.Token);
        }

        List<Task<Answer>> answers = [.. new[] { 5, 6, 3, 3, 3 }.Select(length => engine.AskAsync(Short(length), Cancellation))];
        gate.Set();
        await Task.WhenAll(answers);
        await source.CancelAsync();
        Assert.Equal((7, 3L), begun);

        static Question Endless(Action onToken) => EngineFixture.Endless() with
        {
            Constraint = () => new ScriptedTokens(() =>
            {
                onToken();
                return 100;
            }),
        };

        Question Short(int length) => EngineFixture.Endless() with
        {
            Options = new GenerationOptions { MaxTokens = length },
            Constraint = () => new ScriptedTokens(() =>
            {
                begun ??= length == 3 ? (tokens, engine.Measures.PromptRuns) : null;
                return 100;
            }),
        };
    }

    /// <summary>While the engine is held up, questions gather of which one is given up and one has pictures that cannot be had.</summary>
    [Fact]
    public async Task Pictures_are_looked_at_together_and_what_is_wrong_with_one_question_does_not_touch_the_others()
    {
        Question[] questions = [.. Enumerable.Range(0, 8).Select(number => EngineFixture.Question(number) with { Options = new GenerationOptions { MaxTokens = 12, Temperature = number % 2, Seed = 5 } })];
        using Assistant alone = EngineFixture.LoadAssistant();
        string[] expected = [.. questions.Select(question => alone.Ask(question, cancellationToken: Cancellation).Text)];
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 16 });
        using var gate = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        Question holding = questions[3] with { Images = [], Options = new GenerationOptions { MaxTokens = 2 }, Constraint = () => new ScriptedTokens(Held) };
        Task<Answer> held = engine.AskAsync(holding, Cancellation);
        await EngineFixture.UntilAsync(() => engine.Measures.PromptRuns == 1);
        Task<Answer> broken = engine.AskAsync(questions[0] with { Images = new LostPictures(questions[0].Images) }, Cancellation);
        Task<Answer> givenUp = engine.AskAsync(questions[1], source.Token);
        Task<Answer>[] answers = [.. questions.Select(question => engine.AskAsync(question, Cancellation))];
        await source.CancelAsync();
        gate.Set();
        Assert.Equal(expected, (await Task.WhenAll(answers)).Select(answer => answer.Text));
        await held;
        Assert.Equal("lost", (await Assert.ThrowsAsync<IOException>(() => broken)).Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        EngineMeasures measures = engine.Measures;
        Assert.Equal((2, 6, 1, 1), (measures.PromptRuns, measures.VisionCalls, measures.Failed, measures.GivenUp));

        int Held()
        {
            gate.Wait(Cancellation);
            return 100;
        }
    }

    [Fact]
    public async Task A_cancelled_answer_leaves_before_the_next_token_and_whoever_waits_is_told()
    {
        using AnswerEngine engine = EngineFixture.Load();
        using var source = new CancellationTokenSource();
        int tokens = 0;
        Question question = EngineFixture.Endless() with { Constraint = () => new ScriptedTokens(CancelAtTheFifth) };
        PendingAnswer pending = engine.Submit(question, source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Whole);
        await EngineFixture.UntilAsync(() => engine.Measures.Running == 0);
        Assert.Equal(5, tokens);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending.Pieces.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Throws<OperationCanceledException>(() => engine.Submit(question, source.Token));

        int CancelAtTheFifth()
        {
            if (++tokens == 5)
            {
                source.Cancel();
            }

            return 100;
        }
    }

    [Fact]
    public async Task A_cancelled_question_that_waits_gives_its_place_to_another()
    {
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 1, MaxQueue = 2 });
        using var running = new CancellationTokenSource();
        using var waiting = new CancellationTokenSource();
        PendingAnswer first = engine.Submit(EngineFixture.Endless(), running.Token);
        await first.Pieces.ReadAsync(Cancellation);
        PendingAnswer[] queued = [engine.Submit(EngineFixture.Endless(), waiting.Token), engine.Submit(EngineFixture.Question(0), Cancellation)];
        EngineFullException refused = Assert.Throws<EngineFullException>(() => engine.Submit(EngineFixture.Question(1), Cancellation));
        Assert.Equal(2, refused.Limit);
        Assert.Contains("2 questions wait", refused.Message, StringComparison.Ordinal);

        await waiting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued[0].Whole);
        Task<Answer> taken = engine.AskAsync(EngineFixture.Question(1), Cancellation);
        await running.CancelAsync();
        await Task.WhenAll(queued[1].Whole, taken);
    }

    [Fact]
    public async Task Pieces_together_are_the_whole_answer_with_all_of_its_boxes()
    {
        using AnswerEngine engine = EngineFixture.Load();
        PendingAnswer pending = engine.Submit(
            EngineFixture.Scripted(engine, "A cup[0.100,0.300,0.300,0.500], and plates[0.200,0.300,0.400,0.600;0.500,0.300,0.700,0.600]. Or [0.9,0.1"),
            Cancellation);
        List<AnswerPiece> pieces = await pending.Pieces.ReadAllAsync(Cancellation).ToListAsync(Cancellation);
        Answer whole = await pending.Whole;
        Assert.Equal(whole.Text, string.Concat(pieces.Select(piece => piece.Text)));
        AnswerPhrase[] phrases = [.. pieces.SelectMany(piece => piece.Phrases)];
        Assert.Equal(["A cup", "and plates"], phrases.Select(phrase => phrase.Phrase));
        Assert.Equal(whole.Phrases.Select(Described), phrases.Select(Described));
        Assert.True(pieces.FindIndex(piece => piece.Phrases.Count > 0) < pieces.Count / 2, "boxes come when they are complete");
        Assert.Single(whole.Problems);

        static string Described(AnswerPhrase phrase) => $"{phrase.PhraseSpan} {phrase.MarkSpan} {string.Join(' ', phrase.Regions)} {phrase.Confidence}";
    }

    [Fact]
    public async Task What_ends_an_answer_is_told()
    {
        using AnswerEngine engine = EngineFixture.Load();
        Assert.Equal(FinishReason.EndOfText, (await engine.AskAsync(EngineFixture.Scripted(engine, "A cup."), Cancellation)).Finish);
        Answer stopped = await engine.AskAsync(EngineFixture.Scripted(engine, "A cup or more.", new GenerationOptions { Stop = [" or"] }), Cancellation);
        Assert.Equal(("A cup", FinishReason.Stop), (stopped.Text, stopped.Finish));
        Assert.Equal(FinishReason.Length, (await engine.AskAsync(EngineFixture.Question(0) with { Options = new GenerationOptions { MaxTokens = 3 } }, Cancellation)).Finish);
        Assert.Equal(FinishReason.Length, (await engine.AskAsync(EngineFixture.Endless(), Cancellation)).Finish);
    }

    [Fact]
    public async Task A_picture_that_was_seen_is_not_looked_at_again_while_it_is_kept()
    {
        using AnswerEngine engine = EngineFixture.Load(), forgetful = EngineFixture.Load(new AnswerEngineOptions { ImageCacheBytes = 0 });
        foreach (AnswerEngine each in new[] { engine, forgetful })
        {
            for (int i = 0; i < 3; i++)
            {
                await each.AskAsync(Question.About(EngineFixture.Picture(i % 2), $"Question {i}?") with { Options = new GenerationOptions { MaxTokens = 2 } }, Cancellation);
            }
        }

        Assert.Equal((2, 1), (engine.Measures.VisionCalls, engine.Measures.ImageCacheHits));
        Assert.Equal(2 * 16 * 64 * sizeof(float), engine.Measures.ImageCacheBytes); // 16 tokens of width 64 each
        Assert.Equal((3, 0, 0), (forgetful.Measures.VisionCalls, forgetful.Measures.ImageCacheHits, forgetful.Measures.ImageCacheBytes));
    }

    [Fact]
    public async Task Errors_end_their_own_answer_only()
    {
        using AnswerEngine engine = EngineFixture.Load();
        Answer expected = await engine.AskAsync(EngineFixture.Question(0), Cancellation);
        int tokens = 0;
        Question failing = EngineFixture.Endless() with { Constraint = () => new ScriptedTokens(() => ++tokens < 4 ? 100 : throw new IOException("no more")) };
        Question unmade = EngineFixture.Endless() with { Constraint = () => throw new IOException("none at all") };
        PendingAnswer[] pending = [.. new[] { failing, EngineFixture.Question(0), unmade, EngineFixture.Question(0) }.Select(question => engine.Submit(question, Cancellation))];
        Assert.Equal("no more", (await Assert.ThrowsAsync<IOException>(() => pending[0].Whole)).Message);
        Assert.Equal("none at all", (await Assert.ThrowsAsync<IOException>(() => pending[2].Whole)).Message);
        await Assert.ThrowsAsync<IOException>(async () => await pending[0].Pieces.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(expected.Text, (await pending[1].Whole).Text);
        Assert.Equal(expected.Text, (await pending[3].Whole).Text);
        Assert.Equal(2, engine.Measures.Failed);
    }

    [Fact]
    public void What_cannot_be_answered_is_refused_at_once()
    {
        using AnswerEngine engine = EngineFixture.Load();
        AssertRefused("context", EngineFixture.Question(0) with { Conversation = new Conversation([Turn.User(new string('x', 3000))]), Images = [] });
        AssertRefused("1 pictures, but 0", EngineFixture.Question(0) with { Images = [] });
        AssertRefused("temperature", EngineFixture.Question(0) with { Options = new GenerationOptions { Temperature = -1 } });
        AssertRefused("guidance", EngineFixture.Endless() with { Boxes = BoxGuidance.Only });
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineFixture.Load(new AnswerEngineOptions { MaxRows = 0 }));

        void AssertRefused(string words, Question question) =>
            Assert.Contains(words, Assert.ThrowsAny<CommSharpException>(() => engine.Submit(question, Cancellation)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_ends_what_is_not_complete_and_takes_no_more()
    {
        AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 2 });
        PendingAnswer[] pending = [.. Enumerable.Range(0, 5).Select(i => engine.Submit(EngineFixture.Endless(i), Cancellation))];
        await pending[0].Pieces.ReadAsync(Cancellation);
        engine.Dispose();
        engine.Dispose();
        foreach (PendingAnswer each in pending)
        {
            Assert.Contains("stopped", (await Assert.ThrowsAsync<EngineStoppedException>(() => each.Whole)).Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<EngineStoppedException>(async () => await pending[4].Pieces.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.False(engine.IsRunning);
        Assert.Throws<ObjectDisposedException>(() => engine.Submit(EngineFixture.Question(0), Cancellation));
    }

    [Fact]
    public async Task Hundreds_of_questions_leave_no_tensors_behind()
    {
        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { ImageCacheBytes = 0 });
        await RoundAsync();
        long before = engine.TensorsWhenIdle;
        for (int round = 0; round < 8; round++)
        {
            await RoundAsync();
        }

        Assert.Equal(before, engine.TensorsWhenIdle);

        async Task RoundAsync()
        {
            using var source = new CancellationTokenSource();
            PendingAnswer givenUp = engine.Submit(EngineFixture.Endless(), source.Token);
            Task<Answer>[] answers = [.. Enumerable.Range(0, 24).Select(number => engine.AskAsync(EngineFixture.Question(number), Cancellation))];
            await givenUp.Pieces.ReadAsync(Cancellation);
            await source.CancelAsync();
            await Task.WhenAll(answers);
            await EngineFixture.UntilAsync(() => engine.Measures is { Running: 0, Waiting: 0 });
            await Task.Delay(20, Cancellation); // until the thread has come to rest
        }
    }

    [Fact]
    public async Task Listeners_to_the_meter_hear_what_the_engine_does()
    {
        var heard = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == CommSharpTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Hear(instrument.Name, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Hear(instrument.Name, value));
        listener.Start();
        using AnswerEngine engine = EngineFixture.Load();
        Answer answer = await engine.AskAsync(EngineFixture.Question(0), Cancellation);
        listener.RecordObservableInstruments();
        Assert.Equal(answer.Usage.AnswerTokens, heard["commsharp.tokens.generated"]);
        Assert.Equal(1, heard["commsharp.questions"]);
        Assert.Equal(1, heard["commsharp.vision.calls"]);
        Assert.True(heard["commsharp.answer.duration"] >= heard["commsharp.first_token.duration"]);
        Assert.Equal(0, heard["commsharp.queue.length"]);
        Assert.True(heard["commsharp.image_cache.size"] > 0);

        void Hear(string name, double value)
        {
            lock (heard)
            {
                heard[name] = heard.GetValueOrDefault(name) + value;
            }
        }
    }
}
