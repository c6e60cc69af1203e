using CommSharp.Checkpoints;
using CommSharp.Data.Formats;
using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Formats.Flickr30k;
using CommSharp.Data.Formats.Flickr30kEntities;
using CommSharp.Data.Formats.Llava;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Formats.Reg;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Datasets;

/// <summary>
/// The tasks that can be named in a recipe, by format. A new task is its line here; a format's first task is the one that it is mostly used for.
/// POPE and MME have none: they are for evaluations alone.
/// </summary>
public static class DatasetTasks
{
    /// <summary>All of them, a format's together.</summary>
    public static IReadOnlyList<DatasetTask> All { get; } =
    [
        DatasetTask.OfEach<CocoCaptionImage, CocoCaption>("coco-captions", "caption", TemplateKind.Caption, record => record.Captions, CocoCaptions),
        FlickrCaptions("flickr30k-csv"),
        DatasetTask.Of<EntitySentence>("flickr30k-entities", "grounded-caption", TemplateKind.GroundedCaption, setup => new GroundedCaptionTask(setup.Templates)),
        FlickrCaptions("flickr30k-karpathy"),
        FlickrCaptions("flickr30k-token"),
        .. LlavaTasks("llava"),
        .. LlavaTasks("llava-coco2014"),
        DatasetTask.Of<RefCocoExpression>("refcoco", "rec", TemplateKind.Referring, setup => new ReferringTask(setup.Templates)),
        DatasetTask.Of<RefCocoExpression>("refcoco", "reg", TemplateKind.RegionDescription, setup => new RegionTextTask(setup.Templates)),
        DatasetTask.Of<PictureCaption>("shikra-caption", "caption", TemplateKind.Caption, setup => new CaptionTask(setup.Templates)),
        DatasetTask.Of<GroundedCaption>("shikra-flickr", "grounded-caption", TemplateKind.GroundedCaption, setup => new GroundedCaptionTask(setup.Templates)),
        Generated("boxes", AnswerForm.Boxes),
        Generated("points", AnswerForm.Points),
        Generated("text", AnswerForm.Text),
        Generated("brief", AnswerForm.Brief),
        .. GqaTasks(),
        .. Regions.Select(region => DatasetTask.Of<PointQuestion>(
            "shikra-pointqa-local", region.Name, TemplateKind.ShortAnswer, setup => new PointTask(region.Form, templates: setup.Templates))),
        .. PointTwiceTasks(),
        DatasetTask.Of<RegReference>("shikra-region", "rec", TemplateKind.Referring, setup => new ReferringTask(setup.Templates)),
        DatasetTask.Of<RegReference>("shikra-region", "reg", TemplateKind.RegionDescription, setup => new RegionTextTask(setup.Templates)),
        DatasetTask.Of<RegReference>("shikra-region", "gc", TemplateKind.RegionCaption, RegionCaptions),
        Vcr("q-ra", VcrForm.ReasonAnswer),
        Vcr("q-a", VcrForm.Answer),
        Vcr("qc-a", VcrForm.Choice),
        Vcr("qc-ra", VcrForm.ReasonChoice),
        Vcr("qc-rac", VcrForm.ReasonAnswerChoice),
        Vcr("qa-r", VcrForm.GivenAnswerReason),
        Vcr("qac-r", VcrForm.GivenAnswerReasonChoice),
        Vcr("q-a-q-r", VcrForm.AnswerThenReason),
        Vcr("qc-a-qc-r", VcrForm.ChoiceThenReasonChoice),
        .. Regions.Select(region => DatasetTask.Of<PointingQuestion>(
            "shikra-visual7w", region.Name, TemplateKind.ShortAnswer, setup => new PointingTask(region.Form, setup.Templates))),
        DatasetTask.Of<ExplainedQuestion>("shikra-vqa-e", "explanation", TemplateKind.ReasoningText, setup => new ExplanationTask(setup.Templates)),
        DatasetTask.Of<ExplainedQuestion>("shikra-vqa-x", "explanation", TemplateKind.ReasoningText, setup => new ExplanationTask(setup.Templates)),
        DatasetTask.Of<PictureQuestion>("shikra-vqav2", "short-answer", TemplateKind.ShortAnswer, setup => new ShortAnswerTask(setup.Templates)),
        PascalVoc("rec", PascalVocQuestionKind.Referring),
        PascalVoc("detect", PascalVocQuestionKind.Detection),
        PascalVoc("reg", PascalVocQuestionKind.Region),
        PascalVoc("count", PascalVocQuestionKind.Counting),
        PascalVoc("presence", PascalVocQuestionKind.Presence),
        PascalVoc("caption", PascalVocQuestionKind.Caption),
    ];

    private static (string Name, RegionForm Form)[] Regions => [("box", RegionForm.Box), ("point", RegionForm.Point), ("either", RegionForm.Either)];

