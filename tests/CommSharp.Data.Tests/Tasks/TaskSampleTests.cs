using CommSharp.Data.Formats;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Tasks;

public sealed class TaskSampleTests : IDisposable
{
    private static readonly ImageGeometry Square = GoldenConversations.Padded(100, 100);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Marks_and_braces_in_the_data_are_words()
    {
        const string odd = "a {0} <boxes> <image> <expr> </s> [0.1,0.2] {";
        RegReference phrase = Phrase() with { Expression = odd };
        var task = new ReferringTask(QuestionTemplates.Only(TemplateKind.Referring, "<image> {x} <expr>?"));
        Conversation asked = task.Make(phrase, SampleChance.None).Write(BoxFormat.Shikra, Square);
        Assert.Equal([new ImagePart(), new TextPart($" {{x}} {odd}?")], asked.Turns[0].Parts);
        Assert.Equal(1, asked.ImageCount);

        string file = _folder.Write("odd.jsonl", """
            {"image_id": 1, "boxes": [[0, 0, 50, 100]], "sentence": "<boxes> {0} <ph_st>a {man<ph_ed> }<ph_xx> {}", "boxes_seq": [[0]]}
            """);
        TaskSample caption = new GroundedCaptionTask().Make(ShikraFile.ReadGroundedCaptions(file).Single(), SampleChance.None);
        Assert.Equal("<boxes> {0} a {man[0.000,0.000,0.500,1.000] }<ph_xx> {}", Text(caption.Write(BoxFormat.Shikra, Square).Turns[1]));
    }

    [Fact]
    public void Boxes_are_written_in_the_form_of_any_model()
    {
        TaskSample sample = new GroundedCaptionTask().Make(Phrase(), Sentence(), SampleChance.None);
        Assert.Equal("a cup[0.100,0.200,0.300,0.400] here", Text(sample.Write(BoxFormat.Shikra, Square).Turns[1]));
        Assert.Equal("a cup[0.10, 0.20, 0.30, 0.40] here", Text(sample.Write(BoxFormat.Llava, Square).Turns[1]));
        Assert.Equal("<ref>a cup</ref><box>(100,200),(300,400)</box> here", Text(sample.Write(BoxFormat.QwenVl, Square).Turns[1]));

        ImageGeometry wide = GoldenConversations.Padded(200, 100);
        Assert.Equal("a cup[0.050,0.350,0.150,0.450] here", Text(sample.Write(BoxFormat.Shikra, wide).Turns[1]));
    }

    [Fact]
    public void Reasons_can_point_with_the_middles_of_boxes()
    {
        var record = new GeneratedQuestion
        {
            Place = new DataPlace("x.jsonl", Line: 1),
            Picture = "a.jpg",
            Question = Sentence(),
            Answer = "Yes.",
            Reasoning = Sentence(),
            AllBoxes = [],
        };
        TaskSample sample = new GeneratedTask(AnswerForm.Points).Make(record, SampleChance.None);
        Assert.Equal("a cup[0.200,0.300] here", Text(sample.Write(BoxFormat.Shikra, Square).Turns[1]));
        Assert.Equal("<ref>a cup</ref><point>(200,300)</point> here", Text(sample.Write(BoxFormat.QwenVl, Square).Turns[1]));
    }

    [Fact]
    public void An_augmentation_moves_boxes_and_points_before_they_are_written()
    {
        TaskSample sample = new PointingTask(RegionForm.Point).Make(Pointing(), SampleChance.None)
            .Map(box => new PixelBox(100 - box.X2, box.Y1, 100 - box.X1, box.Y2), point => point with { X = 100 - point.X });
        Conversation written = sample.Write(BoxFormat.Shikra, Square);
        Assert.Contains("Candidates: [0.700,0.200,0.900,0.400] [0.000,0.000,0.500,0.500] answer in point format.", Text(written.Turns[0]), StringComparison.Ordinal);
        Assert.Equal("The answer is [0.800,0.300] .", Text(written.Turns[1]));
    }

    [Fact]
    public void A_question_is_the_sample_without_its_last_answer()
    {
        TaskSample sample = new ReferringTask().Make(Phrase(), SampleChance.None);
        Assert.False(sample.AwaitsAnswer);
        Assert.True(sample.AsQuestion().AwaitsAnswer);
        Assert.Equal(sample.Turns.Take(1), sample.AsQuestion().Turns);
        Conversation unanswered = new ReferringTask().Make(Phrase(), "the cup", box: null, SampleChance.None).Write(BoxFormat.Shikra, geometry: null);
        Assert.Equal(sample.Write(BoxFormat.Shikra, Square).Turns[0].Parts, Assert.Single(unanswered.Turns).Parts);
        Assert.True(new CaptionTask().Make(Phrase(), caption: null, SampleChance.None).AwaitsAnswer);
        Assert.True(new ShortAnswerTask().Make(Phrase(), "What is it?", answer: null, SampleChance.None).AwaitsAnswer);
    }

