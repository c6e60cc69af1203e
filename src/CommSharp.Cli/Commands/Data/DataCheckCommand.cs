using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Cli.Asking;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats;
using CommSharp.Data.Pictures;
using Spectre.Console;

namespace CommSharp.Cli.Commands.Data;

/// <summary>Reads a whole data set, says all that is wrong with it, and shows samples.</summary>
internal sealed class DataCheckCommand : Verb<DataCheckReport>
{
    private const int MostShown = 10;                // problems; --json has all of them
    private const int UsualSamples = 12;

    private readonly Argument<string> _format = new Argument<string>("FORMAT")
    {
        HelpName = "FORMAT",
        Description = $"The format: {string.Join("; ", DataFormats.All.Select(format => $"{format.Name} ({format.Needs})"))}.",
    }.AcceptOnlyFromAmong([.. DataFormats.All.Select(format => format.Name)]);

    private readonly Argument<string> _path = new("PATH") { Description = "The file or folder that the format needs." };

    private readonly Option<string?> _pictures = new("--pictures")
    {
        Description = "The folder below which records name their pictures; without it pictures are not looked at.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _split = new("--split") { Description = "Read only this split, such as train or val.", HelpName = "NAME" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Read only the first N records.", HelpName = "N" };
    private readonly Option<string?> _html = new("--html") { Description = "Write a page that shows samples with their boxes.", HelpName = "FILE" };

    private readonly Option<int?> _samples = new("--samples")
    {
        Description = $"How many samples the page shows; {UsualSamples} by default.",
        HelpName = "N",
    };

    public DataCheckCommand()
        : base(
            "check",
            "Read a whole data set, check every record against its picture, and say all that is wrong.",
            "commsharp data check coco-instances instances_train2014.json --pictures train2014 --html samples.html")
    {
        Arguments.Add(_format);
        Arguments.Add(_path);
        foreach (Option option in new Option[] { _pictures, _split, _limit, _html, _samples })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<DataCheckReport> ResultJson => CliJson.Default.DataCheckReport;

    protected override async Task<DataCheckReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        DataFormat format = DataFormats.All.Single(each => each.Name == context.Value(_format));
        RequireMeant(context, format);
        string path = context.Value(_path);
        string? html = context.Value(_html);
        AnsweringOptions.RequireFolderOf(html);
        var options = new DataCheckOptions
        {
            Pictures = Pictures(context),
            Split = context.Value(_split),
            Limit = context.Value(_limit),
            Samples = html is null ? 0 : context.Value(_samples) ?? UsualSamples,
        };
        DataCheckOutcome outcome = await LongWork.RunAsync(
            context.Notes, "records", progress => DataCheck.Run(format, path, options, progress, cancellationToken), cancellationToken);
        if (html is not null)
        {
            SamplePage.Write(html, $"{format.Name}: {outcome.Samples.Count} samples of {path}", outcome.Samples, options.Pictures!, outcome.Problems);
        }

        return DataCheckReport.Of(format.Name, path, options, outcome, html);
    }

    protected override void Render(DataCheckReport result, IAnsiConsole output)
    {
        string split = result.Split is { } name ? $", split {Printable.Plain(name)}" : "";
        output.WriteLine($"{result.Format}: {result.Path}{split}");
        output.WriteLine($"  records   {result.Records:N0}");
        output.WriteLine($"  pictures  {result.PictureCount:N0}");
        output.WriteLine($"  boxes     {result.Boxes:N0}");
        output.WriteLine($"  problems  {result.Problems.Count:N0}");
        foreach (DataProblemKindReport kind in result.Kinds)
        {
            output.WriteLine($"{kind.Count,10:N0}  {kind.Problem}");
        }

        if (result.Problems.Count > 0)
        {
            output.WriteLine(result.Problems.Count > MostShown ? $"the first {MostShown} (--json lists all):" : "in full:");
            foreach (DataProblemReport problem in result.Problems.Take(MostShown))
            {
                output.WriteLine($"  {problem.Text()}");
            }
        }

        if (result.Html is not null)
        {
            output.WriteLine($"drawn: {result.Html} ({result.Samples} samples)");
        }
    }

    protected override string? FailureIn(DataCheckReport result) => result switch
    {
        { End: { } end, Problems.Count: >= DataCheck.MostProblems } =>
            $"there are more than {DataCheck.MostProblems} problems, so the rest was not read; is this the right format and folder? The last: {end.Text()}",
        { End: { } end } => $"reading ended here, after {result.Records} right records: {end.Text()}",
        { Problems.Count: > 0 } => $"{result.Path}: {result.Problems.Count} problems; {result.Records} records are right",
        { Records: 0 } => $"{result.Path}: there is no record{(result.Split is { } split ? $" of the split {Printable.Name(split)}" : "")}",
        _ => null,
    };

    private void RequireMeant(VerbContext context, DataFormat format)
    {
        if (context.Value(_split) is not null && !format.HasSplits)
        {
            throw new UsageException($"{format.Name} has its splits in files of their own; leave --split out and name the file.");
        }

        if (context.Value(_limit) < 1 || context.Value(_samples) < 1)
        {
            throw new UsageException("--limit and --samples must be at least 1.");
        }

        if (context.Value(_html) is not null && context.Value(_pictures) is null)
        {
            throw new UsageException("--html shows pictures; name their folder with --pictures.");
        }

        if (context.Value(_samples) is not null && context.Value(_html) is null)
        {
            throw new UsageException("--samples belongs to --html; name the file of the page.");
        }
    }

    private PictureFolder? Pictures(VerbContext context)
    {
        string? folder = context.Value(_pictures);
        if (folder is null)
        {
            context.Notes.WriteLine("commsharp: pictures are not looked at; --pictures names their folder");
            return null;
        }

        return Directory.Exists(folder) ? new PictureFolder(folder) : throw new CommSharpException($"{folder}: no such folder; --pictures names the folder of pictures");
    }
}