    /// <summary>A format's task by its name.</summary>
    /// <param name="format">The format.</param>
    /// <param name="task">The task; the format's first when null.</param>
    /// <param name="asker">What names them, for errors.</param>
    /// <exception cref="DataException">There is no such format, it has no tasks, or none of this name; the known ones are listed.</exception>
    public static DatasetTask Find(string format, string? task, DataPlace asker)
    {
        DatasetTask[] tasks = [.. All.Where(each => each.Format == format)];
        if (tasks.Length == 0)
        {
            string problem = DataFormats.All.Any(each => each.Name == format) ? "makes no training samples" : "is unknown";
            throw new DataException(
                asker.Of("format"), $"the format {Printable.Name(format)} {problem}; choose of {string.Join(", ", All.Select(each => each.Format).Distinct())}");
        }

        return task is null
            ? tasks[0]
            : tasks.FirstOrDefault(each => each.Name == task) ?? throw new DataException(
                asker.Of("task"), $"the format {format} has no task {Printable.Name(task)}; choose of {string.Join(", ", tasks.Select(each => each.Name))}");
    }

    private static Func<CocoCaptionImage, CocoCaption, SampleChance, TaskSample> CocoCaptions(TaskSetup setup)
    {
        var task = new CaptionTask(setup.Templates);
        return (record, caption, chance) => task.Make(record, caption.Text.Trim(), chance);
    }

    private static DatasetTask FlickrCaptions(string format) => DatasetTask.OfEach<Flickr30kPicture, Flickr30kCaption>(
        format,
        "caption",
        TemplateKind.Caption,
        record => record.Captions,
        setup =>
        {
            var task = new CaptionTask(setup.Templates);
            return (record, caption, chance) => task.Make(record, caption.Text, chance);
        });

    private static DatasetTask[] LlavaTasks(string format) =>
    [
        DatasetTask.Of<LlavaRecord>(format, "conversation", null, _ => new LlavaTask()),
        DatasetTask.Of<LlavaRecord>(format, "caption", null, _ => new LlavaTask(captionsOnly: true)) with { IsPlain = true },
    ];

    private static RegionTextTask RegionCaptions(TaskSetup setup) => new(setup.Templates ?? QuestionTemplates.BuiltIn(TemplateKind.RegionCaption));

    private static DatasetTask Generated(string name, AnswerForm form) =>
        DatasetTask.Of<GeneratedQuestion>("shikra-generated", name, form.Templates(), setup => new GeneratedTask(form, setup.Templates));

    private static DatasetTask Vcr(string name, VcrForm form) =>
        DatasetTask.Of<VcrQuestion>("shikra-vcr", name, VcrTask.DefaultKind(form), setup => new VcrTask(form, setup.Templates));

    /// <summary>The records are the annotated pictures, so that a part of them is a part of the pictures; what is asked are the questions that they make.</summary>
    private static DatasetTask PascalVoc(string name, PascalVocQuestionKind kind) =>
        DatasetTask.Of<PascalVocQuestion>("voc", name, PascalVocTask.Templates(kind), setup => new PascalVocTask(kind, setup.Templates)) with
        {
            Expand = (pictures, path) => PascalVocQuestions.Make(
                pictures.Select(picture => new NumberedAnnotation(picture.Number, (PascalVocAnnotation)picture.Record)), kind, ClassWords.Of(path)),
        };

    private static IEnumerable<DatasetTask> GqaTasks() =>
        from boxed in (bool[])[false, true]
        from each in ((string Name, AnswerForm Form, bool AsProgram)[])
        [
            ("qa", AnswerForm.Brief, false),
            ("reasoning", AnswerForm.Text, false),
            ("boxes", AnswerForm.Boxes, false),
            ("points", AnswerForm.Points, false),
            ("program", AnswerForm.Text, true),
            ("program-boxes", AnswerForm.Boxes, true),
        ]
        select DatasetTask.Of<GqaQuestion>("shikra-gqa", boxed ? "boxed-" + each.Name : each.Name, each.Form.Templates(), setup => new GqaTask(each.Form, setup.Templates)
        {
            AsProgram = each.AsProgram,
            BoxedQuestions = boxed ? 1 : 0,
            Graphs = boxed || (each.AsProgram && each.Form != AnswerForm.Text) ? GraphsBeside(setup) : null,
        });

    private static SceneGraphs GraphsBeside(TaskSetup setup)
    {
        string folder = Path.GetDirectoryName(setup.Path) ?? "";
        var graphs = new SceneGraphs(Path.Combine(folder, "gqa_scene_graph_data.jsonl"), Path.Combine(folder, "gqa_scene_graph_index.json"));
        setup.Own(graphs);
        return graphs;
    }

    private static IEnumerable<DatasetTask> PointTwiceTasks() =>
        from wording in ((string Name, PointWording Wording)[])[("object", PointWording.Thing), ("super", PointWording.Kind), ("general", PointWording.General)]
        from region in Regions
        let name = region.Form == RegionForm.Either ? wording.Name : $"{wording.Name}-{region.Name}"
        select DatasetTask.Of<PointTwiceQuestion>(
            "shikra-pointqa-twice", name, TemplateKind.ShortAnswer, setup => new PointTask(region.Form, wording.Wording, setup.Templates));
}
