using System.Text.Json;
using CommSharp.Text;

namespace CommSharp.Tests.Text;

/// <summary>Conversations as Shikra's and LLaVA's own code writes them: text, ids and what is asked for in training.</summary>
public sealed class PromptCasesTests
{
    private const int ImageTokens = 4, Sentinel = -200;
    private const string ShikraImage = "<im_start><im_patch><im_patch><im_patch><im_patch><im_end>";

    private static readonly PromptTemplate Shikra = PromptTemplate.Vicuna with
    {
        Image = new ImageLayout { Begin = "<im_start>", Token = "<im_patch>", End = "<im_end>", TrimsBlanks = true },
    };

    private static readonly PromptTemplate Llava = PromptTemplate.Vicuna with
    {
        Image = new ImageLayout { Place = ImagePlace.FirstLine, StartsText = true },
    };

    [Fact]
    public void Shikras_conversations()
    {
        JsonElement golden = Read("shikra_conversations.json");
        Assert.Equal(ImageTokens, golden.GetProperty("image_token_len").GetInt32());
        PromptAssembler assembler = ShikraAssembler(TokenizerSource.Small);
        foreach (JsonElement item in golden.GetProperty("conversations").EnumerateArray())
        {
            Turn[] turns = [.. item.GetProperty("turns").EnumerateArray()
                .Select(turn => Turn.Parse(Role(turn.GetProperty("role")), turn.GetProperty("text").GetString()!, ShikraImage))];
            AssertTexts(item, assembler, turns);
        }
    }

    [Fact]
    public void Llavas_odd_records()
    {
        foreach (JsonElement item in LlavaItems("record", 4))
        {
            AssertTexts(item, LlavaAssembler(item), LlavaTurns(item.GetProperty("record")));
        }
    }

    [Fact]
    public void Llavas_files()
    {
        foreach (JsonElement item in LlavaItems("file", 8))
        {
            Turn[] turns = LlavaTurns(FileRecord(item));
            AssertTexts(item, LlavaAssembler(item), turns);
            Assert.Equal(item.GetProperty("has_image").GetBoolean(), turns.Any(turn => turn.ImageCount > 0));
        }
    }

    [Fact]
    public void Llavas_captions_of_the_first_stage()
    {
        var assembler = new PromptAssembler(
            TokenizerSource.Open(TokenizerSource.Small), PromptTemplate.Caption with { Image = new ImageLayout { StartsText = true } }, 1, Sentinel);
        foreach (JsonElement item in Read("llava_conversations.json").GetProperty("pretraining_plain").EnumerateArray())
        {
            Turn[] turns = [new Turn(TurnRole.User, [new ImagePart()]), LlavaTurns(FileRecord(item))[1]];
            AssembledPrompt prompt = assembler.Assemble(new Conversation(turns));
            Assert.Equal(item.GetProperty("prompt_train").GetString(), prompt.Text);
            Assert.Equal(Spans(item), prompt.Answers);
            Assert.Equal([false, false], prompt.Tokens.Take(2).Select(token => token.HasLoss));
            Assert.All(prompt.Tokens.Skip(2), token => Assert.True(token.HasLoss));
        }
    }

