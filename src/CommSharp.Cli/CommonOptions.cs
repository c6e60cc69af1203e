using System.CommandLine;
using System.Globalization;
using CommSharp.Imaging;
using CommSharp.Runtime;
using static TorchSharp.torch;

namespace CommSharp.Cli;

/// <summary>Options that several verbs take; each verb adds its own instance.</summary>
internal static class CommonOptions
{
    private const double LongestSeconds = 1e9; // some thirty years

    /// <summary>What each dtype means for who has to choose.</summary>
    public const string DtypeMeanings =
        "float32 (4 bytes a weight, 7 digits), bfloat16 (2 bytes, 2 digits, float32's range) or float16 (2 bytes, 3 digits, nothing beyond 65504)";

    /// <summary>What a dtype does not change.</summary>
    public const string DtypeOnCpu = "A GPU computes in the same; a CPU computes in float32 all the same.";

    public static Option<DeviceChoice> Device() =>
        Parsed("--device", "Where to compute: auto, cpu, cuda or cuda:N.", "DEVICE", DeviceChoice.Parse, DeviceChoice.Auto);

    public static Option<DtypeChoice> Dtype(ScalarType defaultValue) =>
        Parsed("--dtype", $"What weights are held in: {DtypeMeanings}. {DtypeOnCpu}", "DTYPE", DtypeChoice.Parse, new DtypeChoice(defaultValue));

    /// <summary>After how long a training stops; null when not given.</summary>
    public static Option<TimeSpan?> StopAfter() => Parsed<TimeSpan?>(
        "--stop-after",
        "Stop at the end of a step after so long, such as 110m or 1.5h; the same command goes on from there.",
        "TIME",
        ParseTime,
        null);

    public static Option<string?> VisionTower() => new("--vision-tower")
    {
        Description = "The folder of the vision tower, for models that keep it apart (Shikra, some original LLaVA).",
        HelpName = "DIR",
    };

    /// <summary>Changes to a model's config, in order.</summary>
    public static Option<string[]> ConfigChanges() => new("--set")
    {
        Description = "A change to the model's config, such as vision.branches[1].layers=last:2.",
        HelpName = "PATH=VALUE",
    };

    /// <summary>How a picture becomes a square; null when not given.</summary>
    public static Option<ImageFit?> Fit(string description) => Parsed<ImageFit?>(
        "--fit",
        description,
        "FIT",
        static text => text switch
        {
            "pad" => ImageFit.Pad,
            "crop" => ImageFit.Crop,
            "resize" => ImageFit.Resize,
            _ => throw new CommSharpException($"\"{text}\" is no way to fit a picture; choose pad, crop or resize."),
        },
        null);

    /// <summary>An option whose text a parser of the library reads; what the parser refuses is a usage error with the parser's message.</summary>
    public static Option<T> Parsed<T>(string name, string description, string valueName, Func<string, T> parse, T defaultValue) => new(name)
    {
        Description = description,
        HelpName = valueName,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            try
            {
                return parse(result.Tokens[0].Value);
            }
            catch (CommSharpException e)
            {
                result.AddError(e.Message);
                return default;
            }
        },
    };

    private static TimeSpan? ParseTime(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number > 0 && number * unit < LongestSeconds
            ? TimeSpan.FromSeconds(number * unit)
            : throw new CommSharpException($"\"{text}\" is no time; write a number and s, m or h, such as 110m.");
    }
}
