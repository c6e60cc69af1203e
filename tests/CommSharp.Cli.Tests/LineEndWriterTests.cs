using Spectre.Console;

namespace CommSharp.Cli.Tests;

public sealed class LineEndWriterTests
{
    [Fact]
    public void Blanks_before_a_lines_end_are_left_out_and_others_kept()
    {
        using var written = new StringWriter();
        using var writer = new LineEndWriter(written);
        writer.Write("a  b   \n  c ");
        writer.Write("  \r\n");
        writer.Write("> ");
        writer.Flush();
        Assert.Equal("a  b\n  c\r\n> ", written.ToString());
    }

    [Fact]
    public void A_table_in_a_file_has_no_blanks_at_its_lines_ends()
    {
        using var written = new StringWriter();
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("short", "a").AddRow("a longer cell", "with more words");
        Terminal.On(written).Write(grid);
        string[] lines = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }
}
