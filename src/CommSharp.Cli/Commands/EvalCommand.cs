using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Checkpoints;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Commands.Score;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Benchmarks;
using CommSharp.Evaluation.Running;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>The outcome of an evaluation and the folder that holds all of it.</summary>
internal sealed record EvalReport(string Folder, EvaluationResult Result);

/// <summary>Asks a model the questions of a benchmark and scores its answers.</summary>
internal sealed class EvalCommand : Verb<EvalReport>
{
    private readonly Argument<string> _benchmark = new Argument<string>("BENCHMARK")
    {
        Description = $"One of {string.Join(", ", BenchmarkCatalog.All.Select(benchmark => benchmark.Name))}.",
    }.AcceptOnlyFromAmong([.. BenchmarkCatalog.All.Select(benchmark => benchmark.Name)]);

    private readonly Option<string> _data = new("--data") { Description = "The folder of the benchmark's files, in their official layout.", HelpName = "DIR", Required = true };

    private readonly Option<string?> _pictures = new("--pictures") { Description = "The folder of its pictures, where it is not in the data's.", HelpName = "DIR" };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The run's folder: answers, per-sample log, result and report. A run that was stopped goes on there.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _split = new("--split") { Description = "The split, where the benchmark has several; val by default.", HelpName = "NAME" };

    private readonly Option<int?> _every = new("--every") { Description = "With --keep: a part of the split, chosen by the pictures' numbers as in a recipe.", HelpName = "N" };

    private readonly Option<int[]> _keep = new("--keep")
    {
        Description = "A remainder of a picture's number, from 0, divided by that of --every, to ask about; may be repeated.",
        HelpName = "N",
    };

    private readonly Option<string?> _part = new("--part") { Description = "Only this part of the benchmark, such as one class.", HelpName = "NAME" };

    private readonly Option<int> _batch = new("--batch") { Description = "How many questions are asked together.", HelpName = "N", DefaultValueFactory = _ => 8 };

    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first so many samples.", HelpName = "N" };

    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "The longest answer; by default as long as the benchmark's answers are.", HelpName = "N" };

    private readonly Option<string?> _template = new("--template")
    {
        Description = "The question, with <image>, and <expr>, <objs> or <question> where the benchmark has one.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _controls = new("--controls") { Description = "Also ask with pictures exchanged between samples, and find the best constant answer." };

    private readonly Option<bool> _constrain = new("--constrain") { Description = "Hold a box that is begun to its notation, so that it can always be read." };

    private readonly Option<int> _mostBad = new("--max-bad") { Description = "Leave out up to so many bad records, counted and listed; by default the first one ends the run.", HelpName = "N" };

    private readonly ModelOptions _model = new();

    public EvalCommand()
        : base("eval", "Run a benchmark: every answer, its score, and every convention.", "commsharp eval refcoco-val --model my-comm --data refcoco --out runs/refcoco-val --controls")
    {
        Arguments.Add(_benchmark);
        foreach (Option option in new Option[] { _data, _pictures, _split, _every, _keep, _part, _out, _batch, _limit, _maxTokens, _template, _controls, _constrain, _mostBad })
        {
            Options.Add(option);
        }

        _model.AddTo(this);
    }

    protected override JsonTypeInfo<EvalReport> ResultJson => CliJson.Default.EvalReport;

    protected override Task<EvalReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        Benchmark benchmark = BenchmarkCatalog.Find(context.Value(_benchmark))!;
        EvaluationOptions options = ReadOptions(context);
        return LongWork.RunAsync(context.Notes, benchmark.Title, progress => Evaluate(context, benchmark, options, progress, cancellationToken), cancellationToken);
    }

    protected override void Render(EvalReport result, IAnsiConsole output)
    {
        output.WriteLine(result.Result.Title);
        if (result.Result.Scores is { } scores)
        {
            ScoreSheetText.Write(scores, output);
        }
        else
        {
            output.WriteLine("The truth of this split is not published: hand answers.submission.json to the benchmark's server.");
        }

        foreach (string convention in result.Result.Run.Conventions)
        {
            output.WriteLine($"- {convention}");
        }

        if (result.Result.Controls is { } controls)
        {
            output.WriteLine($"with pictures exchanged: {Headline(controls.Exchanged)}");
            output.WriteLine($"best of {controls.ConstantsTried} constant answers, \"{Printable.Plain(controls.Constant)}\": {Headline(controls.ConstantScores)}");
            if (controls.SortScores is { } bySort)
            {
                output.WriteLine($"best constant answer of each sort of question: {Headline(bySort)}");
            }
        }

        if (result.Result.LeftOut > 0)
        {
            output.WriteLine($"left out because they are bad: {result.Result.LeftOut} records, listed in problems.txt");
        }

        output.WriteLine($"all of it: {result.Folder}");
    }

    private static string Headline(ScoreSheet sheet) => $"{sheet.Scores[0].Name} {ScoreSheetText.Value(sheet.Scores[0])}";

    private EvaluationOptions ReadOptions(VerbContext context)
    {
        var options = new EvaluationOptions
        {
            Batch = context.Value(_batch),
            Limit = context.Value(_limit),
            Split = context.Value(_split),
            Every = context.Value(_every),
            Keep = context.Value(_keep) is { Length: > 0 } keep ? keep : null,
            Part = context.Value(_part),
            MaxTokens = context.Value(_maxTokens),
            Template = context.Value(_template),
            Controls = context.Value(_controls),
            MostBadRecords = context.Value(_mostBad),
        };
        try
        {
            options.Validate();
        }
        catch (CommSharpException error)
        {
            throw new UsageException(error.Message);
        }

        return options;
    }

    private EvalReport Evaluate(VerbContext context, Benchmark benchmark, EvaluationOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        // Data first: what is wrong with them is known before gigabytes of weights are read.
        EvaluationPlan plan = EvaluationPlan.Read(benchmark, context.Value(_data)!, context.Value(_pictures), options);
        (MultimodalFolder model, TensorOptions tensors) = _model.Open(context);
        using var assistant = Assistant.Load(model, tensors);
        var answerer = new AssistantAnswerer(assistant, context.Value(_constrain) ? BoxGuidance.Constrained : BoxGuidance.None);
        string folder = context.Value(_out)!;
        var run = EvaluationRun.Open(plan, answerer, EvaluatedModel.Of(model), folder, options);
        return new EvalReport(folder, run.Complete(progress, cancellationToken));
    }
}
