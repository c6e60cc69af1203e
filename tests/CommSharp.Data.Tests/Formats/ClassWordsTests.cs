using CommSharp.Data.Formats.PascalVoc;

namespace CommSharp.Data.Tests.Formats;

public sealed class ClassWordsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("WBC", "white blood cell", "white blood cells")]
    [InlineData("Platelets", "platelet", "platelets")]
    [InlineData("person", "person", "people")]
    [InlineData("sheep", "sheep", "sheep")]
    [InlineData("bus", "bus", "buses")]
    [InlineData("tvmonitor", "TV monitor", "TV monitors")]
    [InlineData("box", "box", "boxes")]
    [InlineData("berry", "berry", "berries")]
    [InlineData("key", "key", "keys")]
    [InlineData("brush", "brush", "brushes")]
    [InlineData("y", "y", "ys")]
    [InlineData("wbc", "wbc", "wbcs")]
    public void Classes_have_words_and_unknown_ones_are_called_by_their_names(string name, string singular, string plural) =>
        Assert.Equal(new ClassName(singular, plural), ClassWords.BuiltIn[name]);

    [Fact]
    public void All_classes_of_Pascal_VOC_are_known()
    {
        // VOC devkit, VOCinit.m: the twenty classes in their order.
        string[] classes =
        [
            "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person",
            "pottedplant", "sheep", "sofa", "train", "tvmonitor",
        ];
        Assert.Equal([.. classes, "abacus", "zebra"], ClassWords.BuiltIn.InOrder(["zebra", "abacus", .. classes.Reverse(), "dog"]));
    }

    [Fact]
    public void A_data_set_can_bring_words_of_its_own()
    {
        Assert.Same(ClassWords.BuiltIn, ClassWords.Of(_folder.Path));
        _folder.Write(ClassWords.FileName, """{ "cat": { "singular": "tom", "plural": "toms" }, "oocyte": { "singular": "egg cell" } }""");
        var words = ClassWords.Of(_folder.Path);
        Assert.Equal((new ClassName("tom", "toms"), new ClassName("egg cell", "egg cells"), new ClassName("dog", "dogs")), (words["cat"], words["oocyte"], words["dog"]));
        Assert.Equal(["cat", "oocyte", "WBC", "dog"], words.InOrder(["WBC", "dog", "oocyte", "cat"]));
        Assert.Equal(("1 tom", "0 toms", "12 toms"), (words["cat"].Counted(1), words["cat"].Counted(0), words["cat"].Counted(12)));
    }

    [Theory]
    [InlineData("[]", ": is a list; an object is needed")]
    [InlineData("""{ "cat": "tom" }""", "field 'cat': is a text; an object is needed")]
    [InlineData("""{ "cat": { } }""", "field 'cat': has no member 'singular'")]
    [InlineData("""{ "cat": { "singular": " " } }""", "field 'cat.singular': is empty")]
    [InlineData("""{ "cat": { "singular": "tom", "plurals": "toms" } }""", "field 'cat.plurals': is not known; a class has")]
    [InlineData("""{ "cat": { "singular": "tom" }, "cat": { "singular": "puss" } }""", "'cat'")]
    [InlineData("""{ "cat": """, "JSON")]
    public void Words_that_are_none_are_refused(string json, string problem)
    {
        string file = _folder.Write(ClassWords.FileName, json);
        string message = Assert.Throws<DataException>(() => ClassWords.Read(file)).Message;
        Assert.StartsWith(file, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }
}
