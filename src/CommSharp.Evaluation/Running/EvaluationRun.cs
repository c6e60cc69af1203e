using System.Reflection;
using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Reports;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Evaluation.Running;

/// <summary>
/// A benchmark asked of a model, in a folder of its own: run.json says what the run is, answers.jsonl grows batch by batch, and at the end come
/// samples.jsonl (every item with its score), the reports and result.json. A run that was stopped goes on in the same folder with the same files at the end.
/// </summary>
public sealed class EvaluationRun
{
    private const int ExchangeSeed = 1;
    private const int ShownSamples = 24;

    private readonly EvaluationPlan _plan;
    private readonly IAnswerer _answerer;
    private readonly QuestionTemplate _template;
    private readonly RunIdentity _identity;
    private readonly string _folder;
    private readonly bool _controls;
    private readonly ScoringContext _context;

    private EvaluationRun(EvaluationPlan plan, IAnswerer answerer, QuestionTemplate template, RunIdentity identity, string folder, bool controls)
    {
        _plan = plan;
        _answerer = answerer;
        _template = template;
        _identity = identity;
        _folder = folder;
        _controls = controls;
        _context = new ScoringContext(answerer.GeometryOf, answerer.Boxes);
    }

    /// <summary>Begins a run, or takes up the one that the folder holds.</summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="answerer">Who is asked.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="folder">The run's folder; made when it is missing.</param>
    /// <param name="options">How it is asked.</param>
    /// <exception cref="CommSharpException">The folder holds another run, or cannot be written.</exception>
    public static EvaluationRun Open(EvaluationPlan plan, IAnswerer answerer, EvaluatedModel model, string folder, EvaluationOptions options)
    {
        options.Validate();
        EvaluationTask task = plan.Benchmark.Task;
        string template = options.Template ?? task.Template;
        QuestionTemplate question = QuestionTemplates.Only(task.Kind, template).All[0];
        var identity = new RunIdentity(
            Version(),
            plan.Benchmark.Name,
            model.Path,
            model.Fingerprint,
            plan.Fingerprint(),
            plan.Items.Count,
            options.Batch,
            options.MaxTokens ?? task.MaxTokens,
            template,
            [
                "Pictures are taken as they are stored: what EXIF says of their orientation is ignored, as the references do.",
                .. answerer.Conventions,
                .. options.Choices(plan.Benchmark),
            ]);
        TakeUp(folder, identity);
        return new EvaluationRun(plan, answerer, question, identity, folder, options.Controls);
    }

    /// <summary>Asks what is not asked yet, scores, and writes the results.</summary>
    /// <param name="progress">Told after each batch; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between tokens; the run can go on later.</param>
    public EvaluationResult Complete(IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var same = _plan.Items.Select(item => item.Picture).Distinct(StringComparer.Ordinal).ToDictionary(picture => picture, StringComparer.Ordinal);
        var counted = new Counted(progress, _plan.Items.Count * (_controls ? 2 : 1));
        IReadOnlyDictionary<string, string>? exchange = _controls ? PictureExchange.Of(_plan.Items, ExchangeSeed) : null;
        Asked asked = Ask("answers.jsonl", "samples.jsonl", same, counted, cancellationToken);
        ScoreSheet? exchanged = exchange is null ? null : Ask("answers.exchanged.jsonl", "samples.exchanged.jsonl", exchange, counted, cancellationToken).Scoring?.Sheet;
        var result = new EvaluationResult
        {
            Run = _identity,
            Title = _plan.Benchmark.Title,
            LeftOut = _plan.Problems.Count,
            Scores = asked.Scoring?.Sheet,
            Controls = exchanged is null ? null : Constant(exchanged),
        };
        if (_plan.Problems.Count > 0)
        {
            AtomicFile.WriteText(InFolder("problems.txt"), string.Concat(_plan.Problems.Select(problem => problem.Message + "\n")));
        }

        AtomicFile.WriteText(InFolder("report.md"), MarkdownReport.Write(result));
        AtomicFile.WriteText(InFolder("report.html"), HtmlReport.Write(result, asked.Samples, ShownSamples, Picture, i => Boxes(i, asked.Scoring)));
        AtomicFile.WriteText(InFolder("result.json"), EvaluationJson.Page(result, EvaluationJson.Default.EvaluationResult));
        return result;
    }

