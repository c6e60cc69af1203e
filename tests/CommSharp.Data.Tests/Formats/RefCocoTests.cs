using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Pictures;

namespace CommSharp.Data.Tests.Formats;

public sealed class RefCocoTests : IDisposable
{
    private const string Umd = "refs(umd).p";
    private const string Protocol0 = "refs(google).p";

    private readonly TemporaryFolder _folder = new();

    public RefCocoTests() => FormatSamples.Copy("refcoco", _folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("refs(unc).p")]
    [InlineData(Protocol0)]
    [InlineData(Umd)]
    public void The_sample_reads_as_its_summary_says(string file)
    {
        JsonNode expected = FormatSamples.Expected("refcoco"), summary = expected["files"]![file]!;
        var pictures = new PictureFolder(FormatSamples.At("coco", "train2014"));
        RefCocoExpression[] read = [.. RecordCheck.Passing(RefCocoReferences.Read(_folder[file]), pictures)];
        Assert.Equal(summary["refs"]!.GetValue<int>(), read.Select(each => each.RefId).Distinct().Count());
        Assert.Equal(summary["sentences"]!.GetValue<int>(), read.Length);
        Assert.Equal(
            summary["splits"]!.AsObject().ToDictionary(split => split.Key, split => split.Value!.GetValue<int>()),
            read.DistinctBy(each => each.RefId).CountBy(each => each.Split).ToDictionary());

        // All three files hold the list that the summary spells out once.
        var references = expected["files"]!["refs(unc).p"]!["all"]!.AsArray();
        var sentences = references.SelectMany(reference => reference!["sentences"]!.AsArray().Select(sentence => (Reference: reference, Sentence: sentence!))).ToArray();
        Assert.Equal(sentences.Length, read.Length);
        foreach (((JsonNode reference, JsonNode sentence), RefCocoExpression actual) in sentences.Zip(read))
        {
            Assert.Equal(reference["ref_id"]!.GetValue<long>(), actual.RefId);
            Assert.Equal(reference["split"]!.GetValue<string>(), actual.Split);
            Assert.Equal(reference["ann_id"]!.GetValue<long>(), actual.Target.AnnotationId);
            Assert.Equal(reference["category_id"]!.GetValue<long>(), actual.Target.Category.Id);
            Assert.Equal(sentence["sent_id"]!.GetValue<long>(), actual.SentenceId);
            Assert.Equal(sentence["sent"]!.GetValue<string>(), actual.Text);
            Assert.Equal(sentence["raw"]!.GetValue<string>(), actual.RawText);
            Assert.Equal($"COCO_train2014_{reference["image_id"]!.GetValue<long>():000000000000}.jpg", actual.Picture);
            Assert.NotEqual(reference["file_name"]!.GetValue<string>(), actual.Picture);
            double[] box = [actual.Target.Box.X1, actual.Target.Box.Y1, actual.Target.Box.X2, actual.Target.Box.Y2];
            Assert.Equal(expected["boxes_xyxy"]![$"{actual.RefId}"]!.AsArray().Select(edge => edge!.GetValue<double>()), box);
        }
    }

