using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Demo;
using CommSharp.Data.Tasks;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>What was asked about a fresh scene.</summary>
internal sealed record DemoReport(long Seed, IReadOnlyList<DemoItemReport> Questions, string Html);

/// <summary>A question, its answer and what is true.</summary>
internal sealed record DemoItemReport(string Asks, AnswerReport Answer, string Expected, bool IsRight);

/// <summary>Draws a scene that nobody has seen, asks five questions about it, and shows the answers beside the truth.</summary>
internal sealed class DemoCommand : Verb<DemoReport>
{
    private readonly ModelOptions _model = new();

    private readonly Option<long?> _scene = new("--scene") { Description = "Which scene, to see one again; a fresh one when left out.", HelpName = "N" };

    private readonly Option<string> _html = new("--html")
    {
        Description = "The page to write.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "demo.html",
    };

    public DemoCommand()
        : base("demo", "Draw a fresh scene of the tabletop world, ask five questions about it, and show the answers beside the truth.", "commsharp demo --scene 3")
    {
        _model.AddTo(this);
        Options.Add(_scene);
        Options.Add(_html);
    }

    protected override JsonTypeInfo<DemoReport> ResultJson => CliJson.Default.DemoReport;

    protected override Task<DemoReport> RunAsync(VerbContext context, CancellationToken cancellationToken) => Task.Run(() => Show(context, cancellationToken), cancellationToken);

    protected override void Render(DemoReport result, IAnsiConsole output)
    {
        output.WriteLine($"{result.Questions.Count(question => question.IsRight)} of {result.Questions.Count} right (scene {result.Seed})");
        output.WriteLine($"page: {result.Html}");
    }

    private DemoReport Show(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_scene) is < 0)
        {
            throw new UsageException("--scene must be 0 or more.");
        }

        string html = context.Value(_html)!;
        AnsweringOptions.RequireFolderOf(html);
        var scene = DemoScene.Draw(context.Value(_scene) ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        using Assistant assistant = _model.Load(context);
        ImageGeometry geometry = assistant.GeometryOf(scene.Picture);
        var answers = new List<DemoAnswer>();
        foreach (DemoQuestion question in DemoQuestion.Of(scene))
        {
            Conversation asked = new([SampleTurn.User(question.Parts).Write(assistant.Config.Boxes, geometry)]);
            Answer answer = assistant.Ask(
                new Question { Conversation = asked, Images = [scene.Picture], Options = new GenerationOptions { MaxTokens = 96 } }, null, cancellationToken);
            var judged = new DemoAnswer(question, answer);
            answers.Add(judged);
            if (!context.IsJson)
            {
                context.Output.WriteLine($"{question.Text}\n  {answer.Text.Trim()}\n  {(judged.IsRight ? "right" : $"wrong; it is {question.Expected}")}");
            }
        }

        DemoPage.Write(html, scene, answers);
        return new DemoReport(
            scene.Scene.Seed, [.. answers.Select(each => new DemoItemReport(each.Question.Short, AnswerReport.Of(each.Question.Text, each.Answer), each.Question.Expected, each.IsRight))], html);
    }
}
