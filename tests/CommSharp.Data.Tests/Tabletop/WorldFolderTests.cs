using System.Text;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats;
using CommSharp.Data.Pictures;
using CommSharp.Data.Tabletop.Files;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tests.Tabletop;

public sealed class WorldFolderTests : IDisposable
{
    private static readonly WorldFolderOptions Small = new() { Train = 8, Validation = 3, Test = 6, Classes = 4 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_options_give_the_same_bytes_however_many_threads_draw()
    {
        Write("one", Small);
        Write("two", Small with { Threads = 3 });
        Dictionary<string, byte[]> one = Contents("one"), two = Contents("two");
        Assert.Equal(one.Keys, two.Keys);
        Assert.All(one, file => Assert.True(file.Value.AsSpan().SequenceEqual(two[file.Key]), file.Key));
        Assert.Equal(8 + 3 + 6 + 4, one.Keys.Count(name => name.EndsWith(".jpg", StringComparison.Ordinal)));
        Assert.Equal("""{"world":"tabletop","version":2,"side":112""", Encoding.UTF8.GetString(one["world.json"])[..42]);
    }

    [Theory]
    [InlineData(112)]
    [InlineData(150)]
    public void Every_file_is_read_by_the_reader_of_its_format_without_a_problem(int side)
    {
        Write("world", Small with { Side = side });
        foreach (WorldSplit split in WorldSplit.All)
        {
            string[] files = [.. Directory.EnumerateFiles(_folder["world", split.Name]).Select(file => Path.GetFileName(file))];
            Assert.Equal(split == WorldSplit.Train ? 8 : 14, files.Length);
            Assert.All(files, file =>
            {
                var options = new DataCheckOptions { Pictures = new PictureFolder(_folder["world", split.Name, WorldFolder.Pictures]) };
                DataCheckOutcome outcome = DataCheck.Run(FormatOf(file), _folder["world", split.Name, file], options, cancellationToken: TestContext.Current.CancellationToken);
                Assert.Empty(outcome.Problems.All);
                Assert.Null(outcome.End);
                Assert.True(outcome.Records > 0, file);
            });
        }
    }

    [Fact]
    public void Splits_that_nothing_is_wanted_of_are_not_there()
    {
        Write("world", new WorldFolderOptions { Train = 0, Validation = 0, Test = 2 });
        Assert.Equal(["test", "world.json"], Directory.EnumerateFileSystemEntries(_folder["world"]).Select(each => Path.GetFileName(each)).Order(StringComparer.Ordinal));
    }

    /// <summary>What is left out changes nothing of what stays.</summary>
    [Fact]
    public void Scenes_with_few_things_are_the_first_of_the_split_that_have_no_more()
    {
        Write("all", Small with { Train = 40, Validation = 0, Test = 0 });
        string[] expected = [.. File.ReadLines(_folder["all", "train", WorldFolder.Scenes]).Where(line => line.Split("\"shape\"").Length - 1 <= 2)];
        Assert.InRange(expected.Length, 3, 30);
        Write("few", Small with { Train = expected.Length, Validation = 0, Test = 0, Most = 2 });
        Assert.Equal(expected, File.ReadLines(_folder["few", "train", WorldFolder.Scenes]));
        string[] questions = [.. File.ReadLines(_folder["all", "train", WorldFolder.Expressions])];
        Assert.Subset(questions.ToHashSet(), File.ReadLines(_folder["few", "train", WorldFolder.Expressions]).ToHashSet());
    }

    [Fact]
    public void Closer_scenes_are_written_as_such()
    {
        Write("usual", Small with { Train = 12, Validation = 0, Test = 0 });
        Write("close", Small with { Train = 12, Validation = 0, Test = 0, Closeness = 1.5 });
        Assert.Contains("\"closeness\":1.5", File.ReadAllText(_folder["close", "world.json"]), StringComparison.Ordinal);
        Assert.All(
            File.ReadLines(_folder["usual", "train", WorldFolder.Scenes]).Zip(File.ReadLines(_folder["close", "train", WorldFolder.Scenes])),
            pair => Assert.True(FirstWidth(pair.Second) > 1.2 * FirstWidth(pair.First), pair.Second));

        static double FirstWidth(string line)
        {
            using var scene = System.Text.Json.JsonDocument.Parse(line);
            var box = scene.RootElement.GetProperty("objects")[0].GetProperty("bbox");
            return box[2].GetDouble() - box[0].GetDouble();
        }
    }

    [Fact]
    public void Pictures_of_single_things_lie_in_the_folders_of_their_kinds()
    {
        Write("world", Small with { Classes = 12, Train = 1 });
        string[] kinds = [.. Directory.EnumerateDirectories(_folder["world", "train", "classes"]).Select(folder => Path.GetFileName(folder))];
        Assert.InRange(kinds.Length, 5, 12);
        Assert.Subset(Kind.All.Where(kind => !kind.IsHeldOut).Select(kind => $"{kind.Hue}-{kind.Shape}".ToLowerInvariant()).ToHashSet(), kinds.ToHashSet());
    }

    [Fact]
    public void A_tenth_as_many_single_things_are_held_out_for_validation()
    {
        Write("world", Small with { Classes = 25, Train = 1 });
        Assert.Equal([25, 2], new[] { "train", "validation" }.Select(split => Seeds(split).Length));
        Assert.All(Seeds("validation"), seed => Assert.Equal(WorldSplit.Validation, WorldSplit.Of(seed)));

        long[] Seeds(string split) =>
        [
            .. Directory.EnumerateFiles(_folder["world", split, "classes"], "*.jpg", SearchOption.AllDirectories)
                .Select(file => long.Parse(Path.GetFileNameWithoutExtension(file).Split('_')[^1], System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    [Fact]
    public void A_run_that_is_stopped_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Stopping(stop);
        Assert.Throws<OperationCanceledException>(() => WorldFolder.Write(_folder["world"], Small with { Train = 2000 }, progress, stop.Token));
        Assert.Equal(2000 + 3 + 6 + 4, progress.Total);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused_and_stays_as_it_is()
    {
        _folder.Write("world/notes.txt", "mine");
        string message = Assert.Throws<CommSharpException>(() => Write("world", Small)).Message;
        Assert.Contains("something is there already", message, StringComparison.Ordinal);
        Assert.Equal(["world"], _folder.Entries);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(_folder["world"]).Select(each => Path.GetFileName(each)));
    }

    /// <summary>As a full disk would be, in the threads that draw.</summary>
    [Theory]
    [InlineData("images")]
    [InlineData("classes")]
    public void What_cannot_be_written_is_told_by_its_place_and_leaves_nothing(string name)
    {
        var progress = new Obstructing(_folder, name);
        string message = Assert.Throws<CommSharpException>(() => WorldFolder.Write(_folder["world"], Small, progress, TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith($"{_folder["world"]}: cannot be written: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    private void Write(string name, WorldFolderOptions options) => WorldFolder.Write(_folder[name], options, cancellationToken: TestContext.Current.CancellationToken);

    private static DataFormat FormatOf(string file) => file switch
    {
        WorldFolder.Scenes => new DataFormat("tabletop", "scenes.jsonl", request => WorldTruth.Read(request.Path, request.Problems)),
        WorldFolder.Expressions or WorldFolder.Descriptions or WorldFolder.Regions => Named("shikra-region"),
        WorldFolder.Captions => Named("shikra-caption"),
        WorldFolder.GroundedCaptions => Named("shikra-flickr"),
        WorldFolder.Questions => Named("shikra-vqav2"),
        WorldFolder.Points => Named("shikra-pointqa-local"),
        "v2_OpenEnded_mscoco_val2014_questions.json" => Named("vqa-questions"),
        "v2_mscoco_val2014_annotations.json" => Named("vqa-annotations"),
        "captions_val2014.json" => Named("coco-captions"),
        _ when file.StartsWith("coco_pope_", StringComparison.Ordinal) => Named("pope"),
        _ => throw new InvalidOperationException($"No format of {file} is known here; add it."),
    };

    private static DataFormat Named(string name) => DataFormats.All.Single(format => format.Name == name);

    private Dictionary<string, byte[]> Contents(string name) => Directory.EnumerateFiles(_folder[name], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).ToDictionary(file => Path.GetRelativePath(_folder[name], file), File.ReadAllBytes, StringComparer.Ordinal);

    /// <summary>Puts a file where a folder of the train split has to be, as soon as its first scene is drawn.</summary>
    private sealed class Obstructing(TemporaryFolder folder, string name) : IProgress<WorkProgress>
    {
        private bool _isDone;

        public void Report(WorkProgress value)
        {
            if (_isDone)
            {
                return;
            }

            _isDone = true;
            string path = folder[folder.Entries.Single(), "train", name];
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.WriteAllText(path, "");
        }
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public long Total { get; private set; }

        public void Report(WorkProgress value)
        {
            Total = value.Total;
            stop.Cancel();
        }
    }
}
