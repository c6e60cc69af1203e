using CommSharp.Data.Tabletop.Files;
using CommSharp.Data.Tabletop.Questions;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tests.Tabletop;

/// <summary>The records of scenes of all three splits, as files without their pictures: what is tested is what stands in the files.</summary>
public sealed class WrittenWorld : IDisposable
{
    private const int Side = 112;

    private readonly TemporaryFolder _folder = new();

    public WrittenWorld()
    {
        (WorldSplit Split, int Count)[] parts = [(WorldSplit.Train, 250), (WorldSplit.Validation, 50), (WorldSplit.Test, 200)];
        Scene[] scenes = [.. parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => Scene.Of(part.Split.FirstSeed + i)))];
        var all = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var captions = new List<(string, string)>();
        var questions = new List<WorldQuestion>();
        foreach (Scene scene in scenes)
        {
            var records = SceneRecords.Of(scene, Side);
            captions.AddRange(records.Captions.Select(caption => (SceneRecords.PictureOf(scene.Seed), caption)));
            questions.AddRange(records.Questions);
            foreach ((string name, IReadOnlyList<string> lines) in records.Lines)
            {
                (all.TryGetValue(name, out List<string>? own) ? own : all[name] = []).AddRange(lines);
            }
        }

        foreach ((string name, List<string> lines) in all)
        {
            File.WriteAllLines(_folder[name], lines);
        }

        (Scenes, Captions, Questions, Truths) = (scenes, captions, questions, WorldTruth.ReadByPicture(this[WorldFolder.Scenes]));
    }

    public IReadOnlyList<Scene> Scenes { get; }

    /// <summary>The truth, by the pictures' names.</summary>
    public IReadOnlyDictionary<string, WorldTruth> Truths { get; }

    /// <summary>All captions, also those that go into files of COCO's layout alone.</summary>
    public IReadOnlyList<(string Picture, string Caption)> Captions { get; }

    public IReadOnlyList<WorldQuestion> Questions { get; }

    /// <summary>The path of one of the files.</summary>
    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();
}

/// <summary>The world is written once for all the tests that read it.</summary>
[CollectionDefinition(nameof(WrittenWorld))]
public sealed class WrittenWorldTests : ICollectionFixture<WrittenWorld>;
