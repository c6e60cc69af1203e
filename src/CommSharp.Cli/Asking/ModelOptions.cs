using System.CommandLine;
using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using Spectre.Console;

namespace CommSharp.Cli.Asking;

/// <summary>Which model, where it runs, how it is held and how pictures are fitted.</summary>
internal sealed class ModelOptions
{
    private const string StoredDtype = "stored";

    private readonly Argument<string?>? _argument;
    private readonly Option<string?> _model;

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

    private readonly Option<ImageFit?> _fit = CommonOptions.Fit(
        "How a picture becomes a square: pad, crop or resize; as the model's own files say by default.");

    /// <summary>Makes the options.</summary>
    /// <param name="isArgument">Whether the model's folder may also be the verb's argument.</param>
    public ModelOptions(bool isArgument = false)
    {
        _model = new Option<string?>("--model") { Description = "The model's folder; the tabletop model that comes with CommSharp when left out.", HelpName = "DIR" };
        _argument = isArgument ? new Argument<string?>("MODEL") { Description = "The model's folder, as --model.", Arity = ArgumentArity.ZeroOrOne } : null;
    }

    public void AddTo(Command verb)
    {
        if (_argument is not null)
        {
            verb.Arguments.Add(_argument);
        }

        foreach (Option option in new Option[] { _model, _visionTower, _device, _dtype, _fit })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The model's folder; that of <see cref="DefaultModel"/> where none is named.</summary>
    public string Path(VerbContext context) => Named(context) ?? DefaultModel.Find();

    /// <summary>Loads the model, and says what a person should know of it.</summary>
    public Assistant Load(VerbContext context)
    {
        (MultimodalFolder folder, TensorOptions tensors) = Open(context);
        return Assistant.Load(folder, tensors);
    }

    /// <summary>As <see cref="Load"/>, for many questions at once.</summary>
    public AnswerEngine LoadEngine(VerbContext context, AnswerEngineOptions options)
    {
        (MultimodalFolder folder, TensorOptions tensors) = Open(context);
        return AnswerEngine.Load(folder, tensors, options);
    }

    private string? Named(VerbContext context) => (_argument is null ? null : context.OptionalValue(_argument), context.Value(_model)) switch
    {
        ({ } path, null) => path,
        (null, var path) => path,
        _ => throw new UsageException("MODEL and --model are the same; give one of them."),
    };

    /// <summary>The model's folder and how its weights are to be held; says what a person should know of it.</summary>
    public (MultimodalFolder Folder, TensorOptions Tensors) Open(VerbContext context)
    {
        context.LoadRuntime();
        if (Named(context) is null)
        {
            context.Notes.WriteLine($"commsharp: {DefaultModel.Note}");
        }

        var folder = MultimodalFolder.Open(Path(context), context.Value(_visionTower));
        if (context.Value(_fit) is { } fit)
        {
            folder = folder with { Config = folder.Config with { Image = folder.Config.Image with { Fit = fit } } };
        }

        if (folder.Config.Untrained)
        {
            context.Notes.WriteLine("commsharp: this model is not trained; its answers mean nothing");
        }

        string dtype = context.Value(_dtype)!;
        return (folder, new TensorOptions(dtype == StoredDtype ? folder.StoredDtype() : DtypeName.Parse(dtype), context.Value(_device)!.Resolve()));
    }
}
