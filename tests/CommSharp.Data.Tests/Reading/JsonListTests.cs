using System.Text;
using System.Text.Json;
using CommSharp.Data.Reading;
using CsCheck;

namespace CommSharp.Data.Tests.Reading;

public sealed class JsonListTests
{
    [Fact]
    public void Elements_of_any_size_are_read_as_a_whole_parser_reads_them()
    {
        using var folder = new TemporaryFolder();
        Gen<string> text = Gen.OneOf(Gen.String[0, 20], Gen.Char.Select(c => new string(c, 300_000)));
        Gen.Select(text, Gen.Double, Gen.Bool).Array[0, 12].Sample(
            records =>
            {
                string json = JsonSerializer.Serialize(records.Select(r => new { name = r.Item1, number = double.IsFinite(r.Item2) ? r.Item2 : 0, flag = r.Item3 }));
                string file = folder.Write("list.json", $"{{\"before\": [1, {{\"x\": []}}], \"wanted\": {json}, \"after\": {json}}}");
                using var whole = JsonDocument.Parse(json);
                string[] expected = [.. whole.RootElement.EnumerateArray().Select(each => each.GetRawText())];

                Assert.Equal(expected, JsonList.Read(file, "wanted", field => field.Value.GetRawText()));
                Assert.Equal(expected, JsonList.Read(folder.Write("bare.json", json), member: null, field => field.Value.GetRawText()));
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Encoding.UTF8.GetBytes("""{"info": {"a": 1}, "images": [{"id": 1, "name": "é"}, {"id": 22}], "rest": [true, null, -1.5e3]}""");
        for (int length = 0; length < whole.Length; length++)
        {
            string file = folder.Write("cut.json", whole.AsSpan(0, length));
            var error = Assert.Throws<DataException>(() => JsonList.Read(file, "images", field => field["id"].WholeNumber).ToList());
            Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal([1, 22], JsonList.Read(folder.Write("whole.json", whole), "images", field => field["id"].WholeNumber));
    }

    [Theory]
    [InlineData("[]", "is not an object")]
    [InlineData("{}", "has no member 'images'")]
    [InlineData("""{"images": 3}""", "field 'images': is not a list")]
    [InlineData("""{"images": [], "images": []}""", "has the member 'images' twice")]
    [InlineData("""{"images": []} x""", "is not valid JSON at byte")]
    [InlineData("""{"images": [{"id": 1, "id": 2}]}""", "field 'images[0]': is not valid JSON")]
    [InlineData("""{"images": [{"id": "\ud83d"}]}""", "field 'images[0]': is not valid JSON")]
    [InlineData("", "is empty")]
    public void What_is_no_such_list_is_refused_by_name(string json, string problem)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("bad.json", json);
        var error = Assert.Throws<DataException>(() => JsonList.Read(file, "images", field => field.Value).ToList());
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_of_utf8_at_the_start_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([1, 2], JsonList.Read(folder.Write("bom.json", "\uFEFF[1, 2]"), member: null, field => field.WholeNumber));
    }

    [Fact]
    public void A_large_file_is_never_held_whole()
    {
        using var folder = new TemporaryFolder();
        string file = folder["large.json"];
        using (StreamWriter writer = File.CreateText(file))
        {
            writer.Write("[0");
            for (int i = 1; i < 400_000; i++)
            {
                writer.Write($",{{\"id\": {i}, \"caption\": \"{new string('x', 100)}\"}}");
            }

            writer.Write(']');
        }

        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0;
        int count = 0;
        foreach (JsonField field in JsonList.Read(file, member: null, field => field))
        {
            if (++count % 50_000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(400_000, count);
        Assert.InRange(most, long.MinValue, new FileInfo(file).Length / 2);
    }
}
