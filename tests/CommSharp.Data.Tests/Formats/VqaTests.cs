using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Tests.Formats;

public sealed class VqaTests : IDisposable
{
    private const string QuestionsFile = "v2_OpenEnded_mscoco_val2014_questions.json";
    private const string AnnotationsFile = "v2_mscoco_val2014_annotations.json";
    private const string ResultsFile = "v2_OpenEnded_mscoco_val2014_commsharp_results.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Questions_annotations_and_results_belong_together()
    {
        VqaQuestion[] questions = [.. VqaQuestion.Read(Sample(QuestionsFile))];
        (VqaAnnotation Annotation, VqaAnswer Answer)[] pairs = [.. VqaAnswer.Match(VqaAnnotation.Read(Sample(AnnotationsFile)), VqaAnswer.Read(Sample(ResultsFile)))];

        Assert.Equal(200, questions.Length);
        Assert.Equal(questions.Select(question => (question.Id, question.Picture)), pairs.Select(pair => (pair.Annotation.Id, pair.Annotation.Picture)));
        Assert.Equal(("1313000", "COCO_val2014_000000001313.jpg", "Is the man wearing a hat?"), (questions[0].Id, questions[0].Picture, questions[0].Text));
        VqaAnnotation first = pairs[0].Annotation;
        Assert.Equal(("is the man", "yes/no", "yes"), (first.QuestionType, first.AnswerType, first.MultipleChoiceAnswer));
        Assert.Equal(Enumerable.Range(1, 10).Select(id => (long)id), first.Answers.Select(answer => answer.Id));
        Assert.All(pairs, pair => Assert.Equal(pair.Annotation.Id, pair.Answer.QuestionId));
    }

    [Fact]
    public void Ok_vqa_has_raw_answers_beside_the_stemmed_ones()
    {
        VqaAnnotation first = VqaAnnotation.Read(AnswerSamples.Fixture("metrics", "okvqa", "mscoco_val2014_annotations.json")).First();
        Assert.Equal(("race", "racing"), (first.Answers[0].Answer, first.Answers[0].RawAnswer));
        Assert.Null(first.MultipleChoiceAnswer);
    }

    [Fact]
    public void The_subtype_may_stand_behind_the_list()
    {
        string file = _folder.Write("q.json", """{"questions": [{"question_id": 1, "image_id": 2, "question": "Why?"}], "data_subtype": "test2015"}""");
        Assert.Equal("COCO_test2015_000000000002.jpg", Assert.Single(VqaQuestion.Read(file)).Picture);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenQuestions => new()
    {
        { "cut", Damage.CutInTheMiddle, QuestionsFile, "was cut off" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "Is the man"), "questions[0]", "not UTF-8" },
        { "no id", file => Damage.Edit(file, root => Question(root, 1).Remove("question_id")), "questions[1]", "no member 'question_id'" },
        { "text as number", file => Damage.Edit(file, root => Question(root, 2)["question"] = 5), "questions[2].question", "a text is needed" },
        { "picture as text", file => Damage.Edit(file, root => Question(root, 3)["image_id"] = "1313"), "questions[3].image_id", "a whole number is needed" },
        { "negative picture", file => Damage.Edit(file, root => Question(root, 3)["image_id"] = -3), "questions[3].image_id", "no number of a COCO picture" },
        { "no subtype", file => Damage.Edit(file, root => root.AsObject().Remove("data_subtype")), QuestionsFile, "no member 'data_subtype'" },
        { "no list", file => Damage.Edit(file, root => root["questions"] = 1), "field 'questions'", "is not a list" },
        { "duplicate id", file => Damage.Edit(file, root => Question(root, 4)["question_id"] = 1313000), "questions[4]", "has the id '1313000'" },
    };

