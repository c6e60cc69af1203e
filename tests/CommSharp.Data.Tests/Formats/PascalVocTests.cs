using System.Text.RegularExpressions;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed partial class PascalVocTests : IDisposable
{
    private const string Annotation = """
        <?xml version="1.0" encoding="utf-8"?>
        <annotation verified="yes">
          <folder>VOC2007</folder>
          <filename>cell.png</filename>
          <size><width>40</width><height>30</height><depth>3</depth></size>
          <object>
            <name>person &amp; dog</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
            <bndbox><xmin>1</xmin><ymin>5.5</ymin><xmax>40</xmax><ymax>30</ymax></bndbox>
            <part><name>head</name><bndbox><xmin>100</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
          </object>
          <object><name>dot</name><bndbox><ymax>7</ymax><xmax>7</xmax><ymin>7</ymin><xmin>7</xmin></bndbox></object>
        </annotation>
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public PascalVocTests()
    {
        _file = _folder.Write("Annotations/cell.xml", Annotation);
        _folder.Write("ImageSets/Main/train.txt", "cell\n");
        _folder.Write("JPEGImages/cell.png", PngFile.Encode(new RgbImage(40, 30, new byte[3600])));
    }

    private string Pictures => _folder["JPEGImages"];

    public void Dispose() => _folder.Dispose();

    /// <summary>A path for every element would take the length of its parents' names each time.</summary>
    [Fact]
    public void A_file_with_long_names_costs_no_more_than_its_length()
    {
        string name = new('A', 100_000);
        _folder.Write("Annotations/cell.xml", $"<annotation><{name}>{string.Concat(Enumerable.Repeat("<a/>", 20_000))}</{name}></annotation>");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataException>(() => PascalVocFolder.Read(_folder.Path, "train").ToList());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void Boxes_count_pixels_from_1_and_include_the_last_one()
    {
        PascalVocAnnotation read = Assert.Single(RecordCheck.Passing(PascalVocFolder.Read(_folder.Path, "train"), new PictureFolder(Pictures)));
        Assert.Equal(("cell", "cell.png", new PictureSize(40, 30)), (read.Name, read.Picture, read.Size));
        Assert.Equal(("person & dog", true, false, "Left"), (read.Objects[0].Name, read.Objects[0].IsTruncated!.Value, read.Objects[0].IsDifficult!.Value, read.Objects[0].Pose!));
        Assert.Equal(new PixelBox(0, 4.5, 40, 30), read.Objects[0].Box);
        Assert.Equal((null, null, null), (read.Objects[1].IsTruncated, read.Objects[1].IsDifficult, read.Objects[1].Pose));
        Assert.Equal((new PixelBox(6, 6, 7, 7), 1), (read.Objects[1].Box, read.Objects[1].Box.Area));
        Assert.Equal($"{_file}, line 11, field 'object'", read.Objects[1].Place.ToString());
        Assert.Equal(["person & dog", "dot"], read.Boxes.Select(box => box.Label!));
    }

    [Theory]
    [InlineData("<xmin>1</xmin>", "", "line 8, field 'object.bndbox': has no element 'xmin'")]
    [InlineData("<xmin>1</xmin>", "<xmin>1</xmin><xmin>2</xmin>", "line 8, field 'object.bndbox.xmin': stands there twice")]
    [InlineData("<xmin>1</xmin>", "<xmin>one</xmin>", "line 8, field 'object.bndbox.xmin': is 'one'; a number is needed")]
    [InlineData("<xmin>1</xmin>", "<xmin>1e999</xmin>", "line 8, field 'object.bndbox.xmin': is '1e999'; a number is needed")]
    [InlineData("<xmin>1</xmin>", "<xmin/>", "line 8, field 'object.bndbox.xmin': is empty")]
    [InlineData("<xmin>1</xmin>", "<xmin>41</xmin>", "line 8, field 'object.bndbox': is no box")]
    [InlineData("<xmax>40</xmax>", "<xmax>42</xmax>", "field 'object[0].bndbox': the box 0, 4.5, 42, 30 stands out of the picture of 40 x 30 pixels")]
    [InlineData("<name>dot</name>", "", "line 11, field 'object': has no element 'name'")]
    [InlineData("<truncated>1", "<truncated>maybe", "line 7, field 'object.truncated': is 'maybe'; 0 or 1 is needed")]
    [InlineData("<width>40", "<width>0", "line 5, field 'size.width': is '0'; a picture's side in whole pixels is needed")]
    [InlineData("<width>40", "<width>41", "says that 'cell.png' has 41 x 30 pixels, but it has 40 x 30")]
    [InlineData("<filename>cell.png</filename>", "", "line 2: has no element 'filename'")]
    [InlineData("<filename>cell.png", "<filename>other.png", "line 4, field 'filename': is 'other.png', but the annotation is called 'cell.xml'")]
    [InlineData("<filename>cell.png", "<filename>cell.jpg", "names the picture 'cell.jpg', but there is no file")]
    [InlineData("<filename>cell.png", "<filename>../../cell.png", "not below the folder of pictures")]
    [InlineData("<annotation verified=\"yes\">", "<annotation>&x;", "is not valid XML")]
    [InlineData("</annotation>", "</annotation><more/>", "is not valid XML")]
    public void What_is_wrong_is_named_by_file_line_and_field(string text, string by, string problem)
    {
        Damage.Replace(_file, text, by);
        string refusal = FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path), Pictures);
        Assert.StartsWith(_file, refusal, StringComparison.Ordinal);
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<!DOCTYPE annotation [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><annotation>&b;</annotation>""")]
    [InlineData("""<!DOCTYPE annotation SYSTEM "file:///etc/passwd"><annotation/>""")]
    public void A_document_type_definition_is_refused(string xml)
    {
        _folder.Write("Annotations/cell.xml", xml);
        Assert.Equal($"{_file}: has a document type definition, which is refused; remove it", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path)));
    }

    [Fact]
    public void Files_that_nest_or_grow_without_end_are_refused()
    {
        _folder.Write("Annotations/cell.xml", string.Concat(Enumerable.Repeat("<a>", 100_000)));
        Assert.Contains("nest deeper than 32", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path)), StringComparison.Ordinal);
        _folder.Write("Annotations/cell.xml", $"<annotation>{string.Concat(Enumerable.Repeat("<a/>", 200_001))}</annotation>");
        Assert.Contains("more than 200000 elements", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path)), StringComparison.Ordinal);
        _folder.Write("Annotations/cell.xml", $"<annotation>{new string(' ', 17 << 20)}</annotation>");
        Assert.Contains("is larger than", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_files_other_files_and_what_is_not_utf8_are_counted_and_the_rest_is_read()
    {
        string cut = _folder.Write("Annotations/cut.xml", Annotation);
        Damage.CutInTheMiddle(cut);
        (int passed, string problem) = FormatSamples.Borne(problems => PascalVocFolder.Read(_folder.Path, problems: problems), Pictures);
        Assert.Equal(1, passed);
        Assert.StartsWith(cut, problem, StringComparison.Ordinal);
        Assert.Contains("Unexpected end of file", problem, StringComparison.Ordinal);
        Damage.SpoilUtf8(_file, "dot");
        Assert.Equal($"{_file}: is not UTF-8; convert the file", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path, "train")));
        _folder.Write("Annotations/cell.xml", "<html/>");
        Assert.Contains("is a file of 'html'; one of 'annotation' is needed", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path, "train")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cell\ncell\n", "line 2: names the picture 'cell' a second time")]
    [InlineData("cell\nother\n", "other.xml: no such file")]
    [InlineData("../cell\n", "line 1: names the picture '../cell'; it must be a name without a folder")]
    public void A_split_names_annotations_once(string list, string problem)
    {
        _folder.Write("ImageSets/Main/train.txt", list);
        Assert.Contains(problem, FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path, "train")), StringComparison.Ordinal);
        _folder.Write("ImageSets/Main/dog_val.txt", "cell -1\n");
        Assert.Equal("cell", Assert.Single(PascalVocFolder.Read(_folder.Path, "dog_val")).Name);
        Assert.Contains("no such file", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path, "test")), StringComparison.Ordinal);
        Assert.Contains("has no split", FormatSamples.Refusal(PascalVocFolder.Read(_folder.Path, "../Main/train")), StringComparison.Ordinal);
        Assert.Contains("no such folder", FormatSamples.Refusal(PascalVocFolder.Read(_folder["none"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Real_annotations_pass_and_their_numbers_are_those_of_the_files()
    {
        string root = SharedFolder.Require("data", "bccd");
        PascalVocAnnotation[] all = [.. RecordCheck.Passing(PascalVocFolder.Read(root), new PictureFolder(Path.Combine(root, "JPEGImages")))];
        string[] files = Directory.GetFiles(Path.Combine(root, "Annotations"));
        string[] texts = [.. files.Select(File.ReadAllText)];
        Assert.Equal(files.Length, all.Length);
        Assert.Equal(
            texts.SelectMany(text => Names.Matches(text)).CountBy(match => match.Groups[1].Value).ToDictionary(),
            all.SelectMany(each => each.Objects).CountBy(each => each.Name).ToDictionary());

        // By VOC's rule the smallest left edge is 0 and the largest right edge the width: the boxes were counted from 1, the last pixel included.
        Assert.Equal((0, 640), (all.SelectMany(each => each.Objects).Min(each => each.Box.X1), all.SelectMany(each => each.Objects).Max(each => each.Box.X2)));
        int sumOfWidths = texts.Sum(text => Edges("xmax").Matches(text).Sum(Value) - Edges("xmin").Matches(text).Sum(Value));
        Assert.Equal(sumOfWidths + all.Sum(each => each.Objects.Count), all.SelectMany(each => each.Objects).Sum(each => each.Box.X2 - each.Box.X1));

        string[] train = File.ReadAllLines(Path.Combine(root, "ImageSets", "Main", "train.txt")), val = File.ReadAllLines(Path.Combine(root, "ImageSets", "Main", "val.txt"));
        Assert.Equal(train, PascalVocFolder.Read(root, "train").Select(each => each.Name));
        Assert.Equal(val, PascalVocFolder.Read(root, "val").Select(each => each.Name));
    }

    [GeneratedRegex("<name>(.*?)</name>")]
    private static partial Regex Names { get; }

    private static Regex Edges(string edge) => new($"<{edge}>([0-9]+)</{edge}>");

    private static int Value(Match match) => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
}
