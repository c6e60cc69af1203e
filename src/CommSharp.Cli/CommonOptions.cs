using System.CommandLine;
using CommSharp.Runtime;
using static TorchSharp.torch;

namespace CommSharp.Cli;

/// <summary>Options that several verbs take; each verb adds its own instance.</summary>
internal static class CommonOptions
{
    public static Option<DeviceChoice> Device() =>
        Parsed("--device", "Where to compute: auto, cpu, cuda or cuda:N.", "DEVICE", DeviceChoice.Parse, DeviceChoice.Auto);

    public static Option<ScalarType> Dtype(ScalarType defaultValue) =>
        Parsed("--dtype", "What to compute in: float32, bfloat16 or float16.", "DTYPE", DtypeName.Parse, defaultValue);

    public static Option<string?> VisionTower() => new("--vision-tower")
    {
        Description = "The folder of the vision tower, for models that keep it apart (Shikra, some original LLaVA).",
        HelpName = "DIR",
    };

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
}
