using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Data.Tabletop.Files;
using CommSharp.Data.Tabletop.Rendering;
using CommSharp.Data.Tabletop.World;
using Spectre.Console;

namespace CommSharp.Cli.Commands.Data;

/// <summary>What was drawn.</summary>
internal sealed record DataRenderReport(string Folder, int Side, int Train, int Validation, int Test, int Classes);

/// <summary>Draws scenes of the tabletop world and writes them as ordinary data sets.</summary>
internal sealed class DataRenderCommand : Verb<DataRenderReport>
{
    private static readonly WorldFolderOptions Usual = new();
    private static readonly string Closest = Scene.Closest.ToString(CultureInfo.InvariantCulture);

    private readonly Argument<string> _folder = new("FOLDER") { Description = "The folder to write; it must not exist yet, or be empty." };
    private readonly Option<int> _train = Count("--train", "Scenes to learn from.", Usual.Train);
    private readonly Option<int> _validation = Count("--validation", "Scenes to choose by.", Usual.Validation);
    private readonly Option<int> _test = Count("--test", "Scenes to be asked about in the end; some show kinds of things that the others never do.", Usual.Test);
    private readonly Option<int> _classes = Count("--classes", "Pictures of single things, in a folder for each kind, as DeiT needs them; a tenth as many for validation.", Usual.Classes);
    private readonly Option<int> _size = Count("--size", $"The side of a picture in pixels, at least {SceneRenderer.UsualSide}.", Usual.Side);
    private readonly Option<int> _most = Count("--most", "Only scenes with so many things at most, to begin with.", Usual.Most);
    private readonly Option<double> _closer = new("--closer")
    {
        Description = $"Things so many times as large as usual, up to {Closest}, to begin with. 1 by default.",
        HelpName = "TIMES",
        DefaultValueFactory = _ => Usual.Closeness,
    };

    private readonly Option<int> _threads = Count("--threads", "How many threads draw.", Environment.ProcessorCount);

    public DataRenderCommand()
        : base(
            "render",
            "Draw scenes of the tabletop world and write them as ordinary data sets: Shikra's lines, POPE, VQAv2 and COCO captions.",
            "commsharp data render tabletop --train 20000")
    {
        Arguments.Add(_folder);
        foreach (Option option in new Option[] { _train, _validation, _test, _classes, _size, _most, _closer, _threads })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<DataRenderReport> ResultJson => CliJson.Default.DataRenderReport;

    protected override async Task<DataRenderReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var options = new WorldFolderOptions
        {
            Side = Within(context, _size, SceneRenderer.UsualSide, 4096),
            Train = Within(context, _train, 0, (int)WorldSplit.Size / 2),
            Validation = Within(context, _validation, 0, (int)WorldSplit.Size / 2),
            Test = Within(context, _test, 0, (int)WorldSplit.Size / 2),
            Classes = Within(context, _classes, 0, (int)WorldSplit.Size / 2),
            Most = Within(context, _most, 1, Usual.Most),
            Closeness = Within(context, _closer, 1, Scene.Closest),
            Threads = Within(context, _threads, 1, 1024),
        };
        string folder = context.Value(_folder)!;
        return await LongWork.RunAsync(
            context.Notes,
            "scenes",
            progress =>
            {
                WorldFolder.Write(folder, options, progress, cancellationToken);
                return new DataRenderReport(folder, options.Side, options.Train, options.Validation, options.Test, options.Classes);
            },
            cancellationToken);
    }

    protected override void Render(DataRenderReport result, IAnsiConsole output)
    {
        output.WriteLine($"{result.Folder}: {result.Side} x {result.Side} pixels");
        foreach ((string name, int count) in new[] { ("train", result.Train), ("validation", result.Validation), ("test", result.Test), ("train/classes", result.Classes) })
        {
            if (count > 0)
            {
                output.WriteLine($"  {name,-14} {count,10:N0}");
            }
        }
    }

    private static Option<int> Count(string name, string description, int usual) => new(name)
    {
        Description = $"{description} {usual} by default.",
        HelpName = "N",
        DefaultValueFactory = _ => usual,
    };

    private static T Within<T>(VerbContext context, Option<T> option, T least, T most)
        where T : struct, INumber<T> => context.Value(option) is var value && value >= least && value <= most
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be from {least} to {most}."));
}
