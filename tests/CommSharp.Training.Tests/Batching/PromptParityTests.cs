using System.Text.Json;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Multimodal;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>From data sets' files through the whole data path to the tokens, labels and loss spans of Shikra's and LLaVA's own code.</summary>
public sealed class PromptParityTests : IDisposable
{
    private const int ImageTokens = 4, Sentinel = -200, Conversations = 105;

    private static readonly ImageLayout ShikraImage = new() { Begin = "<im_start>", Token = "<im_patch>", End = "<im_end>", TrimsBlanks = true };

    private static readonly ImageLayout LlavaImage = new() { Place = ImagePlace.FirstLine, StartsText = true };

    /// <summary>The tasks by the names that the fixture gives them. POPE is for evaluations, and is no task of a training.</summary>
    private static readonly Dictionary<string, (string Format, string Task)> Tasks = new(StringComparer.Ordinal)
    {
        ["rec"] = ("shikra-region", "rec"),
        ["reg"] = ("shikra-region", "reg"),
        ["gc"] = ("shikra-region", "gc"),
        ["caption"] = ("shikra-caption", "caption"),
        ["flickr"] = ("shikra-flickr", "grounded-caption"),
        ["gqa q-a"] = ("shikra-gqa", "qa"),
        ["gqa q-c"] = ("shikra-gqa", "reasoning"),
        ["gqa q-bc"] = ("shikra-gqa", "boxes"),
        ["gqa q-s"] = ("shikra-gqa", "program"),
        ["gqa q-bs"] = ("shikra-gqa", "program-boxes"),
        ["gqa qb-bc"] = ("shikra-gqa", "boxed-boxes"),
        ["pointQA local box"] = ("shikra-pointqa-local", "box"),
        ["pointQA local point"] = ("shikra-pointqa-local", "point"),
        ["pointQA twice object question, point"] = ("shikra-pointqa-twice", "object-point"),
        ["pointQA twice general question, box"] = ("shikra-pointqa-twice", "general-box"),
        ["visual7w box (no shuffle)"] = ("shikra-visual7w", "box"),
        ["visual7w point (no shuffle)"] = ("shikra-visual7w", "point"),
        ["vqav2"] = ("shikra-vqav2", "short-answer"),
        ["vqa-e"] = ("shikra-vqa-e", "explanation"),
        ["vqa-x"] = ("shikra-vqa-x", "explanation"),
        ["gpt4gen a"] = ("shikra-generated", "brief"),
        ["gpt4gen c"] = ("shikra-generated", "text"),
        ["gpt4gen bc"] = ("shikra-generated", "boxes"),
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shikras_conversations_are_made_from_its_files()
    {
        JsonElement[] items = [.. Golden("shikra_conversations.json").GetProperty("conversations").EnumerateArray().Where(item => Name(item) != "pope")];
        Assert.Equal(Conversations, items.Length);
        LlamaTokenizer tokenizer = TokenizerSource.OpenShikra(TokenizerSource.Small);
        SamplePreparer preparer = Preparer(tokenizer, ShikraImage, BoxFormat.Shikra, ImageTokens, tokenizer.Find("<im_patch>")!.Value);
        string pictures = ShikraPictures();
        foreach (IGrouping<string, JsonElement> set in items.GroupBy(Name))
        {
            (string format, string task) = Tasks.GetValueOrDefault(set.Key, ("shikra-vcr", set.Key.Replace("vcr ", "", StringComparison.Ordinal)));
            using SampleSet samples = DataSamples.Open(new DatasetPart
            {
                Format = format,
                Task = task,
                Path = Path.Combine(DataSamples.Shikra, set.First().GetProperty("file").GetString()!),
                Pictures = pictures,
                Templates = _folder.Write("template.txt", set.First().GetProperty("template").GetString()!),
            });
            AssertSame([.. set], samples, preparer);
        }
    }

    [Fact]
    public void LLaVAs_conversations_and_captions_are_made_from_its_files()
    {
        JsonElement golden = Golden("llava_conversations.json");
        LlamaTokenizer tokenizer = TokenizerSource.OpenShikra(TokenizerSource.Small);
        int compared = 0;
        foreach ((string list, string task) in ((string, string)[])[("conversation_v1", "conversation"), ("pretraining_plain", "caption")])
        {
            foreach (JsonElement item in golden.GetProperty(list).EnumerateArray())
            {
                bool isMarked = item.TryGetProperty("mm_use_im_start_end", out _);
                ImageLayout layout = isMarked ? LlavaImage with { Begin = "<im_start>", End = "<im_end>" } : LlavaImage;
                SampleSource record = OnlyRecord(item);
                using SampleSet samples = DataSamples.Open(
                    new DatasetPart { Format = "llava", Task = task, Path = record.Path, Pictures = PictureOf(record) });
                AssertSame([item], samples, Preparer(tokenizer, layout, BoxFormat.Llava, 1, Sentinel));
                compared++;
            }
        }

        Assert.Equal(15, compared);
    }

    [Theory]
    [InlineData("shikra", 6)]
    [InlineData("llava_1_5", 4)]
    public void Ids_and_labels_of_Llamas_own_tokenizer(string name, int count)
    {
        bool isShikra = name == "shikra";
        JsonElement[] items = [.. Golden("token_layout.json").GetProperty(name).EnumerateArray()];
        Assert.Equal(count, items.Length);
        LlamaTokenizer tokenizer = isShikra ? TokenizerSource.OpenShikra(TokenizerSource.Llama) : TokenizerSource.Open(TokenizerSource.Llama);
        SamplePreparer preparer = isShikra
            ? Preparer(tokenizer, ShikraImage, BoxFormat.Shikra, ImageTokens, tokenizer.Find("<im_patch>")!.Value)
            : Preparer(tokenizer, LlavaImage, BoxFormat.Llava, 1, Sentinel);
        foreach (JsonElement item in items)
        {
            using SampleSet samples = DataSamples.Open(
                new DatasetPart { Format = "llava", Path = _folder.Write("dialog.json", Dialog(item)), Pictures = Path.Combine(DataSamples.Llava, "images") });
            TrainingBatch batch = new[] { Prepare(samples, 0, preparer) }.ToBatch();
            Assert.Equal(Numbers(item, "input_ids"), batch.Ids);
            Assert.Equal(Numbers(item, "labels"), batch.Labels);
            Assert.Equal(Numbers(item, "labels").Skip(1).Count(label => label != AssembledPrompt.IgnoredLabel), batch.AnswerTokens);
        }
    }

    private static void AssertSame(JsonElement[] items, SampleSet samples, SamplePreparer preparer)
    {
        Assert.Equal(items.Length, samples.EpochLength);
        for (int i = 0; i < items.Length; i++)
        {
            PreparedSample prepared = Prepare(samples, i, preparer);
            TextSpan[] spans = [.. items[i].GetProperty("loss_spans").EnumerateArray().Select(span => new TextSpan(span[0].GetInt32(), span[1].GetInt32()))];
            Assert.Equal(items[i].GetProperty("prompt_train").GetString(), prepared.Prompt.Text);
            Assert.Equal(spans, prepared.Prompt.Answers);

            TrainingBatch batch = new[] { prepared }.ToBatch();
            Assert.Equal(prepared.Prompt.Tokens.Select(token => (long)token.Id), batch.Ids);
            Assert.Equal(
                prepared.Prompt.Tokens.Select(token => spans.Any(span => token.Start >= span.Start && token.Start < span.End) ? token.Id : -100L), batch.Labels);
            Assert.Equal(batch.PictureCount, prepared.Sample.Picture is null ? 0 : 1);
        }
    }

    private static PreparedSample Prepare(SampleSet samples, int number, SamplePreparer preparer) =>
        preparer.Prepare(samples, new SampleReference(0, number), augmentation: null, SampleChance.None);

    private static SamplePreparer Preparer(LlamaTokenizer tokenizer, ImageLayout layout, BoxFormat boxes, int imageTokens, int placeholder)
    {
        MultimodalConfig config = TinyConfigs.Comm with
        {
            Prompt = PromptTemplate.Vicuna with { Image = layout },
            Boxes = boxes,
            Image = new ImagePreprocessing { Size = 224 },
            ImageTokens = new ImageTokens { Placeholder = placeholder },
        };
        return new SamplePreparer(config, tokenizer, imageTokens, [224], maxTokens: 2048);
    }

    /// <summary>The fixture's pictures lie side by side, though some records name a folder.</summary>
    private string ShikraPictures()
    {
        foreach (string image in Directory.EnumerateFiles(Path.Combine(DataSamples.Shikra, "images")))
        {
            _folder.Write(Path.Combine("pictures", Path.GetFileName(image)), File.ReadAllBytes(image));
            _folder.Write(Path.Combine("pictures", "train2014", Path.GetFileName(image)), File.ReadAllBytes(image));
        }

        return _folder["pictures"];
    }

    /// <summary>Any picture will do for a record whose boxes are words.</summary>
    private string PictureOf(SampleSource record)
    {
        if (record.Picture is { } picture)
        {
            _folder.Write(Path.Combine("llava", picture), File.ReadAllBytes(Path.Combine(DataSamples.Llava, "images", "000000000009.jpg")));
        }

        return _folder["llava"];
    }

    private sealed record SampleSource(string Path, string? Picture);

    private SampleSource OnlyRecord(JsonElement item)
    {
        JsonElement record = item.TryGetProperty("record", out JsonElement odd)
            ? odd
            : JsonElement.Parse(File.ReadAllBytes(Path.Combine(DataSamples.Llava, item.GetProperty("file").GetString()!)))
                .EnumerateArray().Single(each => each.GetProperty("id").GetString() == item.GetProperty("id").GetString());
        string? picture = record.TryGetProperty("image", out JsonElement image) ? image.GetString() : null;
        return new SampleSource(_folder.Write("record.json", $"[{record.GetRawText()}]"), picture);
    }

    private static string Dialog(JsonElement item)
    {
        string[] turns = [.. item.GetProperty("turns").EnumerateArray().Select(turn => turn.GetString()!
            .Replace("<im_start><im_patch><im_patch><im_patch><im_patch><im_end>", "<image>", StringComparison.Ordinal))];
        string image = turns.Any(turn => turn.Contains("<image>", StringComparison.Ordinal)) ? "\"image\": \"000000000009.jpg\", " : "";
        string conversations = string.Join(", ", turns.Select((turn, i) =>
            $$"""{ "from": "{{(i % 2 == 0 ? "human" : "gpt")}}", "value": {{JsonSerializer.Serialize(turn)}} }"""));
        return $$"""[{ "id": "1", {{image}}"conversations": [{{conversations}}] }]""";
    }

    private static IEnumerable<long> Numbers(JsonElement item, string member) => item.GetProperty(member).EnumerateArray().Select(number => number.GetInt64());

    private static string Name(JsonElement item) => item.GetProperty("dataset").GetString()!;

    private static JsonElement Golden(string file) => JsonElement.Parse(File.ReadAllBytes(TokenizerSource.Fixture("metrics", "prompts", file)));
}
