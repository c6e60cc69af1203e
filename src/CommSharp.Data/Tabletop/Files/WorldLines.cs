using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>A line of Shikra's files for regions; what follows the size is ours, and readers of the format pass over it.</summary>
internal sealed record RegionLine(string ImgPath, string Expression, double[] Bbox, int Width, int Height, string Sort, string Kind, bool HeldOut)
{
    /// <summary>What the expression's words fit.</summary>
    public PhraseLine[]? Phrases { get; init; }
}

/// <summary>Words of an expression or a question, and the boxes of all that they fit, which are ours.</summary>
internal sealed record PhraseLine(string Words, double[][] Boxes);

/// <summary>A line of Shikra's files for captions.</summary>
internal sealed record CaptionLine(string ImgPath, string Caption);

/// <summary>A line of Shikra's files for captions whose phrases have boxes.</summary>
internal sealed record GroundedLine(long Id, string ImageId, double[][] Boxes, string Sentence, int[][] BoxesSeq);

/// <summary>A line of Shikra's files for VQAv2.</summary>
internal sealed record VqaLine(string ImagePath, long QuestionId, string Question, VqaLineAnnotation Annotation, PhraseLine[] Phrases);

/// <summary>The annotation of such a line; the boxes of what the answer speaks of are ours.</summary>
internal sealed record VqaLineAnnotation(string QuestionType, string MultipleChoiceAnswer, double[][] Boxes);

/// <summary>A line of Shikra's files for PointQA.</summary>
internal sealed record PointLine(string FilePath, string Question, string Answer, double[] Bbox, double[] Point);

/// <summary>A line of POPE's files.</summary>
internal sealed record PopeLine(long QuestionId, string Image, string Text, string Label);

/// <summary>What a picture shows, for people and for scores that need the truth.</summary>
internal sealed record SceneLine(string Image, long Seed, string Ground, SceneLineObject[] Objects);

/// <summary>An object of such a line.</summary>
internal sealed record SceneLineObject(string Shape, string Colour, string Pattern, string Size, double[] Bbox, double Seen);

/// <summary>VQAv2's file of questions.</summary>
internal sealed record VqaQuestionsFile(string DataType, string DataSubtype, string TaskType, VqaQuestionEntry[] Questions);

/// <summary>A question of it.</summary>
internal sealed record VqaQuestionEntry(long ImageId, string Question, long QuestionId);

/// <summary>VQAv2's file of annotations.</summary>
internal sealed record VqaAnnotationsFile(string DataType, string DataSubtype, VqaAnnotationEntry[] Annotations);

/// <summary>An annotation of it.</summary>
internal sealed record VqaAnnotationEntry(
    string QuestionType, string AnswerType, string MultipleChoiceAnswer, VqaAnswerEntry[] Answers, long ImageId, long QuestionId);

/// <summary>One of ten answers.</summary>
internal sealed record VqaAnswerEntry(string Answer, string AnswerConfidence, int AnswerId);

/// <summary>COCO's file of captions.</summary>
internal sealed record CocoCaptionsFile(CocoImageEntry[] Images, CocoCaptionEntry[] Annotations);

/// <summary>A picture of it.</summary>
internal sealed record CocoImageEntry(long Id, string FileName, int Width, int Height);

/// <summary>A caption of it.</summary>
internal sealed record CocoCaptionEntry(long Id, long ImageId, string Caption);

/// <summary>What a folder of the world holds.</summary>
internal sealed record WorldCard(string World, int Version, int Side, int MostObjects, double Closeness, WorldCardSplit[] Splits);

/// <summary>A split of it.</summary>
internal sealed record WorldCardSplit(string Name, long FirstSeed, int Scenes, bool HeldOutKinds);

/// <summary>How the files are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RegionLine))]
[JsonSerializable(typeof(CaptionLine))]
[JsonSerializable(typeof(GroundedLine))]
[JsonSerializable(typeof(VqaLine))]
[JsonSerializable(typeof(PointLine))]
[JsonSerializable(typeof(PopeLine))]
[JsonSerializable(typeof(SceneLine))]
[JsonSerializable(typeof(VqaQuestionsFile))]
[JsonSerializable(typeof(VqaAnnotationsFile))]
[JsonSerializable(typeof(CocoCaptionsFile))]
[JsonSerializable(typeof(WorldCard))]
internal sealed partial class WorldJson : JsonSerializerContext
{
    /// <summary>The world's words are plain, so that "&lt;ph_st&gt;" may stand as it is.</summary>
    public static WorldJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
