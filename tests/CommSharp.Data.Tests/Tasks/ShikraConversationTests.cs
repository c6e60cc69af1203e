using System.Text.Json;
using CommSharp.Data.Formats.Flickr30kEntities;
using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Pictures;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>From the records of Shikra's files to the conversations that Shikra's own code makes of them.</summary>
public sealed class ShikraConversationTests : IDisposable
{
    private const int Conversations = 107, DataSets = 33;

    private readonly SceneGraphs _graphs = new(
        GoldenConversations.Sample("shikra", "gqa_scene_graph_data.jsonl"), GoldenConversations.Sample("shikra", "gqa_scene_graph_index.json"));

    public void Dispose() => _graphs.Dispose();

    [Fact]
    public void Every_conversation_is_made_from_its_record()
    {
        JsonElement[] items = [.. GoldenConversations.Read("shikra_conversations.json").GetProperty("conversations").EnumerateArray()];
        Assert.Equal(Conversations, items.Length);
        Assert.Equal(DataSets, items.Select(Name).Distinct().Count());

        PromptAssembler assembler = GoldenConversations.ShikraAssembler();
        var pictures = new PictureFolder(GoldenConversations.Sample("shikra", "images"));
        int compared = 0;
        foreach (IGrouping<string, JsonElement> set in items.GroupBy(Name))
        {
            TaskSample[] samples = [.. Samples(set.Key, set.First())];
            Assert.Equal(Enumerable.Range(0, samples.Length), set.Select(item => item.GetProperty("index").GetInt32()));
            foreach ((JsonElement item, TaskSample sample) in set.Zip(samples))
            {
                (int width, int height) = (item.GetProperty("image_size")[0].GetInt32(), item.GetProperty("image_size")[1].GetInt32());
                Assert.Equal(new PictureSize(width, height), pictures.Measure(Path.GetFileName(sample.Picture!), sample.Place));

                ImageGeometry geometry = GoldenConversations.Padded(width, height);
                AssertTurns(item, sample.Write(BoxFormat.Shikra, geometry));
                GoldenConversations.AssertWritten(item, sample, BoxFormat.Shikra, geometry, assembler);
                compared++;
            }
        }

        Assert.Equal(Conversations, compared);
    }

    [Fact]
    public void Sentences_of_Flickr30k_Entities_are_written_as_Shikras_own_file_of_them_is()
    {
        JsonElement[] items = [.. GoldenConversations.Read("flickr30k_entities_expected.json").GetProperty("items").EnumerateArray()];
        Assert.Equal(4, items.Length);
        ImageGeometry geometry = GoldenConversations.Padded(48, 48);
        string[] expected = [.. items.Select(item => Filled(item, geometry))];

        var task = new GroundedCaptionTask();
        string folder = GoldenConversations.Sample("flickr30k_entities");
        TaskSample[] samples = [.. Flickr30kEntitiesFolder.Read(folder, "train").Select(sentence => task.Make(sentence, SampleChance.None))];
        Assert.Equal(expected, samples.Select(sample => Assert.IsType<TextPart>(Assert.Single(sample.Write(BoxFormat.Shikra, geometry).Turns[1].Parts)).Text));
        Assert.Equal(items.Select(item => item.GetProperty("image_id").GetString() + ".jpg"), samples.Select(sample => sample.Picture));
    }

