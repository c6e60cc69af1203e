using CommSharp.Data;
using CommSharp.Data.Datasets;
using CommSharp.Data.Tasks;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Annotated pictures as a data set of a recipe: one folder, six tasks, and pictures held back whole.</summary>
public sealed class PascalVocDatasetTests
{
    public static TheoryData<string> Tasks => [.. DatasetTasks.All.Where(task => task.Format == "voc").Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_picture_of_blood_cells_is_trained_on_or_held_back_whatever_is_asked(string task)
    {
        var part = new DatasetPart { Format = "voc", Task = task, Path = SharedFolder.Require("data", "bccd"), Split = "train", Every = 5 };
        string[] trained = Pictures(part with { Keep = [0, 1, 2, 3] }), held = Pictures(part with { Keep = [4] });
        Assert.NotEmpty(held);
        Assert.Empty(trained.Intersect(held));
        string[] names = File.ReadAllLines(Path.Combine(part.Path, "ImageSets", "Main", "train.txt"));
        Assert.Subset(names.Where((_, i) => i % 5 == 4).Select(name => name + ".jpg").ToHashSet(), held.ToHashSet());

        // The limit is of pictures too.
        Assert.Subset(names.Take(10).Select(name => name + ".jpg").ToHashSet(), Pictures(part with { Every = null, Limit = 10 }).ToHashSet());
    }

    [Fact]
    public void The_words_of_the_data_set_reach_the_samples()
    {
        using var folder = new TemporaryFolder();
        VocFolder.WritePicture(folder, "data", "a", new VocFolder.Thing("cat", (1, 1, 20, 15)));
        VocFolder.WriteSplit(folder, "data", "train", "a");
        folder.Write("data/class-words.json", """{ "cat": { "singular": "tom" } }""");
        using SampleSet samples = SampleSet.Open(new DatasetPart { Format = "voc", Path = "data", Split = "train" }, folder.Path);
        TaskSample sample = samples.Datasets[0].Make(0, SampleChance.None);
        Assert.Contains("the tom", sample.Turns[0].Parts.OfType<SampleText>().Select(part => part.Text));
    }

    private static string[] Pictures(DatasetPart part)
    {
        using SampleSet samples = DataSamples.Open(part);
        Dataset dataset = samples.Datasets.Single();
        IDataRecord[] records = [.. Enumerable.Range(0, dataset.Count).Select(dataset.RecordOf)];
        Assert.All(Enumerable.Range(0, dataset.Count), number => Assert.False(dataset.Make(number, new SampleChance(1, number)).AwaitsAnswer));
        return [.. records.Select(record => record.Picture!).Distinct()];
    }
}
