using System.Globalization;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Pictures;
using CommSharp.Evaluation.Benchmarks.Tasks;

namespace CommSharp.Evaluation.Benchmarks;

/// <summary>Benchmarks made of annotations in Pascal VOC's layout, a person's own among them: each class is a part.</summary>
internal static class PascalVocBenchmarks
{
    private const string TrainSplit = "train";

    public static IReadOnlyList<Benchmark> All { get; } =
    [
        Of("voc-rec", "VOC boxes, REC", PascalVocQuestionKind.Referring, new ReferringEvaluation(), (_, _) => question => new BoxTarget(question.Regions[0])),
        Of("voc-reg", "VOC boxes, classes", PascalVocQuestionKind.Region, new RegionClassEvaluation(), (_, words) => question => ClassTarget(question, words)),
        Of("voc-count", "VOC boxes, counts", PascalVocQuestionKind.Counting, new CountEvaluation(), (source, words) =>
        {
            Dictionary<string, CountPrior> priors = CountPriors(source, words);
            return question => new CountTarget(Number(question), priors.GetValueOrDefault(question.Class!));
        }),
        Of("voc-presence", "VOC boxes, presence", PascalVocQuestionKind.Presence, new PresenceEvaluation(), (_, _) => question => new YesNoTarget(question.Answer == "yes")),
    ];

    private static Benchmark Of(
        string name, string title, PascalVocQuestionKind kind, EvaluationTask task, Func<BenchmarkSource, ClassWords, Func<PascalVocQuestion, Target>> targets) => new(
        name, title, task, ["Annotations/", "ImageSets/Main/val.txt", "JPEGImages/"], source =>
        {
            var words = ClassWords.Of(source.Folder);
            var options = new PascalVocQuestionOptions { Split = source.Split, Takes = source.Takes, Words = words, Problems = source.Problems };
            Func<PascalVocQuestion, Target> target = targets(source, words);
            return new BenchmarkData(
                PascalVocQuestions.Read(source.Folder, kind, options).Select(question => Item(question, target(question))),
                new PictureFolder(Path.Combine(source.Folder, "JPEGImages")));
        })
        { DefaultSplit = "val" };

    private static EvaluationItem Item(PascalVocQuestion question, Target target) => new()
    {
        Place = question.Place,
        Id = question.Id,
        Picture = question.Picture,
        StatedSize = question.StatedSize,
        Words = question.Words,
        Region = question.Kind == PascalVocQuestionKind.Region ? question.Regions[0] : null,
        Part = question.Class,
        Target = target,
    };

    private static TextTarget ClassTarget(PascalVocQuestion question, ClassWords words) =>
        new([.. new[] { question.Answer!, words[question.Class!].Plural, question.Class! }.Distinct(StringComparer.Ordinal)]);

    /// <summary>Each class's numbers in the train split, without the pictures that are asked about; none where there is no such split or nothing is left.</summary>
    private static Dictionary<string, CountPrior> CountPriors(BenchmarkSource source, ClassWords words)
    {
        if (!File.Exists(Path.Combine(source.Folder, "ImageSets", "Main", TrainSplit + ".txt")))
        {
            return [];
        }

        var options = new PascalVocQuestionOptions
        {
            Split = TrainSplit,
            Words = words,
            Problems = source.Problems,
            Takes = source.Split != TrainSplit ? null : number => source.Takes is { } takes && !takes(number),
        };
        return PascalVocQuestions.Read(source.Folder, PascalVocQuestionKind.Counting, options).GroupBy(question => question.Class!, Number)
            .ToDictionary(of => of.Key, of => Prior([.. of.Order()]), StringComparer.Ordinal);
    }

    private static CountPrior Prior(int[] ordered) => new(ordered[(ordered.Length - 1) / 2], (int)Math.Round(ordered.Average(), MidpointRounding.AwayFromZero));

    private static int Number(PascalVocQuestion question) => int.Parse(question.Answer!, NumberStyles.None, CultureInfo.InvariantCulture);
}
