using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Cli.Asking;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>Where phrases are in a picture.</summary>
internal sealed record GroundReport(string Picture, int Width, int Height, IReadOnlyList<AnswerReport> Phrases, string? Drawn);

/// <summary>From phrases to boxes: the answers are boxes and nothing else.</summary>
internal sealed class GroundCommand : Verb<GroundReport>
{
    private readonly Argument<string> _picture = new("PICTURE") { Description = "A JPEG, PNG, WebP, BMP or GIF." };
    private readonly Argument<string[]> _phrases = new("PHRASE") { Description = "What to find; several phrases are looked for one by one.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _draw = new("--draw") { Description = "Draw the boxes on the picture and write it as PNG.", HelpName = "FILE" };

    private readonly Option<string> _template = new("--template")
    {
        Description = $"The question; {GroundingTemplate.Expression} stands for the phrase.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => GroundingTemplate.Default.Text,
    };

    private readonly AnsweringOptions _answering = new();

    public GroundCommand()
        : base("ground", "Find phrases in a picture: boxes in pixels.", "commsharp ground photo.jpg \"the cup\" \"the plate\" --model my-comm --draw found.png --json")
    {
        Arguments.Add(_picture);
        Arguments.Add(_phrases);
        Options.Add(_draw);
        Options.Add(_template);
        _answering.AddTo(this);
    }

    protected override JsonTypeInfo<GroundReport> ResultJson => CliJson.Default.GroundReport;

    protected override Task<GroundReport> RunAsync(VerbContext context, CancellationToken cancellationToken) => Task.Run(() => Ground(context, cancellationToken), cancellationToken);

    protected override void Render(GroundReport result, IAnsiConsole output)
    {
        foreach (AnswerReport phrase in result.Phrases)
        {
            output.WriteLine(phrase.Question);
            phrase.RenderBoxes(output);
        }

        if (result.Drawn is not null)
        {
            output.WriteLine($"drawn: {result.Drawn}");
        }
    }

    private GroundReport Ground(VerbContext context, CancellationToken cancellationToken)
    {
        string file = context.Value(_picture);
        GroundingTemplate template = Template(context);
        string? drawn = context.Value(_draw);
        GenerationOptions options = _answering.Generation(context);
        AnsweringOptions.RequireFolderOf(drawn);
        if (context.Value(_phrases).Any(string.IsNullOrWhiteSpace))
        {
            throw new UsageException("A phrase is empty; write what is to be found.");
        }

        RgbImage picture = _answering.Read(context, file);
        using Assistant assistant = _answering.Load(context);
        AnsweringOptions.WarnOfCrop(context, assistant, picture);
        var found = new List<AnswerReport>();
        var boxes = new List<LabeledBox>();
        foreach (string phrase in context.Value(_phrases))
        {
            Question question = Question.About(picture, template.Write(phrase)) with { Options = options, Boxes = BoxGuidance.Only };
            Answer answer = assistant.Ask(question, cancellationToken: cancellationToken);
            if (answer.Finish == FinishReason.Length)
            {
                context.Notes.WriteLine(
                    $"commsharp: \"{phrase}\": the answer was cut off in the middle of a box after {answer.Usage.AnswerTokens} tokens; raise --max-tokens"
                    + (answer.Phrases.Count > 0 ? " (the boxes before it are complete)" : ""));
            }
            else
            {
                foreach (BoxProblem problem in answer.Problems)
                {
                    context.Notes.WriteLine($"commsharp: \"{phrase}\": {answer.Text[problem.Span.Start..problem.Span.End]} was left out: {problem.Message}");
                }
            }

            found.Add(AnswerReport.Of(phrase, answer));
            boxes.AddRange(AnswerReport.Labels(answer).Select(box => box with { Label = phrase }));
        }

        if (drawn is not null)
        {
            PngFile.Write(drawn, BoxPainter.Paint(picture, boxes));
        }

        return new GroundReport(file, picture.Width, picture.Height, found, drawn);
    }

    private GroundingTemplate Template(VerbContext context)
    {
        try
        {
            return new GroundingTemplate(context.Value(_template)!);
        }
        catch (CommSharpException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
