using CommSharp.Data.Formats.Shikra;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class SceneGraphsTests : IDisposable
{
    private static readonly DataPlace Asker = new("questions.jsonl", Line: 5);

    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly string _index;

    public SceneGraphsTests()
    {
        _file = ShikraSamples.Copy(_folder, "gqa_scene_graph_data.jsonl");
        _index = ShikraSamples.Copy(_folder, "gqa_scene_graph_index.json");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    public void Graphs_are_found_by_their_pictures(string lineEnd, string start)
    {
        File.WriteAllText(_file, start + string.Join(lineEnd, File.ReadAllLines(_file)));
        using var graphs = new SceneGraphs(_file, _index);
        Assert.Equal(new PixelBox(16, 24, 24, 36), graphs.Find("25", Asker).Find("101", Asker));
        Assert.Equal(new PixelBox(11, 7, 24, 18), graphs.Find("30", Asker).Find("100", Asker));
        Assert.Equal(new PixelBox(3, 2, 19, 11), graphs.Find("9", Asker).Find("100", Asker));
        Assert.Equal(3, graphs.Find("30", Asker).Place.Line);
    }

    [Fact]
    public void Lines_longer_than_a_block_are_found()
    {
        string[] lines = File.ReadAllLines(_file);
        lines[0] = lines[0].Replace("red square", new string('x', 700_000), StringComparison.Ordinal);
        File.WriteAllLines(_file, lines);
        using var graphs = new SceneGraphs(_file, _index);
        Assert.Equal(["9", "25", "30"], new[] { "9", "25", "30" }.Select(id => graphs.Find(id, Asker).Id));
    }

    [Fact]
    public void What_is_not_there_is_named_with_who_asks()
    {
        using var graphs = new SceneGraphs(_file, _index);
        Assert.Equal($"questions.jsonl, line 5: is about the picture '31', which {_index} does not list", Message(() => graphs.Find("31", Asker)));
        SceneGraph graph = graphs.Find("9", Asker);
        Assert.Equal($"questions.jsonl, line 5: names the object '7', which the scene graph at {_file}, line 1 does not have", Message(() => graph.Find("7", Asker)));
    }

    [Theory]
    [InlineData("{\"9\": 3}", "field '9': is 3, but")]
    [InlineData("{\"9\": -1}", "field '9': is -1, but")]
    [InlineData("{\"9\": \"0\"}", "field '9': is a text; a whole number is needed")]
    [InlineData("{\"9\": 0, \"9\": 1}", "is not valid JSON")]
    [InlineData("{\"9\": 0", "is not valid JSON")]
    [InlineData("[0, 1]", "is a list; an object is needed")]
    public void An_index_that_is_none_is_refused(string index, string problem)
    {
        File.WriteAllText(_index, index);
        string message = Message(() => new SceneGraphs(_file, _index).Dispose());
        Assert.StartsWith(_index, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_of_another_file_is_refused_when_it_leads_astray()
    {
        File.WriteAllText(_index, """{"9": 1}""");
        using var graphs = new SceneGraphs(_file, _index);
        Assert.Equal($"{_index}, field '9': leads to line 2, which is the scene graph of '25'; make the index anew", Message(() => graphs.Find("9", Asker)));
    }

    [Fact]
    public void Broken_and_missing_files_are_named()
    {
        Damage.CutInTheMiddle(_file);
        File.WriteAllText(_index, """{"9": 0, "25": 1}""");
        using (var graphs = new SceneGraphs(_file, _index))
        {
            Assert.StartsWith($"{_file}, line 2: is not valid JSON", Message(() => graphs.Find("25", Asker)), StringComparison.Ordinal);
        }

        Assert.StartsWith(_folder["none.json"], Message(() => new SceneGraphs(_file, _folder["none.json"]).Dispose()), StringComparison.Ordinal);
        Assert.StartsWith(_folder["none.jsonl"], Message(() => new SceneGraphs(_folder["none.jsonl"], _index).Dispose()), StringComparison.Ordinal);
        File.WriteAllBytes(_index, [0xff]);
        Assert.Contains("is not UTF-8", Message(() => new SceneGraphs(_file, _index).Dispose()), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.Throws<DataException>(action).Message;
}
