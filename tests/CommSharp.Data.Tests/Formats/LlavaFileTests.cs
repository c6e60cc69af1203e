using System.Text.Json;
using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Llava;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Formats;

public sealed class LlavaFileTests : IDisposable
{
    private const string Stage1 = "blip_laion_cc_sbu_558k.json", Instruct = "llava_instruct_150k.json", Mixture = "llava_v1_5_mix665k.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_sample_has_the_records_and_turns_that_it_should()
    {
        using var summary = JsonDocument.Parse(File.ReadAllBytes(AnswerSamples.Fixture("formats", "expected_summary.json")));
        JsonProperty[] expected = [.. summary.RootElement.GetProperty("llava").EnumerateObject()];
        Assert.Equal([Stage1, Instruct, Mixture], expected.Select(each => each.Name).Order(StringComparer.Ordinal));
        foreach (JsonProperty each in expected)
        {
            LlavaRecord[] records = [.. RecordCheck.Passing(LlavaFile.Read(Sample(each.Name)), Pictures(each.Name))];
            Assert.Equal(each.Value.GetProperty("records").GetInt32(), records.Length);
            Assert.Equal(each.Value.GetProperty("with_image").GetInt32(), records.Count(record => record.Picture is not null));
            Assert.Equal(each.Value.GetProperty("turns").GetInt32(), records.Sum(record => record.Turns.Count));
        }
    }

    [Fact]
    public void A_record_s_members_are_read_as_they_stand()
    {
        LlavaRecord record = LlavaFile.Read(Sample(Mixture)).ElementAt(2);
        Assert.Equal(("txt_1_0", null, 2), (record.Name, record.Picture, record.Place.Record));
        Assert.Equal(new LlavaTurn(TurnRole.Assistant, "Rain taps softly."), record.Turns[3]);
        Assert.Equal("COCO_train2014_000000000009.jpg", LlavaFile.Read(Sample(Instruct), LlavaFile.Coco2014Prefix).First().Picture);
    }

    [Fact]
    public void Names_may_be_numbers_and_come_up_again()
    {
        string file = Copy(Instruct);
        Damage.Edit(file, list => (list[0]!["id"], list[1]!["id"]) = (9, "9"));
        Assert.Equal(["9", "9", "000000000030"], RecordCheck.Passing(LlavaFile.Read(file), Pictures(Instruct)).Select(record => record.Name));
    }

    [Fact]
    public void Bad_records_are_left_out_when_that_is_asked_for()
    {
        string file = Copy(Mixture);
        Damage.Edit(file, list => list[1]!["conversations"]![0]!["from"] = "system");
        var problems = new DataProblems();
        Assert.Equal(4, LlavaFile.Read(file, problems: problems).Count());
        Assert.Equal($"{file}, record 1, field 'conversations[0].from': is 'system'; only human and gpt can speak", Assert.Single(problems.All).Message);
    }

    public static TheoryData<string, Action<JsonNode>, string, string> Broken => new()
    {
        { "no id", record => record.AsObject().Remove("id"), "", "has no member 'id'" },
        { "id as list", record => record["id"] = new JsonArray(), "field 'id'", "a text is needed" },
        { "no conversations", record => record.AsObject().Remove("conversations"), "", "has no member 'conversations'" },
        { "conversations as text", record => record["conversations"] = "Hi.", "field 'conversations'", "a list is needed" },
        { "no turns", record => record["conversations"] = new JsonArray(), "field 'conversations'", "has no question with an answer" },
        { "value as number", record => record["conversations"]![1]!["value"] = 2, "field 'conversations[1].value'", "a text is needed" },
        { "empty answer", record => record["conversations"]![1]!["value"] = "", "field 'conversations[1].value'", "is empty" },
        { "no speaker", record => record["conversations"]![1]!.AsObject().Remove("from"), "field 'conversations[1]'", "has no member 'from'" },
        { "human twice", record => record["conversations"]![1]!["from"] = "human", "field 'conversations[1].from'", "is human a second time" },
        { "no answer at the end", record => record["conversations"]!.AsArray().RemoveAt(1), "field 'conversations'", "has no question with an answer at its end" },
        { "only the model", record => record["conversations"]!.AsArray().RemoveAt(0), "field 'conversations'", "has no question with an answer at its end" },
        { "mark without image", record => record.AsObject().Remove("image"), "field 'conversations[0].value'", "has the mark <image>, but the record has no image" },
        { "image without mark", record => record["conversations"]![0]!["value"] = "What?", "field 'conversations'", "nowhere has the mark <image>" },
        { "mark of the model", record => record["conversations"]![1]!["value"] = "<image>", "field 'conversations[1].value'", "only human can show a picture" },
        { "image as number", record => record["image"] = 7, "field 'image'", "a text is needed" },
        { "image gone", record => record["image"] = "gone.jpg", "", "'gone.jpg', but there is no file" },
        { "image elsewhere", record => record["image"] = "/etc/passwd", "", "not below the folder of pictures" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_can_be_wrong_in_a_record_is_refused_by_its_field(string name, Action<JsonNode> damage, string field, string problem)
    {
        Assert.NotEmpty(name);
        foreach (string sample in new[] { Stage1, Mixture })
        {
            string file = Copy(sample);
            Damage.Edit(file, list => damage(list[0]!));
            AnswerSamples.AssertRefused(
                RecordCheck.Passing(LlavaFile.Read(file), Pictures(sample)), $"{file}, record 0{(field.Length > 0 ? ", " : "")}{field}", problem);
        }
    }

    [Fact]
    public void A_picture_shown_in_two_turns_is_refused()
    {
        string file = Copy(Instruct);
        Damage.Edit(file, list => list[2]!["conversations"]![2]!["value"] = "And <image>?");
        AnswerSamples.AssertRefused(LlavaFile.Read(file), "record 2, field 'conversations[2].value'", "has the mark <image> a second time");
    }

    [Theory]
    [InlineData(Stage1)]
    [InlineData(Instruct)]
    [InlineData(Mixture)]
    public void What_can_happen_to_any_file_is_refused(string sample)
    {
        string file = Copy(sample);
        Damage.CutInTheMiddle(file);
        AnswerSamples.AssertRefused(LlavaFile.Read(file), file, "it was cut off");

        Damage.SpoilUtf8(file = Copy(sample), "human");
        AnswerSamples.AssertRefused(LlavaFile.Read(file), $"{file}, record 0", "is not UTF-8");

        File.WriteAllText(file, """{"id": "x"}""");
        AnswerSamples.AssertRefused(LlavaFile.Read(file), file, "is not a list");

        File.WriteAllText(file, "[7]");
        AnswerSamples.AssertRefused(LlavaFile.Read(file), $"{file}, record 0", "an object is needed");

        File.WriteAllText(file, "");
        AnswerSamples.AssertRefused(LlavaFile.Read(file), file, "is empty");
    }

    private static string Sample(string file) => AnswerSamples.Fixture("formats", "llava", file);

    private PictureFolder Pictures(string sample)
    {
        if (sample != Stage1)
        {
            return new PictureFolder(Sample("images"));
        }

        // The sample's own folders of this stage are not part of the fixtures.
        foreach ((string folder, string name) in new[] { ("00000", "000000009"), ("00001", "000000025"), ("00002", "000000030") })
        {
            _folder.Write(Path.Combine("pictures", folder, name + ".jpg"), File.ReadAllBytes(Path.Combine(Sample("images"), "000" + name + ".jpg")));
        }

        return new PictureFolder(_folder["pictures"]);
    }

    private string Copy(string sample) => _folder.Write(sample, File.ReadAllBytes(Sample(sample)));
}
