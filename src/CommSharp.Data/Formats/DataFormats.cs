using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Formats.Flickr30k;
using CommSharp.Data.Formats.Flickr30kEntities;
using CommSharp.Data.Formats.Llava;
using CommSharp.Data.Formats.Mme;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats;

/// <summary>What is to be read.</summary>
/// <param name="Path">The file or folder that the format needs.</param>
/// <param name="Split">The split; null for all. Only where the format has splits.</param>
/// <param name="Problems">Takes bad records; null to stop at the first.</param>
public sealed record DataRequest(string Path, string? Split = null, DataProblems? Problems = null);

/// <summary>A format that can be read by its name.</summary>
/// <param name="Name">The name, as a person types it.</param>
/// <param name="Needs">What the path must be, as a person reads it.</param>
/// <param name="Read">Reads the records, one by one.</param>
public sealed record DataFormat(string Name, string Needs, Func<DataRequest, IEnumerable<IDataRecord>> Read)
{
    /// <summary>Whether the path holds several splits, of which one can be asked for.</summary>
    public bool HasSplits { get; init; }
}

/// <summary>The formats that can be read by name. A new format is its line here.</summary>
public static class DataFormats
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<DataFormat> All { get; } =
    [
        new("coco-captions", "a JSON file with images and annotations", request => CocoCaptionImage.Read(request.Path, request.Problems)),
        new("coco-instances", "a JSON file with images, annotations and categories", request => CocoInstances.Read(request.Path, request.Problems)),
        new("flickr30k-csv", "results.csv", request => Flickr30kCsvFile.Read(request.Path, request.Problems)),
        new(
            "flickr30k-entities",
            "the folder that holds Sentences and Annotations",
            request => Flickr30kEntitiesFolder.Read(request.Path, request.Split, request.Problems)) { HasSplits = true },
        new(
            "flickr30k-karpathy",
            "dataset_flickr30k.json",
            request => Flickr30kSplitFile.Read(request.Path, request.Split, request.Problems)) { HasSplits = true },
        new("flickr30k-token", "results_20130124.token", request => Flickr30kTokenFile.Read(request.Path, request.Problems)),
        new("llava", "a JSON list of conversations", request => LlavaFile.Read(request.Path, problems: request.Problems)),
        new(
            "llava-coco2014",
            "llava_instruct_150k.json, with COCO's pictures of 2014",
            request => LlavaFile.Read(request.Path, LlavaFile.Coco2014Prefix, request.Problems)),
        new("mme", "a folder with a folder for each task, with pictures and questions", request => MmeQuestion.Read(request.Path)),
        new("pope", "a file of questions in JSON lines", request => PopeQuestion.Read(request.Path, request.Problems)),
        new(
            "refcoco",
            "refs(unc).p, refs(google).p or refs(umd).p, with instances.json beside it; also RefCOCO+ and RefCOCOg",
            request => RefCocoReferences.Read(request.Path, split: request.Split, problems: request.Problems)) { HasSplits = true },
        new("shikra-caption", "CAP_coco2014_train.jsonl", request => ShikraFile.ReadCaptions(request.Path, request.Problems)),
        new("shikra-flickr", "CWB_flickr30k_train.jsonl", request => ShikraFile.ReadGroundedCaptions(request.Path, request.Problems)),
        new("shikra-generated", "GPT4GEN_BoxCoT_train.jsonl", request => ShikraFile.ReadGenerated(request.Path, request.Problems)),
        new("shikra-gqa", "gqa_question_balanced_with_cot.jsonl", request => ShikraFile.ReadGqa(request.Path, request.Problems)),
        new("shikra-gqa-graphs", "gqa_scene_graph_data.jsonl", request => ShikraFile.ReadSceneGraphs(request.Path, request.Problems)),
        new("shikra-pointqa-local", "pointQA_local_train.jsonl", request => ShikraFile.ReadPointLocal(request.Path, request.Problems)),
        new("shikra-pointqa-twice", "pointQA_twice_train.jsonl", request => ShikraFile.ReadPointTwice(request.Path, request.Problems)),
        new("shikra-region", "REC_ref3_train.jsonl or GC_genome196_train.jsonl", request => RegReference.Read(request.Path, request.Problems)),
        new("shikra-vcr", "vcr_train.jsonl", request => ShikraFile.ReadVcr(request.Path, request.Problems)),
        new("shikra-visual7w", "v7w_pointing_train.jsonl", request => ShikraFile.ReadPointing(request.Path, request.Problems)),
        new("shikra-vqa-e", "vqa_E_train.jsonl", request => ShikraFile.ReadVqaE(request.Path, request.Problems)),
        new("shikra-vqa-x", "vqa_X_train.jsonl", request => ShikraFile.ReadVqaX(request.Path, request.Problems)),
        new("shikra-vqav2", "v2_OpenEnded_mscoco_train2014_questions.jsonl", request => ShikraFile.ReadVqaV2(request.Path, request.Problems)),
        new(
            "voc",
            "the folder that holds Annotations and ImageSets",
            request => PascalVocFolder.Read(request.Path, request.Split, request.Problems)) { HasSplits = true },
        PascalVoc("voc-caption", PascalVocQuestionKind.Caption),
        PascalVoc("voc-count", PascalVocQuestionKind.Counting),
        PascalVoc("voc-detect", PascalVocQuestionKind.Detection),
        PascalVoc("voc-presence", PascalVocQuestionKind.Presence),
        PascalVoc("voc-rec", PascalVocQuestionKind.Referring),
        PascalVoc("voc-reg", PascalVocQuestionKind.Region),
        new("vqa-annotations", "a JSON file with annotations, of VQAv2 or OK-VQA", request => VqaAnnotation.Read(request.Path, request.Problems)),
        new("vqa-questions", "a JSON file with questions, of VQAv2 or OK-VQA", request => VqaQuestion.Read(request.Path, request.Problems)),
    ];

    /// <summary>The questions of a kind that are made of annotations.</summary>
    private static DataFormat PascalVoc(string name, PascalVocQuestionKind kind) => new(
        name,
        "the folder that holds Annotations and ImageSets",
        request => PascalVocQuestions.Read(request.Path, kind, new PascalVocQuestionOptions { Split = request.Split, Problems = request.Problems }))
    { HasSplits = true };
}