    [Fact]
    public void Candidates_are_shuffled_by_chance_and_the_answer_stays_right()
    {
        var orders = new HashSet<string>();
        var task = new PointingTask(RegionForm.Box, QuestionTemplates.Only(TemplateKind.ShortAnswer, "<image> <question>"));
        for (int index = 0; index < 50; index++)
        {
            Conversation written = task.Make(Pointing(), new SampleChance(1, index)).Write(BoxFormat.Shikra, Square);
            orders.Add(Text(written.Turns[0]));
            Assert.Equal("The answer is [0.100,0.200,0.300,0.400] .", Text(written.Turns[1]));
        }

        const string first = "[0.100,0.200,0.300,0.400]", second = "[0.500,0.000,1.000,0.500]";
        string[] expected = [$" Which one? Candidates: {first} {second} answer in box format.", $" Which one? Candidates: {second} {first} answer in box format."];
        Assert.Equal(expected.Order(StringComparer.Ordinal), orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_place_is_shown_as_either_form_by_chance_and_as_a_box_without()
    {
        PointQuestion record = Assert.Single(ShikraFile.ReadPointLocal(_folder.Write("p.jsonl", """
            {"file_path": "a.jpg", "question": "What?", "answer": 3, "bbox": [10, 20, 30, 40], "point": [11, 22]}
            """)));
        var task = new PointTask(RegionForm.Either, templates: QuestionTemplates.Only(TemplateKind.ShortAnswer, "<image> <question>"));
        Assert.Equal(" What?[0.100,0.200,0.300,0.400]", Text(task.Make(record, SampleChance.None).Write(BoxFormat.Shikra, Square).Turns[0]));
        int points = Enumerable.Range(0, 400).Count(index =>
            Text(task.Make(record, new SampleChance(1, index)).Write(BoxFormat.Shikra, Square).Turns[0]) == " What?[0.110,0.220]");
        Assert.InRange(points, 140, 260);
    }

    [Fact]
    public void The_boxes_of_the_reasons_are_the_evidence_of_a_short_answer()
    {
        GqaQuestion[] all = [.. ShikraFile.ReadGqa(GoldenConversations.Sample("shikra", "gqa_question_balanced_with_cot.jsonl"))];
        Assert.Contains(all, each => each.ReasoningBoxes.Count > 0);
        foreach (GqaQuestion each in all)
        {
            Assert.Equal(each.ReasoningBoxes.Count == 0 ? null : each.ReasoningBoxes, new GqaTask(AnswerForm.Brief).Make(each, SampleChance.None).Turns[1].Evidence);
            Assert.Null(new GqaTask(AnswerForm.Boxes).Make(each, SampleChance.None).Turns[1].Evidence);
        }
    }

    [Fact]
    public void What_a_task_needs_and_a_record_lacks_is_named()
    {
        GqaQuestion gqa = ShikraFile.ReadGqa(_folder.Write("g.jsonl", """{"questionId": 1, "imageId": 2, "question": "Why?", "answer": "so"}""")).Single();
        Assert.Equal("The answer is so.", Text(new GqaTask(AnswerForm.Brief).Make(gqa, SampleChance.None).Write(BoxFormat.Shikra, Square).Turns[1]));
        AssertLacks("field 'cot': is missing", () => new GqaTask(AnswerForm.Text).Make(gqa, SampleChance.None));
        AssertLacks("field 'semanticStr': is missing", () => new GqaTask(AnswerForm.Text) { AsProgram = true }.Make(gqa, SampleChance.None));
        AssertLacks("field 'annotations.question': is missing", () => new GqaTask(AnswerForm.Brief) { BoxedQuestions = 1 }.Make(gqa, SampleChance.None));

        string file = GoldenConversations.Sample("shikra", "vcr_train.jsonl");
        VcrQuestion vcr = ShikraFile.ReadVcr(file).First() with { AnswerLabel = null, RationaleLabel = null };
        AssertLacks("field 'answer_label': is missing", () => new VcrTask(VcrForm.Choice).Make(vcr, SampleChance.None));
        AssertLacks("field 'rationale_label': is missing", () => new VcrTask(VcrForm.ReasonChoice).Make(vcr with { AnswerLabel = 0 }, SampleChance.None));
        Assert.Equal(2, new VcrTask(VcrForm.Choice).Make(vcr with { AnswerLabel = 0 }, SampleChance.None).Turns.Count);

        static void AssertLacks(string problem, Func<TaskSample> make) =>
            Assert.Contains(problem, Assert.Throws<DataException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Phrases_can_be_given_by_their_places_in_the_words()
    {
        PixelBox box = new(1, 2, 3, 4);
        GroundedSentence sentence = GroundedSentence.Of("Two men talk here", [(0, 7, [box]), (8, 12, []), (13, 17, [box, box])]);
        Assert.Equal(["Two men", " talk ", "here"], sentence.Runs.Select(run => run.Text));
        Assert.Equal([1, 0, 2], sentence.Runs.Select(run => run.Boxes.Count));
        Assert.Equal("Two men talk here", sentence.Text);
    }

    private static string Text(Turn turn) => string.Concat(turn.Parts.OfType<TextPart>().Select(part => part.Text));

    private static RegReference Phrase() => new(new DataPlace("x.jsonl", Line: 1), "a.jpg", new PixelBox(10, 20, 30, 40), "the cup", StatedSize: null);

    private static GroundedSentence Sentence() => new([new GroundedRun("a cup", [new PixelBox(10, 20, 30, 40)]), new GroundedRun(" here", [])]);

    private static PointingQuestion Pointing() => new()
    {
        Place = new DataPlace("x.jsonl", Line: 1),
        Picture = "a.jpg",
        Question = "Which one?",
        Candidates = [new PixelBox(10, 20, 30, 40), new PixelBox(50, 0, 100, 50)],
        Answer = new PixelBox(10, 20, 30, 40),
        Point = new PixelPoint(20, 30),
    };
}