    [Theory]
    [MemberData(nameof(BrokenQuestions))]
    public void A_broken_file_of_questions_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = Copy(QuestionsFile);
        damage(file);
        AnswerSamples.AssertRefused(RecordCheck.Passing(VqaQuestion.Read(file), pictures: null), place, problem);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenAnnotations => new()
    {
        { "cut", Damage.CutInTheMiddle, AnnotationsFile, "was cut off" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "is the man"), "annotations[0]", "not UTF-8" },
        { "no type", file => Damage.Edit(file, root => Annotation(root, 1).Remove("question_type")), "annotations[1]", "no member 'question_type'" },
        { "no answers", file => Damage.Edit(file, root => Annotation(root, 1)["answers"] = new JsonArray()), "annotations[1].answers", "is empty" },
        { "answers as text", file => Damage.Edit(file, root => Annotation(root, 1)["answers"] = "yes"), "annotations[1].answers", "a list is needed" },
        { "no annotator", file => Damage.Edit(file, root => Answer(root, 7).Remove("answer_id")), "annotations[0].answers[7]", "no member 'answer_id'" },
        { "one annotator twice", file => Damage.Edit(file, root => Answer(root, 7)["answer_id"] = 1), "annotations[0].answers[7].answer_id", "an earlier answer" },
        { "answer as number", file => Damage.Edit(file, root => Answer(root, 7)["answer"] = 3), "annotations[0].answers[7].answer", "a text is needed" },
        { "duplicate id", file => Damage.Edit(file, root => Annotation(root, 4)["question_id"] = 1313000), "annotations[4]", "as an earlier record has" },
        { "one more", file => Damage.Edit(file, root => Annotation(root, 4)["question_id"] = 1), "annotations[4]", "which the results do not answer" },
    };

    [Theory]
    [MemberData(nameof(BrokenAnnotations))]
    public void A_broken_file_of_annotations_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = Copy(AnnotationsFile);
        damage(file);
        AnswerSamples.AssertRefused(VqaAnswer.Match(VqaAnnotation.Read(file), VqaAnswer.Read(Sample(ResultsFile))), place, problem);
    }

    public static TheoryData<string, Action<string>, string, string> BrokenResults => new()
    {
        { "cut", Damage.CutInTheMiddle, ResultsFile, "was cut off" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "yall"), "record 0", "not UTF-8" },
        { "no id", file => Damage.Edit(file, root => root[5]!.AsObject().Remove("question_id")), "record 5", "no member 'question_id'" },
        { "answer as number", file => Damage.Edit(file, root => root[5]!["answer"] = 3), "record 5, field 'answer'", "a text is needed" },
        { "answer missing", file => Damage.Edit(file, root => root[5]!["answer"] = null), "record 5", "no member 'answer'" },
        { "an object", file => Damage.Replace(file, "[", "{\"a\": ["), ResultsFile, "is not a list" },
        { "duplicate id", file => Damage.Edit(file, root => root[5]!["question_id"] = 5174002), "record 5", "record 0 does" },
        { "unknown id", file => Damage.Edit(file, root => root[5]!["question_id"] = 99), AnnotationsFile, "which the results do not answer" },
        { "one more", file => Damage.Edit(file, root => root.AsArray().Add(new JsonObject { ["question_id"] = 99, ["answer"] = "" })), "record 200", "which is not annotated" },
    };

    [Theory]
    [MemberData(nameof(BrokenResults))]
    public void A_broken_results_file_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string file = Copy(ResultsFile);
        damage(file);
        AnswerSamples.AssertRefused(VqaAnswer.Match(VqaAnnotation.Read(Sample(AnnotationsFile)), VqaAnswer.Read(file)), place, problem);
    }

    [Fact]
    public void A_picture_that_is_not_there_is_named()
    {
        var pictures = new PictureFolder(_folder.Path);
        AnswerSamples.AssertRefused(RecordCheck.Passing(VqaQuestion.Read(Sample(QuestionsFile)), pictures), "questions[0]", "'COCO_val2014_000000001313.jpg', but there is no file");
        AnswerSamples.AssertRefused(RecordCheck.Passing(VqaAnnotation.Read(Sample(AnnotationsFile)), pictures), "annotations[0]", "there is no file");
    }

    [Fact]
    public void Bad_records_are_counted_when_they_are_borne()
    {
        string file = Copy(QuestionsFile);
        Damage.Edit(file, root => Question(root, 2)["question"] = 5);
        var problems = new DataProblems();
        Assert.Equal(199, VqaQuestion.Read(file, problems).Count());
        Assert.Single(problems.All);
    }

    private static JsonObject Question(JsonNode root, int index) => root["questions"]![index]!.AsObject();

    private static JsonObject Annotation(JsonNode root, int index) => root["annotations"]![index]!.AsObject();

    private static JsonObject Answer(JsonNode root, int index) => Annotation(root, 0)["answers"]![index]!.AsObject();

    private static string Sample(string file) => AnswerSamples.Fixture("metrics", "vqa", file);

    private string Copy(string file) => AnswerSamples.Copy(_folder, "metrics", "vqa", file);
}
