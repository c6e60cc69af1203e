using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>
/// Reads Shikra's files of JSON lines, a record a line, in the order of the file; REC, REG and grounded captions are read by
/// <see cref="Reg.RegReference"/>, POPE by <see cref="Pope.PopeQuestion"/>. What
/// Shikra's code reads is required, other members are passed over. Each reader throws a <see cref="DataException"/> for a file that cannot be read,
/// and for a bad record unless it is given the problems to bear.
/// </summary>
public static class ShikraFile
{
    /// <summary>Captions of pictures: CAP_coco2014_*.jsonl.</summary>
    public static IEnumerable<PictureCaption> ReadCaptions(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, PictureCaption.From, problems);

    /// <summary>Captions whose phrases have boxes: CWB_flickr30k_*.jsonl.</summary>
    public static IEnumerable<GroundedCaption> ReadGroundedCaptions(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, GroundedCaption.From, problems);

    /// <summary>GQA's questions, with Shikra's reasoning or without: gqa_question_*.jsonl.</summary>
    public static IEnumerable<GqaQuestion> ReadGqa(string path, DataProblems? problems = null) => JsonLines.Read(path, GqaQuestion.From, problems);

    /// <summary>GQA's scene graphs, one after the other; <see cref="SceneGraphs"/> finds that of a picture.</summary>
    public static IEnumerable<SceneGraph> ReadSceneGraphs(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, SceneGraph.From, problems);

    /// <summary>PointQA's questions about one thing: pointQA_local_*.jsonl.</summary>
    public static IEnumerable<PointQuestion> ReadPointLocal(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, PointQuestion.From, problems);

    /// <summary>PointQA's questions about a thing and its like: pointQA_twice_*.jsonl.</summary>
    public static IEnumerable<PointTwiceQuestion> ReadPointTwice(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, PointTwiceQuestion.From, problems);

    /// <summary>Visual7W's questions which box it is: v7w_pointing_*.jsonl.</summary>
    public static IEnumerable<PointingQuestion> ReadPointing(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, PointingQuestion.From, problems);

    /// <summary>VCR's questions with their choices: vcr_*.jsonl.</summary>
    public static IEnumerable<VcrQuestion> ReadVcr(string path, DataProblems? problems = null) => JsonLines.Read(path, VcrQuestion.From, problems);

    /// <summary>Questions of VQA-E, answered with an explanation: vqa_E_*.jsonl.</summary>
    public static IEnumerable<ExplainedQuestion> ReadVqaE(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, ExplainedQuestion.FromVqaE, problems);

    /// <summary>Questions of VQA-X, answered with a justification: vqa_X_*.jsonl.</summary>
    public static IEnumerable<ExplainedQuestion> ReadVqaX(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, ExplainedQuestion.FromVqaX, problems);

    /// <summary>VQAv2's questions, each with its annotation: v2_OpenEnded_*.jsonl.</summary>
    public static IEnumerable<PictureQuestion> ReadVqaV2(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, PictureQuestion.From, problems);

    /// <summary>Questions that GPT-4 wrote, with reasons whose phrases have boxes: GPT4GEN_*.jsonl.</summary>
    public static IEnumerable<GeneratedQuestion> ReadGenerated(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, GeneratedQuestion.From, problems);
}
