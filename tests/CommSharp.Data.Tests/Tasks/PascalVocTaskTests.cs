using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using static CommSharp.Testing.VocFolder;

namespace CommSharp.Data.Tests.Tasks;

public sealed class PascalVocTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PascalVocTaskTests()
    {
        WritePicture(_folder, "data", "a", new Thing("WBC", (1, 1, 20, 15)), new Thing("Platelets", (21, 11, 40, 30)), new Thing("Platelets", (1, 21, 8, 30)));
        WritePicture(_folder, "data", "b");
        WriteSplit(_folder, "data", "val", "a", "b");
    }

    public void Dispose() => _folder.Dispose();

    // The picture of 40 x 30 stands in the middle of a square of 40: y is moved by 5, and all is divided by 40.
    [Theory]
    [InlineData(PascalVocQuestionKind.Referring, 0, "Where is the white blood cell in <image>? Answer with its coordinates.", "Answer: [0.000,0.125,0.500,0.500] .")]
    [InlineData(
        PascalVocQuestionKind.Detection, 1, "Where are all platelets in <image>? Answer with a box for each.", "Answer: [0.000,0.625,0.200,0.875;0.500,0.375,1.000,0.875] .")]
    [InlineData(PascalVocQuestionKind.Region, 1, "What kind of object is at [0.500,0.375,1.000,0.875] in <image>? Answer with its name.", "platelet")]
    [InlineData(PascalVocQuestionKind.Counting, 1, "How many platelets are there in <image>? Answer with a number.", "The answer is 2.")]
    [InlineData(PascalVocQuestionKind.Presence, 0, "Are there any white blood cells in <image>? Answer with yes or no.", "The answer is yes.")]
    [InlineData(PascalVocQuestionKind.Presence, 2, "Are there any white blood cells in <image>? Answer with yes or no.", "The answer is no.")]
    [InlineData(PascalVocQuestionKind.Caption, 0, "Say how many objects of each kind there are in <image>.", "1 white blood cell and 2 platelets.")]
    public void Questions_and_answers_are_in_the_forms_that_models_are_taught(PascalVocQuestionKind kind, int index, string question, string answer)
    {
        PascalVocQuestion record = Read(kind)[index];
        TaskSample sample = new PascalVocTask(kind).Make(record, SampleChance.None);
        Conversation conversation = sample.Write(BoxFormat.Shikra, ImageGeometry.Pad(40, 30, 14));
        Assert.Equal((record.Place, record.Picture), (sample.Place, sample.Picture));
        Assert.Equal([question, answer], conversation.Turns.Select(turn => string.Concat(turn.Parts.Select(part => part is TextPart text ? text.Text : "<image>"))));
    }

    [Fact]
    public void What_is_counted_and_what_is_there_is_the_evidence_of_the_answer()
    {
        Assert.Equal(2, Evidence(PascalVocQuestionKind.Counting, 1)!.Count);
        Assert.Equal(new PixelBox(0, 0, 20, 15), Assert.Single(Evidence(PascalVocQuestionKind.Presence, 0)!));
        Assert.Empty(Evidence(PascalVocQuestionKind.Presence, 2)!);
        Assert.Null(Evidence(PascalVocQuestionKind.Region, 1));

        IReadOnlyList<PixelBox>? Evidence(PascalVocQuestionKind kind, int index) => new PascalVocTask(kind).Make(Read(kind)[index], SampleChance.None).Turns[1].Evidence;
    }

    [Fact]
    public void The_words_of_a_class_mean_its_boxes()
    {
        MeantPhrase found = Assert.Single(Words(PascalVocQuestionKind.Detection, 1).Phrases);
        Assert.Equal(("all platelets", 2), (found.Words, found.Boxes.Count));
        Assert.Empty(Assert.Single(Words(PascalVocQuestionKind.Presence, 2).Phrases).Boxes);

        SampleText Words(PascalVocQuestionKind kind, int index) =>
            new PascalVocTask(kind).Make(Read(kind)[index], SampleChance.None).Turns[0].Parts.OfType<SampleText>().Single(text => text.Phrases.Count > 0);
    }

    [Fact]
    public void The_wording_follows_from_chance()
    {
        PascalVocQuestion record = Read(PascalVocQuestionKind.Counting)[0];
        var task = new PascalVocTask(PascalVocQuestionKind.Counting);
        SampleText[] first = [.. Enumerable.Range(0, 50).Select(i => task.Make(record, new SampleChance(1, i)).Turns[0].Parts.OfType<SampleText>().First())];
        Assert.InRange(first.Distinct().Count(), 5, 20);
    }

    [Fact]
    public void A_task_takes_its_own_kind_only()
    {
        PascalVocQuestion record = Read(PascalVocQuestionKind.Counting)[0];
        Assert.Throws<ArgumentException>(() => new PascalVocTask(PascalVocQuestionKind.Presence).Make(record, SampleChance.None));
        Assert.Throws<ArgumentException>(() => new PascalVocTask(PascalVocQuestionKind.Presence, QuestionTemplates.BuiltIn(TemplateKind.Caption)));
    }

    private PascalVocQuestion[] Read(PascalVocQuestionKind kind) => [.. PascalVocQuestions.Read(_folder["data"], kind, new PascalVocQuestionOptions { Split = "val" })];
}
