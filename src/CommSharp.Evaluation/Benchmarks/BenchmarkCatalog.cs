using CommSharp.Data;
using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Formats.Flickr30k;
using CommSharp.Data.Formats.Mme;
using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.RefCoco;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Evaluation.Benchmarks.Tasks;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>The benchmarks of the paper, those of boxes that a person brings, and those of the tabletop world.</summary>
public static class BenchmarkCatalog
{
    private static readonly (string Name, string Title, string References, string[] Splits)[] RefCocoSets =
    [
        ("refcoco", "RefCOCO", "refs(unc).p", ["val", "testA", "testB"]),
        ("refcoco+", "RefCOCO+", "refs(unc).p", ["val", "testA", "testB"]),
        ("refcocog", "RefCOCOg", "refs(umd).p", ["val", "test"]),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        .. RefCocoSets.SelectMany(set => set.Splits.Select(split => Referring(set.Name, set.Title, set.References, split))),
        .. RefCocoSets.SelectMany(set => set.Splits.Select(split => Describing(set.Name, set.Title, set.References, split))),
        .. new[] { "random", "popular", "adversarial" }.Select(Pope),
        new Benchmark("mme", "MME", new MmeEvaluation(), ["a folder for each task"], ReadMme),
        Vqa("vqav2-val", "VQAv2 val", "v2_OpenEnded_mscoco_val2014_questions.json", "v2_mscoco_val2014_annotations.json", "val2014"),
        Vqa("vqav2-test-dev", "VQAv2 test-dev", "v2_OpenEnded_mscoco_test-dev2015_questions.json", null, "test2015"),
        Vqa("vqav2-test", "VQAv2 test", "v2_OpenEnded_mscoco_test2015_questions.json", null, "test2015"),
        Vqa("okvqa", "OK-VQA val", "OpenEnded_mscoco_val2014_questions.json", "mscoco_val2014_annotations.json", "val2014"),
        new Benchmark("coco-captions", "COCO captions val2014", new CaptionEvaluation(), ["captions_val2014.json", "val2014/"], ReadCoco),
        new Benchmark("flickr30k-captions", "Flickr30k captions test", new CaptionEvaluation(), ["dataset_flickr30k.json", "flickr30k_images/"], ReadFlickr),
        .. PascalVocBenchmarks.All,
        .. TabletopBenchmarks.All,
    ];

