using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>A split's questions and captions in the layouts of VQAv2, POPE and COCO, so that their evaluations take them as they are.</summary>
internal sealed class EvaluationFiles(int side)
{
    private const int Annotators = 10;

    private readonly List<Scene> _scenes = [];
    private readonly List<VqaQuestionEntry> _questions = [];
    private readonly List<VqaAnnotationEntry> _annotations = [];
    private readonly List<CocoImageEntry> _images = [];
    private readonly List<CocoCaptionEntry> _captions = [];

    /// <summary>Adds a scene.</summary>
    public void Add(Scene scene, SceneRecords records)
    {
        long first = scene.Seed * SceneRecords.NumbersAScene;
        _scenes.Add(scene);
        _images.Add(new CocoImageEntry(scene.Seed, SceneRecords.PictureOf(scene.Seed), side, side));
        _captions.AddRange(records.Captions.Select((caption, i) => new CocoCaptionEntry(first + i, scene.Seed, caption)));
        foreach ((int i, WorldQuestion question) in records.Questions.Index())
        {
            _questions.Add(new VqaQuestionEntry(scene.Seed, question.Text, first + i));
            _annotations.Add(new VqaAnnotationEntry(
                SceneRecords.TypeOf(question),
                question.Answer is "yes" or "no" ? "yes/no" : question.Sort == QuestionSort.Count ? "number" : "other",
                question.Answer,
                [.. Enumerable.Range(1, Annotators).Select(number => new VqaAnswerEntry(question.Answer, "yes", number))],
                scene.Seed,
                first + i));
        }
    }

    /// <summary>Writes the files of a split.</summary>
    public void Write(AtomicFolder folder, string split)
    {
        WriteJson(folder[split, "v2_OpenEnded_mscoco_val2014_questions.json"], new VqaQuestionsFile("mscoco", WorldFolder.Subtype, "Open-Ended", [.. _questions]), WorldJson.Plain.VqaQuestionsFile);
        WriteJson(folder[split, "v2_mscoco_val2014_annotations.json"], new VqaAnnotationsFile("mscoco", WorldFolder.Subtype, [.. _annotations]), WorldJson.Plain.VqaAnnotationsFile);
        WriteJson(folder[split, "captions_val2014.json"], new CocoCaptionsFile([.. _images], [.. _captions]), WorldJson.Plain.CocoCaptionsFile);
        var pope = new PopeWriter(_scenes);
        foreach (PopeSampling sampling in Enum.GetValues<PopeSampling>())
        {
            using var file = new StreamWriter(folder[split, $"coco_pope_{Enum.GetName(sampling)!.ToLowerInvariant()}.json"]) { NewLine = "\n" };
            foreach ((int i, PopeWorldQuestion question) in pope.Ask(sampling, seed: 0).Index())
            {
                var line = new PopeLine(i + 1, SceneRecords.PictureOf(question.Seed), question.Text, question.IsYes ? "yes" : "no");
                file.WriteLine(JsonSerializer.Serialize(line, WorldJson.Plain.PopeLine));
            }
        }
    }

    private static void WriteJson<T>(string path, T content, JsonTypeInfo<T> json)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, content, json);
    }
}
