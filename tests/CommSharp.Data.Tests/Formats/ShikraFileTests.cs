using System.Text.Json;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Formats;

public sealed class ShikraFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_sample_has_as_many_records_as_it_should_and_all_fit_their_pictures()
    {
        using var summary = JsonDocument.Parse(File.ReadAllBytes(AnswerSamples.Fixture("formats", "expected_summary.json")));
        var expected = summary.RootElement.GetProperty("shikra").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetInt32());
        var pictures = new PictureFolder(ShikraSamples.CopyPictures(_folder));
        Assert.Equal(
            expected,
            ShikraSamples.All.ToDictionary(
                sample => sample.File,
                sample => RecordCheck.Passing(sample.Read(AnswerSamples.Fixture("formats", "shikra", sample.File)), pictures).Count()));
    }

    [Fact]
    public void Every_sample_is_read_by_the_name_of_its_format_and_can_be_shown()
    {
        var pictures = new PictureFolder(ShikraSamples.CopyPictures(_folder));
        Assert.Equal(
            DataFormats.All.Select(format => format.Name).Where(name => name.StartsWith("shikra-", StringComparison.Ordinal)),
            ShikraSamples.All.Select(sample => sample.Format).Where(name => name != "pope").Distinct().Order(StringComparer.Ordinal));
        foreach (ShikraSample sample in ShikraSamples.All)
        {
            string file = Sample(sample.File);
            DataFormat format = DataFormats.All.Single(format => format.Name == sample.Format);
            var options = new DataCheckOptions { Pictures = pictures, Samples = 9 };
            DataCheckOutcome outcome = DataCheck.Run(format, file, options, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal((sample.Read(file).Count(), 0, null), (outcome.Records, outcome.Problems.All.Count, outcome.End));
            Assert.All(outcome.Samples, record => Assert.True(record is SceneGraph || record.Texts.Any(), sample.File));
        }
    }

    [Fact]
    public void Regions_captions_and_grounded_captions()
    {
        RegReference phrase = RegReference.Read(Sample("REC_ref3_train.jsonl")).ElementAt(2);
        Assert.Equal(("shape that isn't red square", new PixelBox(24.5, 16.25, 37.25, 24.75)), (phrase.Expression, phrase.Box));
        Assert.Equal(("COCO_train2014_000000000009.jpg", new PictureSize(48, 32), 3), (phrase.Picture, phrase.StatedSize, phrase.Place.Line));

        PictureCaption caption = ShikraFile.ReadCaptions(Sample("CAP_coco2014_train.jsonl")).Last();
        Assert.Equal(("A blue bar on a plain background.", "COCO_train2014_000000000030.jpg"), (caption.Caption, caption.Picture));

        GroundedCaption[] grounded = [.. ShikraFile.ReadGroundedCaptions(Sample("CWB_flickr30k_train.jsonl"))];
        Assert.Equal("A red square sits next to another shape .", grounded[0].Sentence.Text);
        Assert.Equal(["A red square", " sits next to ", "another shape", " ."], grounded[0].Sentence.Runs.Select(run => run.Text));
        Assert.Equal([new PixelBox(8, 13, 23, 32), new PixelBox(16, 24, 24, 36)], grounded[1].Sentence.Runs[0].Boxes);
        Assert.Equal(("2", "30.jpg", 2), (grounded[2].Id, grounded[2].Picture, grounded[2].Boxes.Count()));
    }

    [Fact]
    public void Questions_about_places()
    {
        PointTwiceQuestion twice = ShikraFile.ReadPointTwice(Sample("pointQA_twice_train.jsonl")).First();
        Assert.Equal("How many of these squares are there?", twice.ObjectQuestion);
        Assert.Equal("How many of these shapes are there?", twice.SuperQuestion);
        Assert.Equal("How many of these are there?", twice.GeneralQuestion);
        Assert.Equal(("1", new PixelPoint(30.875, 20.5)), (twice.Answer, twice.Point));

        PointingQuestion pointing = ShikraFile.ReadPointing(Sample("v7w_pointing_train.jsonl")).First();
        Assert.Equal((4, pointing.Candidates[0], new PixelPoint(11, 6.5)), (pointing.Candidates.Count, pointing.Answer, pointing.Point));

        VcrQuestion vcr = ShikraFile.ReadVcr(Sample("vcr_train.jsonl")).Last();
        Assert.Equal(("train-2", 2, 3), (vcr.Id, vcr.AnswerLabel, vcr.RationaleLabel));
        Assert.Equal([2, 0, 0, 0], vcr.Answers[2].Select(word => word.Boxes.Count));
        Assert.Equal(["Why", "is", "", "near", "", "?"], vcr.Question.Select(word => word.Text));
        Assert.Equal(["Why is [0] near [1] ?", "[0] likes [1] .", "No reason .", "[0, 1] are friends ."], vcr.Texts.Take(4).Select(text => text.Text));
    }

    [Fact]
    public void Questions_with_reasons()
    {
        GqaQuestion gqa = ShikraFile.ReadGqa(Sample("gqa_question_balanced_with_cot.jsonl")).First();
        Assert.Equal(("q1", "9.jpg", "red"), (gqa.Id, gqa.Picture, gqa.Answer));
        Assert.Equal([(4, "100"), (9, "101")], gqa.References!.Select(reference => (reference.LastWord, Assert.Single(reference.Objects))));

        Assert.Equal("it has the color of a red square. it is small.", ShikraFile.ReadVqaX(Sample("vqa_X_train.jsonl")).First().Explanation);
        ExplainedQuestion scored = ShikraFile.ReadVqaE(_folder.Write("e.jsonl", """
            {"file_path": "a.jpg", "question": "Why?", "explanation": ["Because.", 0.83], "multiple_answers": "so"}
            """)).Single();
        Assert.Equal(("Because.", "so"), (scored.Explanation, scored.Answer));

        PictureQuestion vqa = ShikraFile.ReadVqaV2(Sample("v2_OpenEnded_mscoco_train2014_questions.jsonl")).First();
        Assert.Equal(("9000", "train2014/COCO_train2014_000000000009.jpg", "2"), (vqa.Id, vqa.Picture, vqa.Answer));
        Assert.Null(vqa.Evidence);

        GeneratedQuestion generated = ShikraFile.ReadGenerated(Sample("GPT4GEN_BoxCoT_train.jsonl")).First();
        Assert.Equal("The left shape is next to the other one. So the answer is the other shape.", generated.Reasoning.Text);
    }

    [Fact]
    public void Spans_are_put_in_the_order_of_the_words()
    {
        string file = ShikraSamples.Copy(_folder, "gqa_question_balanced_with_cot.jsonl");
        Damage.Replace(file, "{\"4\": \"100\", \"8:10\": \"101\"}", "{\"8:10\": \"101\", \"4\": \"100\"}");
        Assert.Equal([4, 9], ShikraFile.ReadGqa(file).First().References!.Select(reference => reference.LastWord));
    }

    private static string Sample(string file) => AnswerSamples.Fixture("formats", "shikra", file);
}