    /// <summary>Finds a benchmark by its name; null when there is none.</summary>
    public static Benchmark? Find(string name) => All.FirstOrDefault(benchmark => benchmark.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Benchmark Referring(string name, string title, string references, string split) => new(
        $"{name}-{split}", $"{title} {split}, REC", new ReferringEvaluation(), [references, RefCocoReferences.InstancesName, "train2014/"], source => new BenchmarkData(
            Expressions(source, references, split).Select(expression => new EvaluationItem
            {
                Place = expression.Place,
                Id = expression.Id!,
                Picture = expression.Picture!,
                StatedSize = expression.StatedSize,
                Words = expression.Text,
                Target = new BoxTarget(expression.Target.Box),
            }),
            Pictures(source, "train2014", "images/train2014", "../images/mscoco/images/train2014", "images")));

    private static Benchmark Describing(string name, string title, string references, string split) => new(
        $"reg-{name}-{split}", $"{title} {split}, REG", new CaptionEvaluation(ofRegions: true), [references, RefCocoReferences.InstancesName, "train2014/"], source => new BenchmarkData(
            Expressions(source, references, split).GroupBy(expression => (expression.Picture, expression.Target.Box)).Select(region => new EvaluationItem
            {
                Place = region.First().Place,
                Id = region.First().Id!,
                Picture = region.First().Picture!,
                StatedSize = region.First().StatedSize,
                Region = region.Key.Box,
                Target = new TextTarget([.. region.Select(expression => expression.Text)]),
            }),
            Pictures(source, "train2014", "images/train2014", "../images/mscoco/images/train2014", "images")));

    private static IEnumerable<RefCocoExpression> Expressions(BenchmarkSource source, string references, string split) =>
        RefCocoReferences.Read(source.Find(references), source.Find(RefCocoReferences.InstancesName), split, source.Problems);

    private static Benchmark Pope(string kind) => new(
        $"pope-{kind}", $"POPE {kind}", new YesNoEvaluation(), [$"coco_pope_{kind}.json", "val2014/"], source => new BenchmarkData(
            PopeQuestion.Read(source.Find($"coco_pope_{kind}.json"), source.Problems).Select(question => new EvaluationItem
            {
                Place = question.Place,
                Id = question.Id,
                Picture = question.Picture,
                Words = question.Text,
                Target = new YesNoTarget(question.IsYes),
            }),
            Pictures(source, "val2014", "images/val2014", "images")));

    private static Benchmark Vqa(string name, string title, string questions, string? annotations, string pictures) => new(
        name, title, new VqaEvaluation(), [.. new[] { questions, annotations, pictures + "/" }.OfType<string>()], source => new BenchmarkData(
            annotations is null
                ? VqaQuestion.Read(source.Find(questions), source.Problems).Select(question => Item(question, null))
                : Annotated(source, questions, annotations),
            Pictures(source, pictures, $"images/{pictures}", "images")));

    /// <summary>Every question with its annotation. The two files must have the same questions: the one may not shorten the other.</summary>
    private static IEnumerable<EvaluationItem> Annotated(BenchmarkSource source, string questions, string annotations)
    {
        var all = new Dictionary<string, VqaAnnotation>(StringComparer.Ordinal);
        foreach (VqaAnnotation annotation in VqaAnnotation.Read(source.Find(annotations), source.Problems))
        {
            if (!all.TryAdd(annotation.Id, annotation))
            {
                throw new DataException(annotation.Place, $"annotates the question {annotation.Id} a second time");
            }
        }

        var items = DataProblems.Read(
            VqaQuestion.Read(source.Find(questions), source.Problems),
            question => all.Remove(question.Id, out VqaAnnotation? annotation)
                ? Item(question, annotation)
                : throw new DataException(question.Place, $"has no annotation, or stands there twice ({question.Id}); the files do not belong together"),
            source.Problems);
        foreach (EvaluationItem item in items)
        {
            yield return item;
        }

        foreach (VqaAnnotation rest in all.Values)
        {
            var error = new DataException(rest.Place, $"annotates the question {rest.Id}, which is not asked; the files do not belong together");
            if (source.Problems?.Bear(error) != true)
            {
                throw error;
            }
        }
    }

    private static EvaluationItem Item(VqaQuestion question, VqaAnnotation? annotation) => new()
    {
        Place = question.Place,
        Id = question.Id,
        Picture = question.Picture,
        Words = question.Text,
        Target = annotation is null ? null : new VqaTarget(annotation),
    };

    private static BenchmarkData ReadMme(BenchmarkSource source)
    {
        string folder = Directory.Exists(Path.Combine(source.Folder, "MME_Benchmark_release_version")) ? Path.Combine(source.Folder, "MME_Benchmark_release_version") : source.Folder;
        IEnumerable<EvaluationItem> items = MmeQuestion.Read(folder).Select(question => new EvaluationItem
        {
            Place = question.Place,
            Id = question.Id,
            Picture = question.Picture,
            Words = question.Text,
            Part = question.Task,
            Target = new YesNoTarget(question.IsYes),
        });
        return new BenchmarkData(items, new PictureFolder(folder));
    }

    private static BenchmarkData ReadCoco(BenchmarkSource source) => new(
        CocoCaptionImage.Read(source.Find("captions_val2014.json", "annotations/captions_val2014.json"), source.Problems).Select(image => new EvaluationItem
        {
            Place = image.Place,
            Id = image.Id,
            Picture = image.Picture,
            StatedSize = image.StatedSize,
            Target = new TextTarget([.. image.Captions.Select(caption => caption.Text)]),
        }),
        Pictures(source, "val2014", "images/val2014", "images"));

    private static BenchmarkData ReadFlickr(BenchmarkSource source) => new(
        Flickr30kSplitFile.Read(source.Find("dataset_flickr30k.json"), "test", source.Problems).Select(picture => new EvaluationItem
        {
            Place = picture.Place,
            Id = picture.Picture,
            Picture = picture.Picture,
            Target = new TextTarget([.. picture.Captions.Select(caption => caption.Text)]),
        }),
        Pictures(source, "flickr30k_images", "flickr30k-images", "images"));

    /// <summary>The folder of pictures among those in use; the benchmark's own where there is none.</summary>
    private static PictureFolder Pictures(BenchmarkSource source, params string[] names) =>
        new(names.Select(name => Path.Combine(source.Folder, name)).FirstOrDefault(Directory.Exists) ?? source.Folder);
}