    private static string Version() => typeof(EvaluationRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static void TakeUp(string folder, RunIdentity identity)
    {
        string file = Path.Combine(folder, "run.json");
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file))
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    throw new CommSharpException($"{folder}: holds something else than a run; name an empty folder, or one that is not there.");
                }

                AtomicFile.WriteText(file, EvaluationJson.Page(identity, EvaluationJson.Default.RunIdentity));
                return;
            }

            RunIdentity there = JsonSerializer.Deserialize(File.ReadAllBytes(file), EvaluationJson.Default.RunIdentity) ?? throw new JsonException("null");
            if (there.DifferenceFrom(identity) is { } difference)
            {
                throw new CommSharpException($"{folder}: holds another run ({difference}); name another folder, or ask the same again.");
            }
        }
        catch (JsonException error)
        {
            throw new CommSharpException($"{file}: is no description of a run; name another folder.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{folder}: cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Asks every item about the picture that is shown in place of its own; null when the truth is not published.</summary>
    private Asked Ask(string answersName, string samplesName, IReadOnlyDictionary<string, string> shown, Counted progress, CancellationToken cancellationToken)
    {
        using var log = AnswerLog.Open(InFolder(answersName), _identity.Batch, _plan.Items.Count);
        RequireSame(log, shown);
        progress.Report(log.Answers.Count);
        while (log.Answers.Count < _plan.Items.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EvaluationItem[] batch = [.. _plan.Items.Skip(log.Answers.Count).Take(_identity.Batch)];
            log.Append(AskBatch(batch, log.Answers.Count, shown, cancellationToken));
            progress.Report(batch.Length);
        }

        string[] answers = [.. log.Answers.Select(answer => answer.Answer)];
        if (_plan.Benchmark.Task.Submission(_plan.Items, answers) is { } submission)
        {
            AtomicFile.WriteText(InFolder(Path.ChangeExtension(answersName, ".submission.json")), submission);
        }

        Scoring? scoring = _plan.Items.All(item => item.Target is not null)
            ? _plan.Benchmark.Task.Score(_plan.Items, answers, _context)
            : null;
        SampleRecord[] samples = [.. log.Answers.Select((answer, i) => Sample(answer, scoring?.Judgements[i]))];
        AtomicFile.WriteText(InFolder(samplesName), string.Concat(samples.Select(sample => EvaluationJson.Line(sample) + "\n")));
        return new Asked(samples, scoring);
    }

    private LoggedAnswer[] AskBatch(EvaluationItem[] batch, int first, IReadOnlyDictionary<string, string> shown, CancellationToken cancellationToken)
    {
        var pictures = new Dictionary<string, RgbImage>(StringComparer.Ordinal);
        Turn[] turns = [.. batch.Select(Question)];
        PictureQuestion[] questions = [.. batch.Zip(turns, (item, turn) => new PictureQuestion(Picture(item), turn))];
        IReadOnlyList<string> answers = _answerer.Answer(questions, _identity.MaxTokens, cancellationToken);
        return [.. batch.Select((item, i) => new LoggedAnswer(first + i, item.Id, shown[item.Picture], Text(turns[i]), answers[i]))];

        RgbImage Picture(EvaluationItem item)
        {
            string name = shown[item.Picture];
            if (!pictures.TryGetValue(name, out RgbImage? picture))
            {
                picture = _plan.Pictures.Read(name, item.Place);
                pictures.Add(name, picture);
            }

            return picture;
        }
    }

    private Turn Question(EvaluationItem item)
    {
        var sample = new TaskSample
        {
            Place = item.Place,
            Picture = item.Picture,
            Turns = [SampleTurn.User(_template.Fill(_plan.Benchmark.Task.Content(item)))],
        };
        return sample.Write(_answerer.Boxes, item.StatedSize is { } size ? _answerer.GeometryOf(size) : null).Turns[0];
    }

    private static string Text(Turn turn) => string.Concat(turn.Parts.Select(part => part is TextPart text ? text.Text : "<image>"));

    /// <summary>The identity says that the run is the same; a log that was edited or exchanged is noticed here.</summary>
    private void RequireSame(AnswerLog log, IReadOnlyDictionary<string, string> shown)
    {
        foreach ((LoggedAnswer answer, EvaluationItem item) in log.Answers.Zip(_plan.Items))
        {
            if (answer.Id != item.Id || answer.Picture != shown[item.Picture])
            {
                throw new CommSharpException(
                    $"{_folder}: answer {answer.Index} of the log belongs to {Printable.Name(answer.Id)}, but {Printable.Name(item.Id)} is asked there; begin again in another folder.");
            }
        }
    }

    private SampleRecord Sample(LoggedAnswer answer, Judgement? judgement) => new(
        answer.Index,
        answer.Id,
        _plan.Items[answer.Index].Part,
        answer.Picture,
        answer.Prompt,
        answer.Answer,
        judgement?.Parsed,
        judgement?.Target,
        judgement?.Score is { } score && double.IsFinite(score) ? score : null);

    private Controls Constant(ScoreSheet exchanged)
    {
        (string answer, ScoreSheet sheet, int tried) = BestConstant(_plan.Items);
        return new Controls(exchanged, answer, sheet, tried, SortScores());
    }

    private (string Answer, ScoreSheet Sheet, int Tried) BestConstant(IReadOnlyList<EvaluationItem> items)
    {
        IReadOnlyList<string> candidates = _plan.Benchmark.Task.ConstantAnswers(items, _context);
        (string answer, ScoreSheet sheet) = candidates
            .Select(candidate => (candidate, _plan.Benchmark.Task.Score(items, [.. Enumerable.Repeat(candidate, items.Count)], _context).Sheet))
            .MaxBy(each => each.Sheet.Scores[0].Value ?? double.NegativeInfinity);
        return (answer, sheet, candidates.Count);
    }

    /// <summary>What is scored by giving every item the best constant answer of its sort; null where an item has none.</summary>
    private ScoreSheet? SortScores()
    {
        EvaluationTask task = _plan.Benchmark.Task;
        string?[] sorts = [.. _plan.Items.Select(task.SortOf)];
        if (sorts.Contains(null))
        {
            return null;
        }

        Dictionary<string, string> answers = _plan.Items.Zip(sorts).GroupBy(each => each.Second!, each => each.First, StringComparer.Ordinal)
            .ToDictionary(sort => sort.Key, sort => BestConstant([.. sort]).Answer, StringComparer.Ordinal);
        return task.Score(_plan.Items, [.. sorts.Select(sort => answers[sort!])], _context).Sheet;
    }

    private RgbImage Picture(SampleRecord sample) => _plan.Pictures.Read(sample.Picture, _plan.Items[sample.Index].Place);

    /// <summary>Where the right box and the answered one are in an item's own picture; null where it is about no box.</summary>
    private ReportBoxes? Boxes(int index, Scoring? scoring)
    {
        EvaluationItem item = _plan.Items[index];
        if (item.StatedSize is not { } size || !item.Boxes.Any())
        {
            return null;
        }

        return new ReportBoxes(
            item.Boxes.First().Box,
            scoring?.Judgements[index].Box is { } box ? _answerer.GeometryOf(size).ToPixels(box).ClampTo(size.Width, size.Height) : null);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private sealed record Asked(IReadOnlyList<SampleRecord> Samples, Scoring? Scoring);

    private sealed class Counted(IProgress<WorkProgress>? progress, int total)
    {
        private int _done;

        public void Report(int more)
        {
            _done += more;
            progress?.Report(new WorkProgress("questions", _done, total));
        }
    }
}
