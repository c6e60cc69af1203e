using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class ShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_filled_in_order_and_read_back()
    {
        WriteShards(maxShardBytes: 100);
        Assert.Equal(
            ["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors", "model.safetensors.index.json"],
            _folder.Entries);
        using var source = Checkpoint.Open(_folder.Path);
        Assert.IsType<ShardedSource>(source);
        Assert.Equal(["a", "b", "c", "d"], source.Names);
        foreach (var (name, i) in source.Names.Select((n, i) => (n, i)))
        {
            using var tensor = source.Read(name);
            Assert.All(tensor.data<float>().ToArray(), x => Assert.Equal(i, x));
        }
    }

    [Fact]
    public void What_fits_one_file_is_one_file()
    {
        WriteShards(maxShardBytes: 10_000);
        Assert.Equal(["model.safetensors"], _folder.Entries);
    }

    [Fact]
    public void Old_weights_are_not_mixed_with_new_ones()
    {
        WriteShards(maxShardBytes: 10_000);
        var error = Assert.Throws<CheckpointException>(() => WriteShards(maxShardBytes: 100));
        Assert.Equal($"{_folder.Path}: holds 'model.safetensors' already; write to an empty folder or remove the old weights first", error.Message);
    }

    [Fact]
    public void An_interrupted_write_of_shards_leaves_nothing()
    {
        Assert.Throws<InvalidTimeZoneException>(() => WriteShards(maxShardBytes: 100, failing: "d"));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_name_in_two_shards_is_refused_before_anything_is_written()
    {
        TensorEntry[] entries = [new("x", ScalarType.Byte, [60]), new("x", ScalarType.Byte, [60])];
        var error = Assert.Throws<CheckpointException>(() => Save(entries, _ => zeros(60, dtype: uint8), 100));
        Assert.Equal($"{_folder.Path}: would hold two tensors named 'x'; rename one", error.Message);
    }

    [Fact]
    public void Missing_shards_are_all_named()
    {
        WriteShards(maxShardBytes: 100);
        File.Delete(_folder["model-00001-of-00003.safetensors"]);
        File.Delete(_folder["model-00003-of-00003.safetensors"]);
        Assert.Equal("2 of 3 shards are missing: 'model-00001-of-00003.safetensors', 'model-00003-of-00003.safetensors'; download them into the same folder",
            IndexProblem());
    }

    [Fact]
    public void An_index_of_another_checkpoint_is_refused()
    {
        WriteShards(maxShardBytes: 100);
        string index = _folder["model.safetensors.index.json"];
        string json = File.ReadAllText(index);
        File.WriteAllText(index, json.Replace("\"a\"", "\"e\""));
        Assert.Equal("shard 'model-00001-of-00003.safetensors' should hold 'e'; index and shards are not of one checkpoint, download both again", IndexProblem());
        File.WriteAllText(index, json.Replace("\"a\": \"model-00001-of-00003.safetensors\",", ""));
        Assert.Equal("shard 'model-00001-of-00003.safetensors' holds, without the index saying so, 'a'; "
            + "index and shards are not of one checkpoint, download both again", IndexProblem());
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\\\b.safetensors")]
    [InlineData("c:x.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    public void A_shard_outside_of_the_folder_is_refused(string shard)
    {
        _folder.Write("model.safetensors.index.json", System.Text.Encoding.UTF8.GetBytes($$$"""{"weight_map":{"x":"{{{shard}}}"}}"""));
        Assert.EndsWith("which is not the name of a file in the same folder; do not trust this checkpoint", IndexProblem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "has no weight_map object; this is no index of shards")]
    [InlineData("{\"weight_map\":3}", "has no weight_map object; this is no index of shards")]
    [InlineData("{\"weight_map\":{}}", "has an empty weight_map; download it again")]
    [InlineData("{\"weight_map\":{\"x\":\"a.bin\",\"x\":\"b.bin\"}}", "is not valid JSON or names a tensor twice; download it again")]
    [InlineData("{\"weight_map\":{\"x\":7}}", "says that tensor 'x' is in 'Number', which is not the name of a file in the same folder; do not trust this checkpoint")]
    public void A_damaged_index_is_refused(string json, string problem)
    {
        _folder.Write("model.safetensors.index.json", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(problem, IndexProblem());
    }

    [Fact]
    public void An_index_is_no_shard_of_itself()
    {
        string path = _folder.Write("model.safetensors.index.json", """{"weight_map":{"x":"model.safetensors.index.json"}}"""u8);
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        Assert.Equal($"{path}: is no checkpoint by its name; expected .safetensors, .bin, .pth, .pt or .index.json", error.Message);
    }

    [Fact]
    public void A_folder_without_weights_says_what_was_looked_for()
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal($"{_folder.Path}: holds no weights; looked for model.safetensors, model.safetensors.index.json, pytorch_model.bin, "
            + "pytorch_model.bin.index.json", error.Message);
        var missing = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder["none"]));
        Assert.Equal($"{_folder["none"]}: no such file or folder; check the path", missing.Message);
    }

    [Fact]
    public void Safetensors_are_preferred_to_pickles()
    {
        WriteShards(maxShardBytes: 10_000);
        _folder.Write("pytorch_model.bin", "never opened"u8);
        using var source = Checkpoint.Open(_folder.Path);
        Assert.IsType<SafetensorsFile>(source);
    }

    private void WriteShards(long maxShardBytes, string failing = "")
    {
        TensorEntry[] entries = [new("a", ScalarType.Float32, [10]), new("b", ScalarType.Float32, [10]),
            new("c", ScalarType.Float32, [50]), new("d", ScalarType.Float32, [1])];
        Save(entries, e => e.Name == failing ? throw new InvalidTimeZoneException() : full([.. e.Shape], e.Name[0] - 'a', dtype: float32), maxShardBytes);
    }

    private void Save(TensorEntry[] entries, Func<TensorEntry, Tensor> produce, long maxShardBytes) => ShardedSafetensorsWriter.Write(
        _folder.Path, entries, produce, maxShardBytes, cancellationToken: TestContext.Current.CancellationToken);

    private string IndexProblem()
    {
        string index = _folder["model.safetensors.index.json"];
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal(index, error.File);
        return error.Message[(index.Length + 2)..];
    }
}
