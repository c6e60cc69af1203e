using CommSharp.Checkpoints;

namespace CommSharp.Tests.Checkpoints;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_is_named_and_the_temporary_name_is_not()
    {
        string file = _folder["nowhere", "features.safetensors"];
        string expected = $"{file}: cannot be written: there is no folder {_folder["nowhere"]}; make it first, or name another";
        Assert.Equal(expected, Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(file, "text")).Message);
        Assert.Equal(expected, Assert.Throws<CheckpointException>(() => AtomicFile.RequireFolder(file)).Message);
    }

    [Fact]
    public void A_folder_in_the_files_place_is_told()
    {
        Directory.CreateDirectory(_folder["there"]);
        foreach (string path in new[] { _folder["there"], _folder["new"] + "/", "/" })
        {
            Assert.Equal($"{path}: is a folder; name a file in it", Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(path, "text")).Message);
        }

        Assert.Equal(["there"], _folder.Entries);
    }

    [Fact]
    public void What_comes_in_its_place_meanwhile_is_told_without_the_temporary_name()
    {
        using (var file = new AtomicFile(_folder["file"]))
        {
            Directory.CreateDirectory(_folder["file"]);
            string message = Assert.Throws<CheckpointException>(file.Commit).Message;
            Assert.StartsWith($"{_folder["file"]}: cannot be written", message, StringComparison.Ordinal);
            Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
        }

        Assert.Equal(["file"], _folder.Entries);
    }

    [Fact]
    public void A_device_is_no_place_for_a_file()
    {
        File.CreateSymbolicLink(_folder["nothing"], "/dev/null");
        foreach (string path in new[] { "/dev/null", "/dev/stdout", _folder["nothing"] })
        {
            string expected = $"{path}: is a device, which a file would replace; name a file";
            Assert.Equal(expected, Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(path, "text")).Message);
            Assert.Equal(expected, Assert.Throws<CheckpointException>(() => AtomicFile.RequireFolder(path)).Message);
        }

        string memory = $"/dev/shm/commsharp-{Guid.NewGuid():N}";
        AtomicFile.WriteText(memory, "text");
        File.Delete(memory);
    }

    [Fact]
    public void A_link_stays_and_the_file_that_it_leads_to_is_replaced()
    {
        _folder.Write("real/run-1.json", "old");
        File.CreateSymbolicLink(_folder["latest.json"], Path.Combine("real", "run-1.json"));
        AtomicFile.WriteText(_folder["latest.json"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["real", "run-1.json"]));
        Assert.Equal(Path.Combine("real", "run-1.json"), new FileInfo(_folder["latest.json"]).LinkTarget);

        File.CreateSymbolicLink(_folder["circle"], "circle");
        Assert.StartsWith($"{_folder["circle"]}: cannot be written", Assert.Throws<CheckpointException>(() => AtomicFile.WriteText(_folder["circle"], "text")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_taken_and_left_where_nothing_comes_of_it()
    {
        Directory.CreateDirectory(_folder["model"]);
        using (var given = new AtomicFolder(_folder["model"]))
        {
            Assert.True(Directory.Exists(_folder["model"]));
        }

        Assert.Equal(["model"], _folder.Entries);
        using (var folder = new AtomicFolder(_folder["model"]))
        {
            AtomicFile.WriteText(folder["file"], "text");
            folder.Commit();
        }

        Assert.Equal("text", File.ReadAllText(_folder["model", "file"]));
    }

    [Fact]
    public void A_folder_is_made_and_those_above_it_are_not()
    {
        string target = _folder["nowhere", "model"];
        Assert.Equal(
            $"{target}: cannot be written: there is no folder {_folder["nowhere"]}; make it first, or name another",
            Assert.Throws<CommSharpException>(() => new AtomicFolder(target)).Message);
        Assert.Empty(_folder.Entries);

        using (var folder = new AtomicFolder(_folder["model"] + "/"))
        {
            folder.Commit();
        }

        Assert.Equal(["model"], _folder.Entries);
    }

    [Fact]
    public void A_folder_that_was_filled_meanwhile_is_left_and_told_without_the_temporary_name()
    {
        using (var folder = new AtomicFolder(_folder["model"]))
        {
            _folder.Write("model/mine.txt");
            string message = Assert.Throws<CommSharpException>(folder.Commit).Message;
            Assert.StartsWith($"{_folder["model"]}: cannot be written", message, StringComparison.Ordinal);
            Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
        }

        Assert.Equal(["model"], _folder.Entries);
        Assert.True(File.Exists(_folder["model", "mine.txt"]));
    }
}
