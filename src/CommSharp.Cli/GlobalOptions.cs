using System.CommandLine;

namespace CommSharp.Cli;

/// <summary>The options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result as JSON on standard output.",
        Recursive = true,
    };

    public static Option<string?> LibTorch { get; } = new("--libtorch")
    {
        Description = "The folder of the libtorch to use, such as torch/lib of a PyTorch install.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Json, LibTorch];
}
