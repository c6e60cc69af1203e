using CommSharp.Data.Reading;

namespace CommSharp.Data.Tests.Reading;

public sealed class JsonLinesTests
{
    [Fact]
    public void Lines_are_counted_as_an_editor_counts_them()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("lines.jsonl", "{\"a\": 1}\r\n\n{\"a\": 2}\n{\"a\": \"three\"}\n\n");
        var error = Assert.Throws<DataException>(() => JsonLines.Read(file, line => line["a"].WholeNumber).ToList());
        Assert.Equal($"{file}, line 4, field 'a': is a text; a whole number is needed", error.Message);
    }

    [Fact]
    public void Bad_lines_are_left_out_and_kept_when_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("lines.jsonl", "{\"a\": 1}\nnot json\n{\"b\": 2}\n{\"a\": 4}");
        var problems = new DataProblems();
        Assert.Equal([1, 4], JsonLines.Read(file, line => line["a"].WholeNumber, problems));
        Assert.Equal([2, 3], problems.All.Select(problem => problem.Place.Line));

        Assert.Throws<DataException>(() => JsonLines.Read(file, line => line["a"].WholeNumber, new DataProblems(limit: 1)).ToList());
    }

    [Fact]
    public void A_line_that_is_not_utf8_is_refused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("lines.jsonl", "{\"a\": \"one\"}\n{\"a\": \"two\"}\n");
        Damage.SpoilUtf8(file, "two");
        var error = Assert.Throws<DataException>(() => JsonLines.Read(file, line => line["a"].Text).ToList());
        Assert.Equal($"{file}, line 2: is not UTF-8; convert the file", error.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", Assert.Throws<DataException>(() => TextLines.Read(folder["none.txt"]).ToList()).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<DataException>(() => TextLines.Read(folder.Path).ToList()).Message, StringComparison.Ordinal);
    }
}
