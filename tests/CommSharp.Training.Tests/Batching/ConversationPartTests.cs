using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Conversations of several data sets' questions about one picture.</summary>
public sealed class ConversationPartTests : IDisposable
{
    private const int Questions = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_epoch_has_one_conversation_about_every_picture_led_by_any_of_its_samples()
    {
        using SampleSet samples = Open(turns: 3);
        Assert.Equal(2, samples.EpochLength); // a.jpg and b.jpg
        HashSet<SampleReference> leads = [.. Enumerable.Range(0, 60).SelectMany(epoch => samples.Order(1, epoch))];
        Assert.Equal(2 * (Questions + 1), leads.Count);
        Assert.Equal(samples.Order(1, 4), samples.Order(1, 4));
    }

    [Fact]
    public void A_conversation_holds_as_many_questions_as_it_may_each_once_about_its_picture()
    {
        using SampleSet samples = Open(turns: 4);
        for (int epoch = 0; epoch < 20; epoch++)
        {
            foreach (SampleReference lead in samples.Order(1, epoch))
            {
                TaskSample sample = samples.Make(lead, SampleChance.Of(1, epoch));
                Assert.Equal(8, sample.Turns.Count);
                Assert.Equal(1, sample.Turns.Sum(turn => turn.ImageCount));
                string[] asked = [.. sample.Turns.Where(turn => turn.Role == TurnRole.User).Select(Words)];
                Assert.Equal(asked.Length, asked.Distinct().Count());
                Assert.All(sample.Turns.Where(turn => turn.Role == TurnRole.Assistant).Select(Words), words => Assert.True(words.Contains(sample.Picture![..1] + "-", StringComparison.Ordinal) || words.Contains("Answer", StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void The_same_place_makes_the_same_conversation_and_another_chance_another_one()
    {
        using SampleSet samples = Open(turns: 3);
        SampleReference lead = samples.Order(1, 0)[0];
        string first = Text(samples.Make(lead, SampleChance.Of(5, 1)));
        Assert.Equal(first, Text(samples.Make(lead, SampleChance.Of(5, 1))));
        Assert.Contains(Enumerable.Range(2, 10), other => Text(samples.Make(lead, SampleChance.Of(5, other))) != first);
    }

    [Fact]
    public void Questions_that_stand_apart_show_the_picture_each_for_itself()
    {
        using SampleSet samples = Open(turns: 3, apart: true);
        TaskSample sample = samples.Make(samples.Order(1, 0)[0], SampleChance.Of(1, 0));
        Assert.Equal([2, 4], sample.Apart);
        IReadOnlyList<TaskSample> alone = sample.Separate();
        Assert.Equal(3, alone.Count);
        Assert.All(alone, each => Assert.Equal((2, 1, 0), (each.Turns.Count, each.Turns.Sum(turn => turn.ImageCount), each.Apart.Count)));
        Assert.Equal(sample.Turns, alone.SelectMany(each => each.Turns));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_sets_may_call_the_same_file_by_other_names(bool apart)
    {
        _folder.Write("train/a.jpg", "");
        DatasetPart Part(string name, string picture, string pictures) => new()
        {
            Format = "shikra-region",
            Task = "rec",
            Path = _folder.Write(name, $"{{\"img_path\": \"{picture}\", \"expression\": \"{name}\", \"bbox\": [0, 0, 2, 2]}}\n"),
            Pictures = pictures,
        };
        using var samples = SampleSet.Open(
            new ConversationPart { Turns = 2, Apart = apart, Parts = [Part("short.jsonl", "a.jpg", _folder["train"]), Part("long.jsonl", "train/a.jpg", _folder.Path)] }, _folder.Path);
        SampleReference lead = Assert.Single(samples.Order(1, 0));
        TaskSample sample = samples.Make(lead, SampleChance.Of(1, 0));
        Assert.Equal(4, sample.Turns.Count);
        Assert.Equal(lead.Dataset == 0 ? "a.jpg" : "train/a.jpg", sample.Picture);
    }

    [Fact]
    public void A_picture_whose_name_no_file_can_have_is_told_when_its_turn_comes()
    {
        _folder.Write("a.jpg", "");
        string records = _folder.Write("rec.jsonl", string.Concat(
            from picture in (string[])["a.jpg", "a\\u0000.jpg"] select $"{{\"img_path\": \"{picture}\", \"expression\": \"a cup\", \"bbox\": [0, 0, 2, 2]}}\n"));
        using var samples = SampleSet.Open(new ConversationPart { Turns = 2, Parts = [new DatasetPart { Format = "shikra-region", Task = "rec", Path = records }] }, _folder.Path);
        Assert.Equal(2, samples.EpochLength);
        var lead = new SampleReference(0, 1);
        TaskSample sample = samples.Make(lead, SampleChance.Of(1, 0));
        Assert.Contains("rec.jsonl, line 2: names the picture", Assert.Throws<DataException>(() => samples.ReadPicture(lead, sample)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_without_questions_are_refused_by_name()
    {
        ConversationPart plain = new() { Parts = [DataSamples.Rec, DataSamples.Dialogs with { Task = "caption" }] };
        var error = Assert.Throws<DataException>(() => DataSamples.Open(plain).Dispose());
        Assert.Contains("parts[1].task", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data.turns=0", "data.turns")]
    [InlineData("data.parts[1].portion=0.5", "data.parts[1].portion")]
    [InlineData("data.parts[1]={\"kind\":\"concat\",\"parts\":[]}", "data.parts[1]")]
    public void A_recipe_that_cannot_be_meant_is_refused_by_the_member(string change, string named) => Assert.Contains(
        named, Assert.ThrowsAny<CommSharpException>(() => RecipeFile.Load("tabletop-stage1", change)).Message, StringComparison.Ordinal);

    private static string Text(TaskSample sample) => string.Join('|', sample.Turns.Select(Words));

    private static string Words(SampleTurn turn) => string.Concat(turn.Parts.OfType<SampleText>().Select(part => part.Text));

    private SampleSet Open(int turns, bool apart = false)
    {
        string captions = _folder.Write("captions.jsonl", string.Concat(
            from picture in (string[])["a", "b"] from i in Enumerable.Range(0, Questions) select $"{{\"img_path\": \"{picture}.jpg\", \"caption\": \"{picture}-{i}\"}}\n"));
        string regions = _folder.Write("rec.jsonl", string.Concat(
            from picture in (string[])["a", "b"] select $"{{\"img_path\": \"{picture}.jpg\", \"expression\": \"a cup\", \"bbox\": [0, 0, 2, 2]}}\n"));
        File.WriteAllBytes(_folder["a.jpg"], [0]);
        string templates = _folder.Write("captions.txt", string.Concat(Enumerable.Range(0, 400).Select(i => $"<image> Caption {i}.\n")));
        return SampleSet.Open(
            new ConversationPart
            {
                Turns = turns,
                Apart = apart,
                Parts =
                [
                    new DatasetPart { Format = "shikra-caption", Path = captions, Templates = templates },
                    new DatasetPart { Format = "shikra-region", Task = "rec", Path = regions },
                ],
            },
            _folder.Path);
    }
}
