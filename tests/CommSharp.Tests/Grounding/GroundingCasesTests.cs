using System.Text.Json;
using CommSharp.Grounding;

namespace CommSharp.Tests.Grounding;

/// <summary>Boxes in text as Shikra's, lmms-eval's and Qwen-VL's own code writes and reads them.</summary>
public sealed class GroundingCasesTests
{
    [Fact]
    public void Boxes_as_text()
    {
        foreach (JsonElement item in Cases("box_text.json", "boxes", 100))
        {
            NormalizedBox box = Box(item.GetProperty("normalised"));
            Assert.Equal(item.GetProperty("text").GetString(), BoxFormat.Shikra.Write(box));
        }
    }

    [Fact]
    public void Boxes_as_text_before_they_are_rounded()
    {
        foreach (JsonElement item in Cases("box_text.json", "boxes", 100))
        {
            double[] square = Numbers(item.GetProperty("box_in_square"));
            double side = item.GetProperty("square_side").GetDouble();
            var box = new NormalizedBox(square[0] / side, square[1] / side, square[2] / side, square[3] / side);
            Assert.Equal(item.GetProperty("text").GetString(), BoxFormat.Shikra.Write(box));
            Assert.Equal(item.GetProperty("text_2_decimals").GetString(), BoxFormat.Llava.Write(box));
        }
    }

    [Fact]
    public void Points_as_text()
    {
        foreach (JsonElement item in Cases("box_text.json", "points", 18))
        {
            double[] point = Numbers(item.GetProperty("normalised"));
            Assert.Equal(item.GetProperty("text").GetString(), BoxFormat.Shikra.Write(new NormalizedPoint(point[0], point[1])));
        }
    }

    [Fact]
    public void Boxes_at_the_marks_of_a_sentence()
    {
        foreach (JsonElement item in Cases("box_text.json", "sentences", 5))
        {
            double[] size = [item.GetProperty("width").GetDouble(), item.GetProperty("height").GetDouble()];
            NormalizedBox[] boxes = [.. item.GetProperty("boxes").EnumerateArray().Select(box => InSquare(Numbers(box), size[0], size[1]))];
            NormalizedBox[][] phrases = Phrases(item, boxes);
            Assert.Equal(item.GetProperty("result").GetString(), BoxFormat.Shikra.Fill(item.GetProperty("text").GetString()!, phrases));
        }
    }