    private static string Filled(JsonElement item, ImageGeometry geometry)
    {
        NormalizedBox[][] boxes = [.. item.GetProperty("phrase_boxes").EnumerateArray().Select(phrase => phrase.EnumerateArray().Select(box => geometry.ToModel(
            new PixelBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble()))).ToArray())];
        return BoxFormat.Shikra.Fill(item.GetProperty("sentence").GetString()!.Replace("<ph_st>", "", StringComparison.Ordinal), boxes, "<ph_ed>");
    }

    private static string Name(JsonElement item) => item.GetProperty("dataset").GetString()!;

    private static void AssertTurns(JsonElement item, Conversation conversation)
    {
        JsonElement[] turns = [.. item.GetProperty("turns").EnumerateArray()];
        Assert.Equal(turns.Select(turn => turn.GetProperty("text").GetString()), conversation.Turns.Select(turn => string.Concat(turn.Parts.Select(part =>
            part is TextPart text ? text.Text : GoldenConversations.ShikraImage))));
        Assert.Equal(turns.Select(turn => turn.GetProperty("role").GetString()), conversation.Turns.Select(turn => turn.Role == TurnRole.User ? "USER" : "ASSISTANT"));
    }

    /// <summary>The samples of a data set of the fixture, which names data set and variant as Shikra does.</summary>
    private IEnumerable<TaskSample> Samples(string name, JsonElement item)
    {
        string file = GoldenConversations.Sample("shikra", item.GetProperty("file").GetString()!);
        string template = item.GetProperty("template").GetString()!;
        QuestionTemplates Of(TemplateKind kind) => QuestionTemplates.Only(kind, template);
        string[] words = name.Split(' ', 2);
        return words[0] switch
        {
            "rec" => Make<RegReference>(new ReferringTask(Of(TemplateKind.Referring)), RegReference.Read(file)),
            "reg" => Make<RegReference>(new RegionTextTask(Of(TemplateKind.RegionDescription)), RegReference.Read(file)),
            "gc" => Make<RegReference>(new RegionTextTask(Of(TemplateKind.RegionCaption)), RegReference.Read(file)),
            "caption" => Make(new CaptionTask(Of(TemplateKind.Caption)), ShikraFile.ReadCaptions(file)),
            "flickr" => Make<GroundedCaption>(new GroundedCaptionTask(Of(TemplateKind.GroundedCaption)), ShikraFile.ReadGroundedCaptions(file)),
            "vqav2" => Make<PictureQuestion>(new ShortAnswerTask(Of(TemplateKind.ShortAnswer)), ShikraFile.ReadVqaV2(file)),
            "pope" => Make<PopeQuestion>(new ShortAnswerTask(Of(TemplateKind.ShortAnswer)), PopeQuestion.Read(file)),
            "vqa-e" => Make(new ExplanationTask(Of(TemplateKind.ReasoningText)), ShikraFile.ReadVqaE(file)),
            "vqa-x" => Make(new ExplanationTask(Of(TemplateKind.ReasoningText)), ShikraFile.ReadVqaX(file)),
            "gqa" => Make(Gqa(words[1], Of(TemplateKind.ReasoningBoxes)), ShikraFile.ReadGqa(file)),
            "gpt4gen" => Make(new GeneratedTask(Form(words[1]), Of(TemplateKind.ReasoningBoxes)), ShikraFile.ReadGenerated(file)),
            "vcr" => Make(new VcrTask(Vcr(words[1]), Of(TemplateKind.ReasoningBoxes)), ShikraFile.ReadVcr(file)),
            "visual7w" => Make(new PointingTask(Region(words[1]), Of(TemplateKind.ShortAnswer)), ShikraFile.ReadPointing(file)),
            "pointQA" => words[1].StartsWith("local ", StringComparison.Ordinal)
                ? Make<PointQuestion>(new PointTask(Region(words[1]), templates: Of(TemplateKind.ShortAnswer)), ShikraFile.ReadPointLocal(file))
                : Make<PointTwiceQuestion>(new PointTask(Region(words[1]), Wording(words[1]), Of(TemplateKind.ShortAnswer)), ShikraFile.ReadPointTwice(file)),
            _ => throw new ArgumentException($"No task for {name}."),
        };
    }

    private static IEnumerable<TaskSample> Make<TRecord>(ISampleTask<TRecord> task, IEnumerable<TRecord> records)
        where TRecord : IDataRecord => records.Select(record => task.Make(record, SampleChance.None));

    private GqaTask Gqa(string variant, QuestionTemplates templates)
    {
        string[] parts = variant.Split('-');
        AnswerForm form = parts[1] switch { "s" => AnswerForm.Text, "bs" => AnswerForm.Boxes, var other => Form(other) };
        return new GqaTask(form, templates) { AsProgram = parts[1].EndsWith('s'), BoxedQuestions = parts[0] == "qb" ? 1 : 0, Graphs = _graphs };
    }

    private static AnswerForm Form(string variant) => variant switch
    {
        "a" => AnswerForm.Brief,
        "c" => AnswerForm.Text,
        "bc" => AnswerForm.Boxes,
        _ => throw new ArgumentException($"No form {variant}."),
    };

    private static VcrForm Vcr(string variant) => variant switch
    {
        "q-a" => VcrForm.Answer,
        "q-ra" => VcrForm.ReasonAnswer,
        "qc-a" => VcrForm.Choice,
        "qc-ra" => VcrForm.ReasonChoice,
        "qc-rac" => VcrForm.ReasonAnswerChoice,
        "qa-r" => VcrForm.GivenAnswerReason,
        "qac-r" => VcrForm.GivenAnswerReasonChoice,
        "q-a-q-r" => VcrForm.AnswerThenReason,
        "qc-a-qc-r" => VcrForm.ChoiceThenReasonChoice,
        _ => throw new ArgumentException($"No form {variant}."),
    };

    private static RegionForm Region(string variant) => variant.Contains("point", StringComparison.Ordinal) ? RegionForm.Point : RegionForm.Box;

    private static PointWording Wording(string variant) =>
        variant.Contains("object", StringComparison.Ordinal) ? PointWording.Thing : PointWording.General;
}
