using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Pictures;

namespace CommSharp.Data.Tests.Formats;

public sealed class PopeTests : IDisposable
{
    private const string QuestionsFile = "small_labels.jsonl";
    private const string AnswersFile = "small_answers.jsonl";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("random")]
    [InlineData("popular")]
    [InlineData("adversarial")]
    public void The_published_questions_are_3000_about_500_pictures_half_of_them_yes(string set)
    {
        PopeQuestion[] questions = [.. RecordCheck.Passing(PopeQuestion.Read(SharedFolder.Require("data", "pope", $"coco_pope_{set}.json")), pictures: null)];
        Assert.Equal((3000, 500, 1500), (questions.Length, questions.Select(question => question.Picture).Distinct().Count(), questions.Count(question => question.IsYes)));
        Assert.Equal(("1", "COCO_val2014_000000310196.jpg", "Is there a snowboard in the image?", true), (questions[0].Id, questions[0].Picture, questions[0].Text, questions[0].IsYes));
    }

    [Fact]
    public void Answers_belong_to_questions_by_their_positions()
    {
        (PopeQuestion Question, PopeAnswer Answer)[] pairs = [.. Match(Sample(QuestionsFile), Sample(AnswersFile))];
        Assert.Equal(60, pairs.Length);
        Assert.Equal(("2", true, "No"), (pairs[1].Question.Id, pairs[1].Question.IsYes, pairs[1].Answer.Answer));
        Assert.Contains(pairs, pair => pair.Answer.Answer.Length == 0);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenQuestions => new()
    {
        { "cut", Damage.CutInTheMiddle, "line ", "is not valid JSON" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "dog"), "line 1", "not UTF-8" },
        { "no id", file => Damage.EditLine(file, 3, line => line.AsObject().Remove("question_id")), "line 3", "no member 'question_id'" },
        { "no picture", file => Damage.EditLine(file, 3, line => line["image"] = ""), "line 3, field 'image'", "is empty" },
        { "label as number", file => Damage.EditLine(file, 3, line => line["label"] = 1), "line 3, field 'label'", "a text is needed" },
        { "label maybe", file => Damage.EditLine(file, 3, line => line["label"] = "maybe"), "line 3, field 'label'", "is 'maybe'" },
        { "duplicate id", file => Damage.EditLine(file, 3, line => line["question_id"] = 1), "line 3", "has the id '1'" },
        { "one more", AddQuestion, "line 61", "the answers end before it" },
        { "another question", file => Damage.EditLine(file, 3, line => line["text"] = "Is there a cat?"), AnswersFile + ", line 3, field 'question'", "'Is there a cat?'" },
    };

    [Theory]
    [MemberData(nameof(BrokenQuestions))]
    public void A_broken_file_of_questions_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = AnswerSamples.Copy(_folder, "metrics", "pope", QuestionsFile);
        damage(file);
        AnswerSamples.AssertRefused(Match(file, Sample(AnswersFile)), place, problem);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenAnswers => new()
    {
        { "cut", Damage.CutInTheMiddle, "line ", "is not valid JSON" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "dog"), "line 1", "not UTF-8" },
        { "no answer", file => Damage.EditLine(file, 3, line => line.AsObject().Remove("answer")), "line 3", "no member 'answer'" },
        { "answer as truth value", file => Damage.EditLine(file, 3, line => line["answer"] = true), "line 3, field 'answer'", "a text is needed" },
        { "another question", file => Damage.EditLine(file, 3, line => line["question"] = "Is there a cat?"), "line 3, field 'question'", "the question at this position is" },
        { "one more", file => Damage.RepeatLine(file, 60), "line 61", "the questions end before it" },
        { "one less", file => File.WriteAllLines(file, File.ReadAllLines(file)[..59]), QuestionsFile + ", line 60", "the answers end before it" },
        { "a list", file => File.WriteAllText(file, "[]"), "line 1", "an object is needed" },
    };

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public void A_broken_file_of_answers_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = AnswerSamples.Copy(_folder, "metrics", "pope", AnswersFile);
        damage(file);
        AnswerSamples.AssertRefused(Match(Sample(QuestionsFile), file), place, problem);
    }

    [Fact]
    public void A_picture_that_is_not_there_is_named() => AnswerSamples.AssertRefused(
        RecordCheck.Passing(PopeQuestion.Read(Sample(QuestionsFile)), new PictureFolder(_folder.Path)), "line 1", "'img_000.png', but there is no file");

    private static IEnumerable<(PopeQuestion Question, PopeAnswer Answer)> Match(string questions, string answers) =>
        PopeAnswer.Match(RecordCheck.Passing(PopeQuestion.Read(questions), pictures: null), PopeAnswer.Read(answers));

    private static void AddQuestion(string file)
    {
        Damage.RepeatLine(file, 60);
        Damage.EditLine(file, 61, line => line["question_id"] = 61);
    }

    private static string Sample(string file) => AnswerSamples.Fixture("metrics", "pope", file);
}