    [Fact]
    public void Answers_by_Shikras_rule()
    {
        float total = 0;
        int failures = 0, hits = 0;
        foreach (JsonElement item in Cases("answers.json", "cases", 122))
        {
            string answer = item.GetProperty("answer").GetString()!;
            BoxReading reading = BoxParser.Read(answer, BoxFormat.Shikra);
            AssertMarks(item.GetProperty("extracted_boxes"), reading.Marks.Where(mark => mark.Boxes.Count > 0), mark => mark.Boxes.Select(Values));
            AssertMarks(
                item.GetProperty("extracted_points"),
                reading.Marks.Where(mark => mark.Points.Count > 0),
                mark => mark.Points.Select(point => new[] { point.X, point.Y }));

            NormalizedBox? box = AnswerBox.Read(answer, AnswerBoxRule.OnlyBracket);
            Assert.Equal(item.GetProperty("failed").GetBoolean(), box is null);
            Assert.Equal(item.GetProperty("box").ValueKind == JsonValueKind.Null ? null : Box(item.GetProperty("box")), box);

            NormalizedBox target = AnswerBox.Read(item.GetProperty("target").GetString()!, AnswerBoxRule.OnlyBracket)!.Value;
            float overlap = BoxOverlap.IntersectionOverUnion(box ?? default, target);
            Assert.Equal(item.GetProperty("iou") is { ValueKind: JsonValueKind.Number } iou ? (float)iou.GetDouble() : float.NaN, overlap, 1e-5f);
            Assert.Equal(item.GetProperty("hit").GetBoolean(), overlap > 0.5f);
            (total, failures, hits) = (total + overlap, failures + (box is null ? 1 : 0), hits + (overlap > 0.5f ? 1 : 0));
        }

        JsonElement run = Read("answers.json").GetProperty("all_cases_as_one_run");
        Assert.Equal(run.GetProperty("failed").GetInt32(), failures);
        Assert.Equal(run.GetProperty("accuracy").GetDouble(), hits / 122.0, 1e-12);
        Assert.True(float.IsNaN(total) && run.GetProperty("iou").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public void Targets_that_cannot_be_read_count_as_misses_and_not_in_the_mean()
    {
        JsonElement run = Read("answers.json").GetProperty("run_with_unreadable_targets"), result = run.GetProperty("result");
        NormalizedBox?[] answers = Boxes(run.GetProperty("answers")), targets = Boxes(run.GetProperty("targets"));
        float[] overlaps = [.. answers.Zip(targets).Where(pair => pair.Second is not null)
            .Select(pair => BoxOverlap.IntersectionOverUnion(pair.First ?? default, pair.Second!.Value))];
        Assert.Equal(result.GetProperty("target_failed").GetInt32(), targets.Count(target => target is null));
        Assert.Equal(result.GetProperty("failed").GetInt32(), answers.Count(answer => answer is null));
        Assert.Equal(result.GetProperty("accuracy").GetDouble(), overlaps.Count(overlap => overlap > 0.5f) / (double)targets.Length);
        Assert.Equal(result.GetProperty("iou").GetDouble(), overlaps.Average(), 1e-5);

        static NormalizedBox?[] Boxes(JsonElement texts) =>
            [.. texts.EnumerateArray().Select(text => AnswerBox.Read(text.GetString()!, AnswerBoxRule.OnlyBracket))];
    }

    [Fact]
    public void Answers_by_the_rule_of_lmms_eval()
    {
        foreach (JsonElement item in Cases("answers.json", "cases", 122))
        {
            NormalizedBox? box = AnswerBox.Read(item.GetProperty("answer").GetString()!, AnswerBoxRule.FirstBracket);
            Assert.Equal(Box(item.GetProperty("lmms_eval").GetProperty("box")), box ?? default);
        }
    }

    [Fact]
    public void Answers_by_Qwens_rule()
    {
        foreach (JsonElement item in Cases("qwen_vl.json", "cases", 10))
        {
            NormalizedBox box = AnswerBox.Read(item.GetProperty("answer").GetString()!, AnswerBoxRule.FirstCorners) ?? default;
            double width = item.GetProperty("width").GetDouble(), height = item.GetProperty("height").GetDouble();
            double[] expected = Numbers(item.GetProperty("pixels")), target = Numbers(item.GetProperty("target_pixels"));
            double[] pixels = [box.X1 * width, box.Y1 * height, box.X2 * width, box.Y2 * height];
            Assert.All(expected.Zip(pixels), pair => Assert.Equal(pair.First, pair.Second, 1e-4));

            float overlap = BoxOverlap.IntersectionOverUnion(
                new NormalizedBox(pixels[0], pixels[1], pixels[2], pixels[3]), new NormalizedBox(target[0], target[1], target[2], target[3]));
            Assert.Equal(item.GetProperty("iou").GetDouble(), overlap, 1e-4);
            Assert.Equal(item.GetProperty("hit").GetBoolean(), overlap >= 0.5f);
        }
    }

    [Fact]
    public void Box_text_back_to_pixels()
    {
        foreach (JsonElement item in Cases("text_to_pixels.json", "cases", 30))
        {
            double width = item.GetProperty("width").GetDouble(), height = item.GetProperty("height").GetDouble(), side = Math.Max(width, height);
            (double left, double top) = (Math.Floor((side - width) / 2), Math.Floor((side - height) / 2));
            NormalizedBox box = Assert.Single(Assert.Single(BoxParser.Read(item.GetProperty("text").GetString()!, BoxFormat.Shikra).Marks).Boxes);
            double[] pixels = [(box.X1 * side) - left, (box.Y1 * side) - top, (box.X2 * side) - left, (box.Y2 * side) - top];
            Assert.All(Numbers(item.GetProperty("pixels")).Zip(pixels), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void Short_answers()
    {
        foreach (JsonElement item in Cases("short_answer.json", "cases", 28))
        {
            string text = item.GetProperty("text").GetString()!;
            Assert.Equal(item.GetProperty("gqa_vqa_pope").GetString(), ShortAnswer.Read(text));
            Assert.Equal(item.GetProperty("point_qa").GetString(), ShortAnswer.ReadToStop(text));
        }
    }

    [Fact]
    public void Flickr30k_sentences_keep_their_phrases()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TokenizerSource.Fixture("metrics", "prompts", "flickr30k_entities_expected.json")));
        JsonElement[] items = [.. document.RootElement.GetProperty("items").EnumerateArray()];
        Assert.Equal(4, items.Length);
        foreach (JsonElement item in items)
        {
            const double side = 48;
            NormalizedBox[] boxes = [.. item.GetProperty("boxes").EnumerateArray().Select(box => InSquare(Numbers(box), side, side))];
            NormalizedBox[][] phrases = Phrases(item, boxes);
            string sentence = item.GetProperty("sentence").GetString()!;
            string answer = BoxFormat.Shikra.Fill(sentence.Replace("<ph_st>", "").Replace("<ph_ed>", "<boxes>"), phrases);

            GroundedText grounded = GroundedText.Parse(answer, BoxFormat.Shikra);
            Assert.Empty(grounded.Problems);
            Assert.Equal(phrases.Select(BoxFormat.Shikra.Write), grounded.Phrases.Select(phrase => BoxFormat.Shikra.Write(phrase.Boxes)));
            IEnumerable<string> words = sentence.Split("<ph_ed>")[..^1].Select(part => part.Split("<ph_st>")[1]);
            Assert.All(words.Zip(grounded.Phrases), pair => Assert.EndsWith(pair.First, grounded.WordsOf(pair.Second)));
        }
    }

    [Fact]
    public void Every_part_of_the_files_is_compared_or_left_out_by_name()
    {
        // Shikra's optional notation "<b_st><bin_0> <bin_125> ..." is no text but a thousand tokens added to the vocabulary. COMM writes boxes as
        // plain text (so does the Shikra that it builds on); without those tokens in a model's vocabulary the notation could not be used.
        string[] leftOut = ["box_text.json: token_format"];
        string[] compared =
        [
            "answers.json: cases", "answers.json: all_cases_as_one_run", "answers.json: run_with_unreadable_targets",
            "box_text.json: boxes", "box_text.json: points", "box_text.json: sentences",
            "qwen_vl.json: cases", "short_answer.json: cases", "text_to_pixels.json: cases",
        ];
        string[] explanations = ["rule", "lmms_eval_rule", "tolerance"];
        IEnumerable<string> parts = Directory.EnumerateFiles(TokenizerSource.Fixture("metrics", "rec"))
            .Select(file => Path.GetFileName(file))
            .SelectMany(file => Read(file).EnumerateObject().Select(member => member.Name).Except(explanations).Select(member => $"{file}: {member}"));
        Assert.Equal(compared.Concat(leftOut).Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
    }

    private static NormalizedBox InSquare(double[] box, double width, double height)
    {
        double side = Math.Max(width, height), left = Math.Floor((side - width) / 2), top = Math.Floor((side - height) / 2);
        return new NormalizedBox((box[0] + left) / side, (box[1] + top) / side, (box[2] + left) / side, (box[3] + top) / side);
    }

    private static void AssertMarks(JsonElement expected, IEnumerable<BoxMark> marks, Func<BoxMark, IEnumerable<double[]>> values)
    {
        double[][][] golden = [.. expected.EnumerateArray().Select(mark => mark.EnumerateArray().Select(Numbers).ToArray())];
        Assert.Equal(golden, marks.Select(mark => values(mark).ToArray()).ToArray());
    }

    private static double[] Values(NormalizedBox box) => [box.X1, box.Y1, box.X2, box.Y2];

    /// <summary>For each phrase its boxes.</summary>
    private static NormalizedBox[][] Phrases(JsonElement item, NormalizedBox[] boxes) =>
    [
        .. item.GetProperty("boxes_seq").EnumerateArray().Select(phrase => phrase.EnumerateArray().Select(index => boxes[index.GetInt32()]).ToArray()),
    ];

    private static NormalizedBox Box(JsonElement json) => Numbers(json) switch
    {
        [var x1, var y1, var x2, var y2] => new NormalizedBox(x1, y1, x2, y2),
        var other => throw new InvalidDataException($"A box has {other.Length} numbers."),
    };

    private static double[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonElement[] Cases(string file, string member, int count)
    {
        JsonElement[] items = [.. Read(file).GetProperty(member).EnumerateArray()];
        Assert.Equal(count, items.Length);
        return items;
    }

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TokenizerSource.Fixture("metrics", "rec", file)));
        return document.RootElement.Clone();
    }
}
