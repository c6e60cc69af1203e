using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Pictures;

namespace CommSharp.Data.Tests.Formats;

/// <summary>Shikra's files, each broken in every way in which it can be: refused with file, line and field.</summary>
public sealed class ShikraDamageTests : IDisposable
{
    private const string Rec = "REC_ref3_train.jsonl", Gc = "GC_genome196_train.jsonl", Caption = "CAP_coco2014_train.jsonl", Flickr = "CWB_flickr30k_train.jsonl";
    private const string Gqa = "gqa_question_balanced_with_cot.jsonl", Graph = "gqa_scene_graph_data.jsonl", Local = "pointQA_local_train.jsonl";
    private const string Twice = "pointQA_twice_train.jsonl", Pointing = "v7w_pointing_train.jsonl", Vcr = "vcr_train.jsonl", VqaE = "vqa_E_train.jsonl";
    private const string VqaX = "vqa_X_train.jsonl", VqaV2 = "v2_OpenEnded_mscoco_train2014_questions.jsonl", Generated = "GPT4GEN_BoxCoT_train.jsonl";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Files => [.. ShikraSamples.All.Select(sample => sample.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_can_happen_to_any_file_is_refused(string file)
    {
        ShikraSample sample = ShikraSamples.Of(file);
        AssertRefused(file, CutInALine, ", line ", "is not valid JSON");
        AssertRefused(file, copy => Damage.SpoilUtf8(copy, $"\"{sample.PictureField}\""), ", line 1", "is not UTF-8");
        AssertRefused(file, copy => File.WriteAllText(copy, "[]"), ", line 1", "is a list; an object is needed");
        AssertRefused(file, Edit(line => line.AsObject().Remove(sample.PictureField)), ", line 2", $"has no member '{sample.PictureField}'");
        AssertRefused(file, Edit(line => line[sample.PictureField] = "gone.png"), ", line 2", "'gone.png");
        AssertRefused(file, Edit(line => line[sample.PictureField] = "../../etc/passwd"), ", line 2", "is not below the folder of pictures");
        AssertRefused(file, Edit(line => line[sample.TextField] = new JsonArray("a", "b")), $", line 2, field '{sample.TextField}'", "is a list; a text is needed");
        AssertRefused(file, Edit(line => line[sample.TextField] = " "), $", line 2, field '{sample.TextField}'", "is empty");
        AssertRefused(file, Edit(line => line.AsObject().Remove(sample.TextField)), ", line 2", $"has no member '{sample.TextField}'");
    }

    public static TheoryData<string, string, Action<JsonNode>, string, string> Broken => new()
    {
        { Rec, "three numbers", line => line["bbox"] = Numbers(1, 2, 3), "field 'bbox'", "has 3 numbers; 4 are needed" },
        { Rec, "number as text", line => line["bbox"]![1] = "2", "field 'bbox[1]'", "is a text; a number is needed" },
        { Rec, "reversed", line => line["bbox"] = Numbers(19, 2, 3, 11), "field 'bbox'", "is no box" },
        { Rec, "outside", line => line["bbox"] = Numbers(3, 2, 90, 11), "field 'bbox'", "stands out of the picture of 48 x 32 pixels" },
        { Rec, "no area", line => line["bbox"] = Numbers(3, 2, 3, 11), "field 'bbox'", "has no area" },
        { Rec, "one side", line => line.AsObject().Remove("height"), "", "has no member 'height'" },
        { Rec, "another size", line => line["height"] = 33, "", "says that 'COCO_train2014_000000000009.jpg' has 48 x 33 pixels, but it has 48 x 32" },
        { Gc, "side of half a pixel", line => line["width"] = 31.5, "field 'width'", "a picture's side" },
        { Gc, "outside", line => line["bbox"] = Numbers(-9, 2, 5, 11), "field 'bbox'", "stands out of the picture" },
        { Caption, "caption as number", line => line["caption"] = 5, "field 'caption'", "is a number; a text is needed" },
        { Caption, "another size", line => line["width"] = 41, "", "has 41 x 40 pixels" },
        { Flickr, "fewer lists than phrases", line => line["boxes_seq"] = new JsonArray(), "field 'boxes_seq'", "has 0 lists of boxes for the 1 phrases" },
        { Flickr, "more lists than phrases", line => line["boxes_seq"]!.AsArray().Add(Numbers(0)), "field 'boxes_seq'", "has 2 lists of boxes for the 1 phrases" },
        { Flickr, "no such box", line => line["boxes_seq"]![0]![1] = 2, "field 'boxes_seq[0][1]'", "is 2, but the record has 2 boxes" },
        { Flickr, "box before the first", line => line["boxes_seq"]![0]![0] = -1, "field 'boxes_seq[0][0]'", "is -1" },
        { Flickr, "phrase of no box", line => line["boxes_seq"]![0] = new JsonArray(), "field 'boxes_seq[0]'", "names no box" },
        { Flickr, "phrase without end", line => line["sentence"] = "<ph_st>Two shapes", "field 'sentence'", "has a <ph_st> without its <ph_ed>" },
        { Flickr, "phrase in a phrase", line => line["sentence"] = "<ph_st>Two <ph_st>shapes<ph_ed><ph_ed>", "field 'sentence'", "has a <ph_st> without its <ph_ed>" },
        { Flickr, "phrase without start", line => line["sentence"] = "Two shapes<ph_ed>", "field 'sentence'", "has a <ph_ed> without its <ph_st>" },
        { Flickr, "outside", line => line["boxes"]![1] = Numbers(16, 24, 24, 60), "field 'boxes[1]'", "stands out of the picture of 32 x 48" },
        { Flickr, "duplicate id", line => line["id"] = 0, "", "has the id '0'" },
        { Gqa, "span behind the words", line => line["annotations"]!["question"]!["4"] = "100", "field 'annotations.question.4'", "is no span of the question's 4 words" },
        { Gqa, "span that ends first", line => line["annotations"]!["question"]!["2:2"] = "100", "field 'annotations.question.2:2'", "is no span" },
        { Gqa, "span of letters", line => line["annotations"]!["question"]!["any"] = "100", "field 'annotations.question.any'", "is no span" },
        { Gqa, "no objects", line => line["annotations"]!["question"]!["2"] = "100,", "field 'annotations.question.2'", "is no list of objects' ids" },
        { Gqa, "fewer lists than phrases", line => line["cot"]!["value"] = "A <ph_st>dog<ph_ed>.", "field 'cot.seq'", "has 0 lists of boxes for the 1 phrases" },
        { Gqa, "no lists", line => line["cot"]!.AsObject().Remove("seq"), "field 'cot'", "has no member 'seq'" },
        { Gqa, "outside", line => line["cot"]!["boxes"]!.AsArray().Add(Numbers(0, 0, 40, 10)), "field 'cot.boxes[0]'", "stands out of the picture of 32 x 48" },
        { Gqa, "duplicate id", line => line["questionId"] = "q1", "", "has the id 'q1'" },
        { Graph, "negative width", line => line["objects"]!["100"]!["w"] = -1, "field 'objects.100'", "is no box" },
        { Graph, "objects as list", line => line["objects"] = new JsonArray(), "field 'objects'", "is a list; an object is needed" },
        { Graph, "no height", line => line["objects"]!["101"]!.AsObject().Remove("h"), "field 'objects.101'", "has no member 'h'" },
        { Graph, "outside", line => line["objects"]!["101"]!["x"] = 27, "field 'objects.101'", "stands out of the picture of 32 x 48" },
        { Graph, "duplicate id", line => line["imageId"] = "9", "", "has the id '9'" },
        { Local, "three numbers", line => line["point"] = Numbers(1, 2, 3), "field 'point'", "has 3 numbers; 2 are needed" },
        { Local, "point outside", line => line["point"] = Numbers(15, 60), "field 'point'", "the point 15, 60 stands out of the picture of 32 x 48" },
        { Local, "outside", line => line["bbox"] = Numbers(15, 10, 40, 20), "field 'bbox'", "stands out of the picture" },
        { Local, "no answer", line => line.AsObject().Remove("answer"), "", "has no member 'answer'" },
        { Twice, "answer as list", line => line["answer"] = new JsonArray(), "field 'answer'", "a text is needed" },
        { Twice, "point outside", line => line["point"] = Numbers(-5, 3), "field 'point'", "stands out of the picture" },
        { Twice, "box as text", line => line["bbox"] = "1,2,3,4", "field 'bbox'", "is a text; a list is needed" },
        { Pointing, "answer that is no candidate", line => line["answer"] = Numbers(8, 13, 23, 33), "field 'answer'", "is none of the 4 candidates" },
        { Pointing, "reversed", line => line["candidates"]![2] = Numbers(5, 5, 0, 0), "field 'candidates[2]'", "is no box" },
        { Pointing, "outside", line => line["candidates"]![3] = Numbers(1, 2, 7, 99), "field 'candidates[3]'", "stands out of the picture" },
        { Vcr, "label behind the choices", line => line["answer_label"] = 4, "field 'answer_label'", "is 4, but there are 4 choices" },
        { Vcr, "label as text", line => line["rationale_label"] = "1", "field 'rationale_label'", "a whole number is needed" },
        { Vcr, "no such box", line => line["question"]![2]![0] = 2, "field 'question[2][0]'", "is 2, but the record has 2 boxes" },
        { Vcr, "word as number", line => line["answer_choices"]![1]![0] = 7, "field 'answer_choices[1][0]'", "is a number; a text is needed" },
        { Vcr, "no choices", line => line["rationale_choices"] = new JsonArray(), "field 'rationale_choices'", "has 0 choices" },
        { Vcr, "empty choice", line => line["rationale_choices"]![0] = new JsonArray(), "field 'rationale_choices[0]'", "is empty" },
        { Vcr, "six numbers", line => line["boxes"]![0] = Numbers(1, 2, 3, 4, 5, 6), "field 'boxes[0]'", "has 6 numbers" },
        { Vcr, "reversed", line => line["boxes"]![0] = Numbers(9, 2, 3, 4, 0.9), "field 'boxes[0]'", "is no box" },
        { Vcr, "duplicate id", line => line["annot_id"] = "train-0", "", "has the id 'train-0'" },
        { VqaE, "no explanation", line => line["explanation"] = new JsonArray(), "field 'explanation'", "is empty" },
        { VqaE, "explanation as text", line => line["explanation"] = "It is.", "field 'explanation'", "is a text; a list is needed" },
        { VqaX, "piece as number", line => line["justification"]![1] = 1, "field 'justification[1]'", "is a number; a text is needed" },
        { VqaX, "no answer", line => line.AsObject().Remove("multiple_choice_answer"), "", "has no member 'multiple_choice_answer'" },
        { VqaV2, "no answer", line => line["annotation"]!.AsObject().Remove("multiple_choice_answer"), "field 'annotation'", "has no member 'multiple_choice_answer'" },
        { VqaV2, "annotation as list", line => line["annotation"] = new JsonArray(), "field 'annotation'", "is a list; an object is needed" },
        { VqaV2, "duplicate id", line => line["question_id"] = 9000, "", "has the id '9000'" },
        { Generated, "lists forgotten", line => line.AsObject().Remove("answer_boxes_seq"), "field 'cot_with_ans'", "has 0 lists of boxes for the 2 phrases" },
        { Generated, "no such box", line => line["question_boxes_seq"]![0]![0] = 9, "field 'question_boxes_seq[0][0]'", "is 9, but the record has 2 boxes" },
        { Generated, "half an index", line => line["question_boxes_seq"]![0]![0] = 0.5, "field 'question_boxes_seq[0][0]'", "a whole number is needed" },
        { Generated, "outside", line => line["boxes"]![0] = Numbers(8, 13, 40, 32), "field 'boxes[0]'", "stands out of the picture" },
        { Generated, "duplicate id", line => line["id"] = 0, "", "has the id '0'" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_can_be_wrong_in_a_record_is_refused_by_its_field(string file, string name, Action<JsonNode> damage, string field, string problem)
    {
        Assert.NotEmpty(name);
        int line = file is Rec ? 1 : 2;
        AssertRefused(file, copy => Damage.EditLine(copy, line, damage), $", line {line}{(field.Length > 0 ? ", " : "")}{field}", problem);
    }

    /// <summary>A cut between two lines leaves a whole file behind, which nothing can tell from a shorter one.</summary>
    private static void CutInALine(string file)
    {
        string text = File.ReadAllText(file);
        File.WriteAllText(file, text[..(text.LastIndexOf('\n', text.Length / 2) + 40)]);
    }

    private static JsonArray Numbers(params double[] values) => [.. values.Select(value => JsonValue.Create(value))];

    private static Action<string> Edit(Action<JsonNode> change) => copy => Damage.EditLine(copy, 2, change);

    private void AssertRefused(string file, Action<string> damage, string place, string problem)
    {
        using var folder = new TemporaryFolder();
        string copy = ShikraSamples.Copy(folder, file);
        damage(copy);
        if (!Directory.Exists(_folder["images"]))
        {
            ShikraSamples.CopyPictures(_folder);
        }

        AnswerSamples.AssertRefused(RecordCheck.Passing(ShikraSamples.Of(file).Read(copy), new PictureFolder(_folder["images"])), copy + place, problem);
    }
}
