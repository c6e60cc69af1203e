using System.CommandLine;
using CommSharp.Answering;
using CommSharp.Checkpoints;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using Spectre.Console;

namespace CommSharp.Cli.Asking;

/// <summary>The options of every verb that asks a model: which model, where it runs, how pictures are fitted, how answers are generated.</summary>
internal sealed class AnsweringOptions
{
    private const string StoredDtype = "stored";

    private readonly Option<string> _model = new("--model") { Description = "The model's folder.", HelpName = "DIR", Required = true };

    private readonly Option<string?> _visionTower = new("--vision-tower")
    {
        Description = "The vision tower's folder, for models that keep it apart.",
        HelpName = "DIR",
    };

    private readonly Option<DeviceChoice> _device = CommonOptions.Device();

    private readonly Option<string> _dtype = new Option<string>("--dtype")
    {
        Description =
            $"What weights are held in: stored (as the model's files have them), {CommonOptions.DtypeMeanings}. {CommonOptions.DtypeOnCpu}",
        HelpName = "DTYPE",
        DefaultValueFactory = _ => StoredDtype,
    }.AcceptOnlyFromAmong(StoredDtype, "float32", "bfloat16", "float16");

    private readonly Option<ImageFit?> _fit = CommonOptions.Parsed<ImageFit?>(
        "--fit", "How a picture becomes a square: pad, crop or resize; as the model's own files say by default.", "FIT", Fit, null);

    private readonly Option<bool> _ignoreOrientation = new("--ignore-orientation") { Description = "Take pixels as stored, whatever a camera noted about its orientation." };

    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "The longest answer.", HelpName = "N", DefaultValueFactory = _ => 512 };

    private readonly Option<double> _temperature = new("--temperature") { Description = "0 takes the best token every time; above, tokens are drawn.", HelpName = "T" };

    private readonly Option<double> _topP = new("--top-p") { Description = "Draw among the likeliest tokens that make up this share.", HelpName = "P", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _topK = new("--top-k") { Description = "Draw among this many likeliest tokens; 0 for all.", HelpName = "K" };

    private readonly Option<double> _penalty = new("--repetition-penalty") { Description = "Above 1, what was said scores less.", HelpName = "X", DefaultValueFactory = _ => 1 };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Decides what is drawn.", HelpName = "N" };

    private readonly Option<string[]> _stop = new("--stop") { Description = "A text that ends an answer; may be given several times.", HelpName = "TEXT" };

    public void AddTo(Command verb)
    {
        foreach (Option option in new Option[]
        {
            _model, _visionTower, _device, _dtype, _fit, _ignoreOrientation, _maxTokens, _temperature, _topP, _topK, _penalty, _seed, _stop,
        })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>How answers are generated.</summary>
    public GenerationOptions Generation(VerbContext context)
    {
        var options = new GenerationOptions
        {
            MaxTokens = context.Value(_maxTokens),
            Temperature = context.Value(_temperature),
            TopP = context.Value(_topP),
            TopK = context.Value(_topK),
            RepetitionPenalty = context.Value(_penalty),
            Seed = context.Value(_seed),
            Stop = context.Value(_stop) ?? [],
        };
        try
        {
            options.Validate();
        }
        catch (CommSharpException e)
        {
            throw new UsageException(e.Message);
        }

        return options;
    }

    /// <summary>Looks whether a picture can be written before a model works for it.</summary>
    public static void RequireFolderOf(string? drawn)
    {
        if (drawn is not null)
        {
            AtomicFile.RequireFolder(drawn);
        }
    }

    /// <summary>Reads a picture.</summary>
    public RgbImage Read(VerbContext context, string file) =>
        ImageDecoder.Read(file, ImageDecodingOptions.Default with { ApplyOrientation = !context.Value(_ignoreOrientation) });

    /// <summary>Loads the model, and says what a person should know of it.</summary>
    public Assistant Load(VerbContext context)
    {
        context.LoadRuntime();
        string path = context.Value(_model)!;
        if (ModelFolder.Open(path, context.Value(_visionTower)) is not MultimodalFolder folder)
        {
            throw new CommSharpException($"{path}: this model does not see and speak; give the folder of a whole multimodal model.");
        }

        if (context.Value(_fit) is { } fit)
        {
            folder = folder with { Config = folder.Config with { Image = folder.Config.Image with { Fit = fit } } };
        }

        if (folder.Config.Untrained)
        {
            context.Notes.WriteLine("commsharp: this model is not trained; its answers mean nothing");
        }

        string dtype = context.Value(_dtype)!;
        return Assistant.Load(folder, new TensorOptions(dtype == StoredDtype ? folder.StoredDtype() : DtypeName.Parse(dtype), context.Value(_device)!.Resolve()));
    }

    private static ImageFit? Fit(string text) => text switch
    {
        "pad" => ImageFit.Pad,
        "crop" => ImageFit.Crop,
        "resize" => ImageFit.Resize,
        _ => throw new CommSharpException($"\"{text}\" is no way to fit a picture; choose pad, crop or resize."),
    };

    /// <summary>Says when a crop cuts off a part of a picture.</summary>
    public static void WarnOfCrop(VerbContext context, Assistant assistant, RgbImage picture)
    {
        ImageGeometry geometry = assistant.GeometryOf(picture);
        if (geometry.LosesPicture)
        {
            context.Notes.WriteLine(
                $"commsharp: the model sees {geometry.VisibleFraction:P0} of the picture, the middle; what lies outside cannot be found (--fit pad shows all of it)");
        }
    }
}
