using System.CommandLine;
using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Checkpoints;
using CommSharp.Generation;
using CommSharp.Imaging;
using Spectre.Console;

namespace CommSharp.Cli.Asking;

/// <summary>The options of every verb that asks a model: which model, how pictures are read, how answers are generated.</summary>
internal sealed class AnsweringOptions
{
    private readonly ModelOptions _model = new();

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
        _model.AddTo(verb);
        foreach (Option option in new Option[]
        {
            _ignoreOrientation, _maxTokens, _temperature, _topP, _topK, _penalty, _seed, _stop,
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
    public Assistant Load(VerbContext context) => _model.Load(context);

    /// <summary>As <see cref="Load"/>, for many questions at once.</summary>
    public AnswerEngine LoadEngine(VerbContext context, AnswerEngineOptions options) => _model.LoadEngine(context, options);

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
