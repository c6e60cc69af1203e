using System.Text.Json;
using CommSharp.Data.Formats.Llava;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>From LLaVA's files to the conversations that LLaVA's own code makes of them.</summary>
public sealed class LlavaConversationTests : IDisposable
{
    private const int Sentinel = -200;

    private static readonly ImageLayout Layout = new() { Place = ImagePlace.FirstLine, StartsText = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_conversation_is_made_from_its_record()
    {
        JsonElement[] items = [.. GoldenConversations.Read("llava_conversations.json").GetProperty("conversation_v1").EnumerateArray()];
        Assert.Equal((12, 4), (items.Length, items.Count(item => item.TryGetProperty("record", out _))));
        foreach (JsonElement item in items)
        {
            bool isMarked = item.TryGetProperty("mm_use_im_start_end", out _);
            ImageLayout layout = isMarked ? Layout with { Begin = "<im_start>", End = "<im_end>" } : Layout;
            TaskSample sample = new LlavaTask().Make(RecordOf(item), SampleChance.None);
            GoldenConversations.AssertWritten(item, sample, BoxFormat.Llava, geometry: null, Assembler(PromptTemplate.Vicuna with { Image = layout }));
            Assert.Equal(item.GetProperty("has_image").GetBoolean(), sample.Picture is not null);
            Assert.Equal(sample.Picture is null ? 0 : 1, sample.Turns.Sum(turn => turn.ImageCount));
        }
    }

    [Fact]
    public void Captions_of_the_first_stage_lose_the_question_s_words()
    {
        JsonElement[] items = [.. GoldenConversations.Read("llava_conversations.json").GetProperty("pretraining_plain").EnumerateArray()];
        Assert.Equal(3, items.Length);
        PromptAssembler assembler = Assembler(PromptTemplate.Caption with { Image = new ImageLayout { StartsText = true } });
        foreach (JsonElement item in items)
        {
            TaskSample sample = new LlavaTask(captionsOnly: true).Make(RecordOf(item), SampleChance.None);
            GoldenConversations.AssertWritten(item, sample, BoxFormat.Llava, geometry: null, assembler);
        }
    }

    [Fact]
    public void Two_marks_in_a_turn_are_one_picture()
    {
        string file = _folder.Write("two.json", """
            [{"id": 7, "image": "a.jpg", "conversations": [{"from": "human", "value": "<image> and <image>?"}, {"from": "gpt", "value": "One {0}."}]}]
            """);
        TaskSample sample = new LlavaTask().Make(LlavaFile.Read(file).Single(), SampleChance.None);
        Conversation written = sample.Write(BoxFormat.Shikra, geometry: null);
        Assert.Equal([new ImagePart(), new TextPart(" and ?")], written.Turns[0].Parts);
        Assert.Equal([new TextPart("One {0}.")], written.Turns[1].Parts);
    }

    [Fact]
    public void A_dialog_is_no_caption()
    {
        LlavaRecord dialog = LlavaFile.Read(GoldenConversations.Sample("llava", "llava_instruct_150k.json")).First();
        string message = Assert.Throws<DataException>(() => new LlavaTask(captionsOnly: true).Make(dialog, SampleChance.None)).Message;
        Assert.Contains("record 0, field 'conversations': is no picture with a caption", message, StringComparison.Ordinal);
    }

    private static PromptAssembler Assembler(PromptTemplate template) =>
        new(TokenizerSource.OpenShikra(TokenizerSource.Small), template, 1, Sentinel);

    private LlavaRecord RecordOf(JsonElement item)
    {
        string file = item.TryGetProperty("record", out JsonElement record)
            ? _folder.Write("odd.json", $"[{record.GetRawText()}]")
            : GoldenConversations.Sample("llava", item.GetProperty("file").GetString()!);
        return LlavaFile.Read(file).Single(each => each.Name == item.GetProperty("id").GetString());
    }
}