    [Fact]
    public void A_split_is_read_alone()
    {
        Assert.Equal([0, 1, 6, 7], RefCocoReferences.Read(_folder[Umd], split: "train").Select(each => each.SentenceId));
        Assert.Equal([5], RefCocoReferences.Read(_folder[Umd], split: "testB").Select(each => each.SentenceId));
        Assert.Contains("has no split 'tests'", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Umd], split: "tests")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I1732\n", "I999\n", "record 0, field 'ann_id': is 999 in reference 0, and")]
    [InlineData("I1732\n", "I1734\n", "record 0, field 'category_id': is 1 in reference 0, but its annotation 1734 has 13")]
    [InlineData("I1732\n", "S'1732'\n", "record 0, field 'ann_id': is a text; a whole number is needed")]
    [InlineData("I1732\n", "I1759\n", "record 0, field 'image_id': is 9 in reference 0, but its annotation 1759 has 25")]
    [InlineData("S'ref_id'", "S'ref_di'", "record 0: has no member 'ref_id'")]
    [InlineData("S'train'", "S'trein'", "record 0, field 'split': is 'trein' in reference 0")]
    [InlineData("S'the red square'", "S' '", "record 0, field 'sentences[0].sent': is empty")]
    [InlineData("S'the red square'", "I7", "record 0, field 'sentences[0].sent': is a number; a text is needed")]
    public void What_is_wrong_is_named_by_file_record_and_field(string text, string by, string problem)
    {
        Damage.Replace(_folder[Protocol0], text, by);
        string refusal = FormatSamples.Refusal(RefCocoReferences.Read(_folder[Protocol0]));
        Assert.StartsWith(_folder[Protocol0], refusal, StringComparison.Ordinal);
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_come_twice_are_refused()
    {
        string file = Pickle(Reference(3, 1), Reference(3, 2));
        Assert.Contains("record 1, field 'ref_id': is 3, as that of an earlier reference is", FormatSamples.Refusal(RefCocoReferences.Read(file)), StringComparison.Ordinal);
        file = Pickle(Reference(3, 1), Reference(4, 1));
        Assert.Equal(
            (1, $"{file}, record 1, field 'sentences[0].sent_id': is 1 in reference 4, as that of an earlier sentence is"),
            FormatSamples.Borne(problems => RefCocoReferences.Read(file, problems: problems)));
    }

    [Fact]
    public void A_bad_sentence_is_counted_and_the_others_of_its_reference_are_read()
    {
        Damage.Replace(_folder[Protocol0], "S'the red square'", "I7");
        Assert.Equal(
            (7, $"{_folder[Protocol0]}, record 0, field 'sentences[0].sent': is a number; a text is needed"),
            FormatSamples.Borne(problems => RefCocoReferences.Read(_folder[Protocol0], problems: problems)));
    }

    [Fact]
    public void A_pickle_that_wants_to_run_something_is_refused_by_its_name()
    {
        string file = _folder.Write("hostile.p", PickleBytes.Protocol(2).Global("os", "system").Text("echo hello").Op("\u0085R").Stop());
        string refusal = FormatSamples.Refusal(RefCocoReferences.Read(file));
        Assert.StartsWith(file, refusal, StringComparison.Ordinal);
        Assert.Contains("os.system", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_that_holds_itself_or_no_list_is_refused()
    {
        string looped = _folder.Write("looped.p", PickleBytes.Protocol(2).Op("]q\0h\0a").Stop());
        Assert.Contains("record 0: is a list; a dict is needed", FormatSamples.Refusal(RefCocoReferences.Read(looped)), StringComparison.Ordinal);
        string number = _folder.Write("number.p", PickleBytes.Protocol(2).BinInt(3).Stop());
        Assert.Contains("is not a list of references", FormatSamples.Refusal(RefCocoReferences.Read(number)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Umd)]
    [InlineData(Protocol0)]
    public void Cut_files_and_missing_ones_are_refused(string name)
    {
        string file = _folder[name];
        Damage.CutInTheMiddle(file);
        Assert.StartsWith(file, FormatSamples.Refusal(RefCocoReferences.Read(file)), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Equal($"{file}: no such file; check the path", FormatSamples.Refusal(RefCocoReferences.Read(file)));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused_where_the_pickle_promises_it()
    {
        Damage.SpoilUtf8(_folder[Umd], "the red square");
        Assert.Contains("UTF-8", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Umd])), StringComparison.Ordinal);
    }

    [Fact]
    public void Instances_beside_the_references_must_be_there_and_right()
    {
        Damage.Edit(_folder["instances.json"], root => root["annotations"]![0]!["bbox"] = "none");
        Assert.Contains("instances.json, field 'annotations[0].bbox': is a text", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Umd])), StringComparison.Ordinal);
        Damage.Edit(_folder["instances.json"], root => root["annotations"]![0]!["bbox"] = new JsonArray(3, 2, 16, 90));
        Assert.Contains("record 0, field 'sentences[0].ann_id': the box 3, 2, 19, 92 stands out", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Umd])), StringComparison.Ordinal);
        Assert.Contains("there is no file", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Protocol0]), _folder.Path), StringComparison.Ordinal);
        File.Delete(_folder["instances.json"]);
        Assert.Contains("instances.json: no such file", FormatSamples.Refusal(RefCocoReferences.Read(_folder[Umd])), StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_that_nobody_refers_to_are_not_looked_at()
    {
        Damage.Edit(_folder["instances.json"], root => root["annotations"]![5]!["bbox"] = "none");
        Assert.Equal(8, RefCocoReferences.Read(_folder[Umd]).Count());
    }

    private string Pickle(params Action<PickleBytes>[] references)
    {
        PickleBytes pickle = PickleBytes.Protocol(2).Op("](");
        foreach (Action<PickleBytes> reference in references)
        {
            reference(pickle);
        }

        return _folder.Write("made.p", pickle.Op("e").Stop());
    }

    private static Action<PickleBytes> Reference(int refId, int sentId) => pickle => pickle
        .Op("}(").Text("ref_id").BinInt(refId).Text("ann_id").BinInt(1732).Text("image_id").BinInt(9).Text("category_id").BinInt(1).Text("split").Text("train")
        .Text("sentences").Op("](}(").Text("sent_id").BinInt(sentId).Text("sent").Text("the red square").Text("raw").Text("red!").Op("ueu");
}
