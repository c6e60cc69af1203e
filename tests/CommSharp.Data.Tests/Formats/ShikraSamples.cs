using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;

namespace CommSharp.Data.Tests.Formats;

/// <summary>A kind of Shikra's files, its sample, and how it is read.</summary>
/// <param name="File">The sample's name.</param>
/// <param name="Read">Reads it.</param>
/// <param name="PictureField">The member that names the picture.</param>
/// <param name="TextField">A member that must be a text.</param>
/// <param name="Format">The name by which the format is read.</param>
internal sealed record ShikraSample(string File, Func<string, IEnumerable<IDataRecord>> Read, string PictureField, string TextField, string Format);

internal static class ShikraSamples
{
    /// <summary>The samples of all kinds.</summary>
    public static IReadOnlyList<ShikraSample> All { get; } =
    [
        new("REC_ref3_train.jsonl", file => RegReference.Read(file), "img_path", "expression", "shikra-region"),
        new("GC_genome196_train.jsonl", file => RegReference.Read(file), "img_path", "expression", "shikra-region"),
        new("CAP_coco2014_train.jsonl", file => ShikraFile.ReadCaptions(file), "img_path", "caption", "shikra-caption"),
        new("CWB_flickr30k_train.jsonl", file => ShikraFile.ReadGroundedCaptions(file), "image_id", "sentence", "shikra-flickr"),
        new("gqa_question_balanced_with_cot.jsonl", file => ShikraFile.ReadGqa(file), "imageId", "question", "shikra-gqa"),
        new("gqa_scene_graph_data.jsonl", file => ShikraFile.ReadSceneGraphs(file), "imageId", "imageId", "shikra-gqa-graphs"),
        new("pointQA_local_train.jsonl", file => ShikraFile.ReadPointLocal(file), "file_path", "question", "shikra-pointqa-local"),
        new("pointQA_twice_train.jsonl", file => ShikraFile.ReadPointTwice(file), "file_path", "super_question", "shikra-pointqa-twice"),
        new("v7w_pointing_train.jsonl", file => ShikraFile.ReadPointing(file), "file_path", "question", "shikra-visual7w"),
        new("vcr_train.jsonl", file => ShikraFile.ReadVcr(file), "img_fn", "img_fn", "shikra-vcr"),
        new("vqa_E_train.jsonl", file => ShikraFile.ReadVqaE(file), "file_path", "question", "shikra-vqa-e"),
        new("vqa_X_train.jsonl", file => ShikraFile.ReadVqaX(file), "file_path", "question", "shikra-vqa-x"),
        new("v2_OpenEnded_mscoco_train2014_questions.jsonl", file => ShikraFile.ReadVqaV2(file), "image_path", "question", "shikra-vqav2"),
        new("coco_pope_random.jsonl", file => PopeQuestion.Read(file), "image", "text", "pope"),
        new("GPT4GEN_BoxCoT_train.jsonl", file => ShikraFile.ReadGenerated(file), "img_path", "answer", "shikra-generated"),
    ];

    /// <summary>The sample of a name.</summary>
    public static ShikraSample Of(string file) => All.Single(sample => sample.File == file);

    /// <summary>Copies a sample, so that a test may break it.</summary>
    public static string Copy(TemporaryFolder folder, string file) => AnswerSamples.Copy(folder, "formats", "shikra", file);

    /// <summary>Copies the pictures as VQA's files name them, some in a folder of their own.</summary>
    public static string CopyPictures(TemporaryFolder folder)
    {
        string from = AnswerSamples.Fixture("formats", "shikra", "images");
        foreach (string file in Directory.EnumerateFiles(from))
        {
            folder.Write(Path.Combine("images", Path.GetFileName(file)), File.ReadAllBytes(file));
            folder.Write(Path.Combine("images", "train2014", Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        return folder["images"];
    }
}
