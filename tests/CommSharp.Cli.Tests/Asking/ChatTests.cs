using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Asking;

public sealed class ChatTests
{
    [Fact]
    public async Task Places_are_of_the_last_picture_and_a_wrong_one_does_not_end_the_conversation()
    {
        string last = $"/image {BundledModel.Picture}\n<point 1,241>";
        Outcome pixels = await ChatAsync($"<box 1,2,3>\nWhat is at <point 160,120>?\n/new\nWhat is at <point 1,1>?\n{last}", BundledModel.Picture);
        Assert.Equal(0, pixels.ExitCode);
        Assert.Equal((await ChatAsync("What is at [0.500,0.500]?", BundledModel.Picture)).Output, pixels.Output);
        string[] notes = [.. pixels.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(note => !note.Contains("not trained", StringComparison.Ordinal))];
        Assert.Equal(3, notes.Length);
        Assert.Contains("is no box", notes[0], StringComparison.Ordinal);
        Assert.Contains("there is no picture", notes[1], StringComparison.Ordinal);
        Assert.Contains("lies outside of the picture, which has 320 x 240 pixels", notes[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_picture_is_warned_of_as_later_ones_are_when_it_is_cropped()
    {
        Outcome outcome = await ChatAsync($"/image {BundledModel.Picture}\n", BundledModel.Picture, "--fit", "crop");
        Assert.Equal(2, outcome.Error.Split("--fit pad shows all of it").Length - 1);
    }

    private static async Task<Outcome> ChatAsync(string input, params string[] more)
    {
        TextReader before = Console.In;
        using var lines = new StringReader(input);
        Console.SetIn(lines);
        try
        {
            return await CommandLine.RunAsync(new ChatCommand(), ["chat", .. more, "--model", BundledModel.Folder, "--max-tokens", "5"]);
        }
        finally
        {
            Console.SetIn(before);
        }
    }
}