    [Theory]
    [InlineData("shikra", 6)]
    [InlineData("llava_1_5", 4)]
    public void Ids_labels_and_pieces(string layout, int count)
    {
        JsonElement golden = Read("token_layout.json");
        Assert.Equal(AssembledPrompt.IgnoredLabel, golden.GetProperty("ignore_index").GetInt32());
        Assert.Equal(ImageTokens, golden.GetProperty("image_token_len").GetInt32());
        PromptAssembler assembler = layout == "shikra"
            ? ShikraAssembler(TokenizerSource.Llama)
            : new PromptAssembler(TokenizerSource.Open(TokenizerSource.Llama), Llava, 1, Sentinel);
        LlamaTokenizer tokenizer = TokenizerSource.OpenShikra(TokenizerSource.Llama);

        JsonElement[] items = [.. golden.GetProperty(layout).EnumerateArray()];
        Assert.Equal(count, items.Length);
        foreach (JsonElement item in items)
        {
            string mark = layout == "shikra" ? ShikraImage : "<image>";
            Turn[] turns = [.. item.GetProperty("turns").EnumerateArray()
                .Select((text, i) => Turn.Parse(i % 2 == 0 ? TurnRole.User : TurnRole.Assistant, text.GetString()!, mark))];
            AssembledPrompt prompt = assembler.Assemble(new Conversation(turns));
            Assert.Equal(item.GetProperty("text").GetString(), prompt.Text);
            Assert.Equal(Numbers(item, "input_ids"), prompt.Ids);
            Assert.Equal(Numbers(item, "labels"), prompt.Labels);
            Assert.Equal(
                item.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()),
                prompt.Ids.Select(id => id == Sentinel ? "<image>" : tokenizer.TextOf(id)));

            AssembledPrompt question = assembler.Assemble(new Conversation(turns[..^1]));
            Assert.Equal(item.GetProperty("generate_text").GetString(), question.Text);
            Assert.Equal(Numbers(item, "generate_ids"), question.Ids);
        }
    }

    private static void AssertTexts(JsonElement item, PromptAssembler assembler, Turn[] turns)
    {
        AssembledPrompt prompt = assembler.Assemble(new Conversation(turns));
        Assert.Equal(item.GetProperty("prompt_train").GetString(), prompt.Text);
        Assert.Equal(Spans(item), prompt.Answers);
        Assert.All(prompt.Tokens, token => Assert.Equal(
            prompt.Answers.Any(answer => token.Start >= answer.Start && token.Start < answer.End), token.HasLoss));
        Assert.Equal(item.GetProperty("prompt_generate").GetString(), assembler.Assemble(new Conversation(turns[..^1])).Text);
    }

    private static PromptAssembler ShikraAssembler(string source) => new(TokenizerSource.OpenShikra(source), Shikra, ImageTokens);

    private static PromptAssembler LlavaAssembler(JsonElement item)
    {
        bool marked = item.TryGetProperty("mm_use_im_start_end", out _);
        PromptTemplate template = marked ? Llava with { Image = Llava.Image with { Begin = "<im_start>", End = "<im_end>" } } : Llava;
        return new PromptAssembler(TokenizerSource.OpenShikra(TokenizerSource.Small), template, 1, Sentinel);
    }

    /// <summary>As LLaVA's reader does: a first turn by the model is skipped.</summary>
    private static Turn[] LlavaTurns(JsonElement record) =>
    [
        .. record.GetProperty("conversations").EnumerateArray()
            .Select(turn => Turn.Parse(Role(turn.GetProperty("from")), turn.GetProperty("value").GetString()!))
            .SkipWhile(turn => turn.Role == TurnRole.Assistant),
    ];

    private static JsonElement FileRecord(JsonElement item)
    {
        string file = SharedFolder.Require("data", "formats", "llava", item.GetProperty("file").GetString()!), id = item.GetProperty("id").GetString()!;
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.EnumerateArray().Single(record => record.GetProperty("id").GetString() == id).Clone();
    }

    private static JsonElement[] LlavaItems(string member, int count)
    {
        JsonElement all = Read("llava_conversations.json").GetProperty("conversation_v1");
        JsonElement[] items = [.. all.EnumerateArray().Where(item => item.TryGetProperty(member, out _))];
        Assert.Equal(count, items.Length);
        return items;
    }

    private static TurnRole Role(JsonElement name) => name.GetString() is "USER" or "human" ? TurnRole.User : TurnRole.Assistant;

    private static IEnumerable<TextSpan> Spans(JsonElement item) =>
        item.GetProperty("loss_spans").EnumerateArray().Select(span => new TextSpan(span[0].GetInt32(), span[1].GetInt32()));

    private static int[] Numbers(JsonElement item, string member) =>
        [.. item.GetProperty(member).EnumerateArray().Select(number => number.GetInt32())];

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TokenizerSource.Fixture("metrics", "prompts", file)));
        return document.RootElement.Clone();
    }
}
