using CommSharp.Data.Datasets;
using CommSharp.Data.Formats;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>The table of tasks that recipes can name.</summary>
public sealed class DatasetTasksTests
{
    /// <summary>Formats whose samples are for evaluations, or that hold no questions and answers of their own, or are tasks of another one ("voc").</summary>
    private static readonly string[] WithoutTasks =
    [
        "coco-instances", "mme", "pope", "shikra-gqa-graphs", "voc-caption", "voc-count", "voc-detect", "voc-presence", "voc-rec", "voc-reg", "vqa-annotations",
        "vqa-questions",
    ];

    /// <summary>A file or folder of each format.</summary>
    private static readonly Dictionary<string, string[]> Files = new(StringComparer.Ordinal)
    {
        ["coco-captions"] = ["coco", "annotations", "captions_train2014.json"],
        ["flickr30k-csv"] = ["flickr30k", "results.csv"],
        ["flickr30k-entities"] = ["flickr30k_entities"],
        ["flickr30k-karpathy"] = ["flickr30k", "dataset_flickr30k.json"],
        ["flickr30k-token"] = ["flickr30k", "results_20130124.token"],
        ["llava"] = ["llava", "blip_laion_cc_sbu_558k.json"],
        ["llava-coco2014"] = ["llava", "blip_laion_cc_sbu_558k.json"],
        ["refcoco"] = ["refcoco", "refs(unc).p"],
        ["shikra-caption"] = ["shikra", "CAP_coco2014_train.jsonl"],
        ["shikra-flickr"] = ["shikra", "CWB_flickr30k_train.jsonl"],
        ["shikra-generated"] = ["shikra", "GPT4GEN_BoxCoT_train.jsonl"],
        ["shikra-gqa"] = ["shikra", "gqa_question_balanced_with_cot.jsonl"],
        ["shikra-pointqa-local"] = ["shikra", "pointQA_local_train.jsonl"],
        ["shikra-pointqa-twice"] = ["shikra", "pointQA_twice_train.jsonl"],
        ["shikra-region"] = ["shikra", "REC_ref3_train.jsonl"],
        ["shikra-vcr"] = ["shikra", "vcr_train.jsonl"],
        ["shikra-visual7w"] = ["shikra", "v7w_pointing_train.jsonl"],
        ["shikra-vqa-e"] = ["shikra", "vqa_E_train.jsonl"],
        ["shikra-vqa-x"] = ["shikra", "vqa_X_train.jsonl"],
        ["shikra-vqav2"] = ["shikra", "v2_OpenEnded_mscoco_train2014_questions.jsonl"],
    };

    [Fact]
    public void Every_format_has_tasks_or_a_reason_for_none()
    {
        string[] formats = [.. DatasetTasks.All.Select(task => task.Format).Distinct()];
        Assert.Equal(DataFormats.All.Select(format => format.Name).Except(WithoutTasks), formats.Order(StringComparer.Ordinal));
        Assert.Equal(DatasetTasks.All.Count, DatasetTasks.All.Select(task => (task.Format, task.Name)).Distinct().Count());
    }

    [Fact]
    public void Every_task_makes_questions_with_answers_of_its_format_s_records()
    {
        foreach (DatasetTask task in DatasetTasks.All.Where(task => Files.ContainsKey(task.Format)))
        {
            string path = TokenizerSource.Fixture(["formats", .. Files[task.Format]]);
            var owned = new List<IDisposable>();
            RecordSamples samples = task.Ready(new TaskSetup(Templates: null, path, owned.Add));
            IDataRecord[] records = [.. DataFormats.All.Single(format => format.Name == task.Format).Read(new DataRequest(path))];
            Assert.NotEmpty(records);
            foreach (IDataRecord record in records)
            {
                Assert.All(Enumerable.Range(0, samples.Count(record)), item =>
                {
                    TaskSample sample = samples.Make(record, item, new SampleChance(1, item));
                    Assert.False(sample.AwaitsAnswer);
                    Assert.Equal(sample.Picture is null ? 0 : 1, sample.Turns.Sum(turn => turn.ImageCount));
                });
            }

            owned.ForEach(each => each.Dispose());
        }
    }

    [Fact]
    public void A_task_asks_in_its_own_kind_of_wordings()
    {
        foreach (DatasetTask task in DatasetTasks.All.Where(task => task.Templates is not null && Files.ContainsKey(task.Format)))
        {
            var owned = new List<IDisposable>();
            string path = TokenizerSource.Fixture(["formats", .. Files[task.Format]]);
            var builtIn = QuestionTemplates.BuiltIn(task.Templates!.Value);
            IDataRecord record = DataFormats.All.Single(format => format.Name == task.Format).Read(new DataRequest(path)).First();
            TaskSample own = task.Ready(new TaskSetup(Templates: null, path, owned.Add)).Make(record, 0, new SampleChance(1, 0));
            TaskSample given = task.Ready(new TaskSetup(builtIn, path, owned.Add)).Make(record, 0, new SampleChance(1, 0));
            Assert.Equal(Words(given), Words(own));
            owned.ForEach(each => each.Dispose());
        }

        static IEnumerable<string> Words(TaskSample sample) =>
            sample.Turns.SelectMany(turn => turn.Parts).Select(part => part is SampleText text ? text.Text : part.GetType().Name);
    }

    [Fact]
    public void The_first_task_of_a_format_is_its_own()
    {
        var asker = new DataPlace("recipe", Field: "data");
        Assert.Equal("rec", DatasetTasks.Find("shikra-region", null, asker).Name);
        Assert.Equal("conversation", DatasetTasks.Find("llava", null, asker).Name);
        Assert.Equal("boxes", DatasetTasks.Find("shikra-generated", null, asker).Name);
        Assert.Equal("rec", DatasetTasks.Find("voc", null, asker).Name);
    }
}
