using CommSharp.Cli.Commands.Score;
using CommSharp.Evaluation;

namespace CommSharp.Cli.Tests.Commands.Score;

public sealed class ScoreSheetTextTests
{
    [Fact]
    public void Names_out_of_a_file_are_shown_and_command_nothing()
    {
        var sheet = new ScoreSheet
        {
            Metric = "vqa",
            Conventions = ["A rule."],
            Count = 3,
            Scores = [new("accuracy", 12.345, "%"), new("CIDEr", 0.98765), new("precision", null, "%")],
            Groups = [new("[red]is the[/]\u001b[2J", 2, [new("accuracy", 50, "%")]), new("other", 1, [new("yes ratio", 1)])],
            Counts = [new("unread", 7)],
        };
        using var output = new StringWriter();
        ScoreSheetText.Write(sheet, Terminal.On(output));

        string[] lines = [.. output.ToString().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("vqa, 3 items", lines);
        Assert.Contains("accuracy 12.35 %", lines);
        Assert.Contains("CIDEr 0.9877", lines);
        Assert.Contains("precision undefined", lines);
        Assert.Contains("part items accuracy yes ratio", lines);
        Assert.Contains("[red]is the[/]\\u001b[2J 2 50.00 %", lines);
        Assert.Contains("other 1 1.0000", lines);
        Assert.Contains("unread 7", lines);
        Assert.Contains("- A rule.", lines);
    }
}
