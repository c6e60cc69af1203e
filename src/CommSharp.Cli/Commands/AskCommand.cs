using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Cli.Asking;
using CommSharp.Grounding;
using CommSharp.Imaging;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>What was asked of a picture and answered.</summary>
internal sealed record AskReport(string Picture, int Width, int Height, double LoadSeconds, AnswerReport Answer, string? Drawn);

/// <summary>One question about a picture.</summary>
internal sealed class AskCommand : Verb<AskReport>
{
    private readonly Argument<string> _picture = new("PICTURE") { Description = "A JPEG, PNG, WebP, BMP or GIF." };
    private readonly Argument<string> _question = new("QUESTION")
    {
        Description = "What to ask; <point X,Y> and <box LEFT,TOP,RIGHT,BOTTOM> name places in the picture, in its pixels.",
    };

    private readonly Option<string?> _draw = new("--draw") { Description = "Draw the answer's boxes on the picture and write it as PNG.", HelpName = "FILE" };
    private readonly Option<bool> _constrain = new("--constrain") { Description = "Hold a box that is begun to its notation, so that it can always be read." };
    private readonly AnsweringOptions _answering = new();

    public AskCommand()
        : base("ask", "Ask a question about a picture.", "commsharp ask photo.jpg \"Where is the cup?\" --model my-comm --draw cup.png")
    {
        Arguments.Add(_picture);
        Arguments.Add(_question);
        Options.Add(_draw);
        Options.Add(_constrain);
        _answering.AddTo(this);
    }

    protected override JsonTypeInfo<AskReport> ResultJson => CliJson.Default.AskReport;

    protected override Task<AskReport> RunAsync(VerbContext context, CancellationToken cancellationToken) => Task.Run(() => Ask(context, cancellationToken), cancellationToken);

    protected override void Render(AskReport result, IAnsiConsole output)
    {
        output.WriteLine(); // the text has been shown as it came
        result.Answer.RenderBoxes(output);
        if (result.Drawn is not null)
        {
            output.WriteLine($"drawn: {result.Drawn}");
        }
    }

    private AskReport Ask(VerbContext context, CancellationToken cancellationToken)
    {
        string file = context.Value(_picture), text = context.Value(_question);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new UsageException("The question is empty; write what you want to know about the picture.");
        }

        string? drawn = context.Value(_draw);
        var options = _answering.Generation(context);
        AnsweringOptions.RequireFolderOf(drawn);
        RgbImage picture = _answering.Read(context, file);
        PlacedQuestion placed = Places(text, picture);
        long start = Stopwatch.GetTimestamp();
        using Assistant assistant = _answering.Load(context);
        double loading = Stopwatch.GetElapsedTime(start).TotalSeconds;
        AnsweringOptions.WarnOfCrop(context, assistant, picture);
        Question question = Question.About(picture, placed.Write(assistant.Config.Boxes, assistant.GeometryOf(picture))) with
        {
            Options = options,
            Boxes = context.Value(_constrain) ? BoxGuidance.Constrained : BoxGuidance.None,
        };
        Answer answer = assistant.Ask(question, context.IsJson ? null : context.Output.Write, cancellationToken);
        foreach (BoxProblem problem in answer.Problems)
        {
            context.Notes.WriteLine($"commsharp: \"{answer.Text[problem.Span.Start..problem.Span.End]}\" was not read as a box: {problem.Message}");
        }

        if (drawn is not null)
        {
            PngFile.Write(drawn, BoxPainter.Paint(picture, AnswerReport.Labels(answer)));
        }

        return new AskReport(file, picture.Width, picture.Height, loading, AnswerReport.Of(text, answer), drawn);
    }

    /// <summary>The question with its places, which have to fit the picture; this needs no model yet.</summary>
    private static PlacedQuestion Places(string text, RgbImage picture)
    {
        try
        {
            var placed = PlacedQuestion.Parse(text);
            placed.RequireWithin(picture.Width, picture.Height);
            return placed;
        }
        catch (CommSharpException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
