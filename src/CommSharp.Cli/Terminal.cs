using Spectre.Console;

namespace CommSharp.Cli;

/// <summary>Spectre's console over a writer.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 1000;           // a file or a pipe has no edge to wrap at

    public static IAnsiConsole On(TextWriter writer)
    {
        bool isScreen = (writer == Console.Out && !Console.IsOutputRedirected) || (writer == Console.Error && !Console.IsErrorRedirected);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(isScreen ? writer : new LineEndWriter(writer)),
            Ansi = isScreen ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isScreen ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isScreen ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isScreen)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
