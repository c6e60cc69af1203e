using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Checkpoints;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Batch;
using CommSharp.Data.Reading;
using CommSharp.Generation;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>What became of a file of questions.</summary>
internal sealed record BatchReport(
    string Answers, int Lines, int AnsweredBefore, int Answered, int Failed, int PromptTokens, int AnswerTokens, long VisionCalls, int MostTogether, double Seconds);

/// <summary>Answers a file of questions, one JSON object a line.</summary>
internal sealed class BatchCommand : Verb<BatchReport>
{
    private readonly Argument<string> _questions = new("QUESTIONS")
    {
        Description = "A file of JSON lines: {\"id\": 1, \"image\": \"photo.jpg\", \"question\": \"Where is the cup?\"}.",
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The file of answers, one JSON object a line, in the order of the questions. What it holds already is not asked again.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Throw away what the file of answers holds, and answer every question." };

    private readonly Option<string?> _images = new("--images") { Description = "The folder that pictures' paths start from; that of QUESTIONS by default.", HelpName = "DIR" };

    private readonly Option<int> _rows = new("--together") { Description = "How many answers are generated together.", HelpName = "N", DefaultValueFactory = _ => 8 };

    private readonly Option<bool> _constrain = new("--constrain") { Description = "Hold a box that is begun to its notation, so that it can always be read." };

    private readonly AnsweringOptions _answering = new();

    public BatchCommand()
        : base("batch", "Answer a file of questions.", "commsharp batch questions.jsonl --out answers.jsonl --model my-comm")
    {
        Arguments.Add(_questions);
        foreach (Option option in new Option[] { _out, _fresh, _images, _rows, _constrain })
        {
            Options.Add(option);
        }

        _answering.AddTo(this);
    }

    protected override JsonTypeInfo<BatchReport> ResultJson => CliJson.Default.BatchReport;

    protected override string? FailureIn(BatchReport result) =>
        result.Failed > 0 ? $"{result.Failed} of {result.Lines} questions were not answered; see \"error\" in {result.Answers}" : null;

    protected override Task<BatchReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_rows) < 1)
        {
            throw new UsageException($"--together is {context.Value(_rows)}, but must be at least 1.");
        }

        GenerationOptions options = _answering.Generation(context);
        return LongWork.RunTaskAsync(context.Notes, "questions", progress => AnswerAsync(context, options, progress, cancellationToken), cancellationToken);
    }

    protected override void Render(BatchReport result, IAnsiConsole output)
    {
        string before = result.AnsweredBefore > 0 ? $", {result.AnsweredBefore} before" : "";
        output.WriteLine($"{result.Answered} of {result.Lines} questions answered{before}, {result.Failed} failed: {result.Answers}");
        output.WriteLine($"{result.AnswerTokens} tokens in {result.Seconds:0.0} s, up to {result.MostTogether} answers together");
    }

    private async Task<BatchReport> AnswerAsync(VerbContext context, GenerationOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        string questions = context.Value(_questions), answers = context.Value(_out)!;
        if (Path.GetFullPath(questions) == Path.GetFullPath(answers))
        {
            throw new UsageException($"{answers}: QUESTIONS and --out are the same file; answers would overwrite the questions.");
        }

        TextLine[] lines = [.. TextLines.Read(questions)];
        AtomicFile.RequireFolder(answers);
        using BatchLog log = BatchLog.Open(answers, context.Value(_fresh));
        RequireSame(lines, log.Answers, answers);
        int before = log.Answers.Count, failedBefore = log.Answers.Count(answer => answer.Error is not null), failed = failedBefore;
        int answered = 0, promptTokens = 0, answerTokens = 0;
        if (before == lines.Length)
        {
            log.Begin();
            return new BatchReport(answers, lines.Length, before - failed, 0, failed, 0, 0, 0, 0, 0); // no model is needed to see that nothing is left
        }

        int rows = context.Value(_rows);
        using AnswerEngine engine = _answering.LoadEngine(context, new AnswerEngineOptions { MaxRows = rows, MaxQueue = 2 * rows });
        log.Begin();
        long start = Stopwatch.GetTimestamp();
        string folder = context.Value(_images) ?? Path.GetDirectoryName(Path.GetFullPath(questions))!;
        BoxGuidance boxes = context.Value(_constrain) ? BoxGuidance.Constrained : BoxGuidance.None;
        var run = new BatchRun(engine, image => _answering.Read(context, Path.Combine(folder, image)), options, boxes);
        await run.CompleteAsync(lines.Skip(before), log, Count, cancellationToken);
        EngineMeasures measures = engine.Measures;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new BatchReport(
            answers, lines.Length, before - failedBefore, answered, failed, promptTokens, answerTokens, measures.VisionCalls, measures.MostRows, seconds);

        void Count(BatchAnswer answer)
        {
            answered += answer.Error is null ? 1 : 0;
            failed += answer.Error is null ? 0 : 1;
            promptTokens += answer.Usage?.PromptTokens ?? 0;
            answerTokens += answer.Usage?.AnswerTokens ?? 0;
            progress?.Report(new WorkProgress(answers, before - failedBefore + answered + failed, lines.Length));
        }
    }

    /// <summary>Answers of other questions must not pass for answers of these.</summary>
    private static void RequireSame(TextLine[] lines, IReadOnlyList<BatchAnswer> answers, string path)
    {
        for (int i = 0; i < answers.Count; i++)
        {
            if (i >= lines.Length || !IsAnswerOf(lines[i], answers[i]))
            {
                throw new CommSharpException($"{path}, line {i + 1}: answers another question; name another file, or begin it anew with --fresh.");
            }
        }
    }

    private static bool IsAnswerOf(TextLine line, BatchAnswer answer) =>
        answer.Line == line.Place.Line
        && answer.Id?.GetRawText() == BatchQuestion.IdOf(line.Text)?.GetRawText()
        && (answer.Question is null || IsAsked(line.Text, answer));

    private static bool IsAsked(string line, BatchAnswer answer)
    {
        try
        {
            var question = BatchQuestion.Read(line, new GenerationOptions(), BoxGuidance.None);
            return question.Text == answer.Question && question.Images.SequenceEqual(answer.Images ?? [], StringComparer.Ordinal);
        }
        catch (CommSharpException)
        {
            return false; // what is answered could be read
        }
    }
}
