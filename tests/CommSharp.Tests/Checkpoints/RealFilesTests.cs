using CommSharp.Checkpoints;
using CommSharp.Checkpoints.Pickle;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class RealFilesTests
{
    [Fact]
    public void Every_weight_file_opens_and_reads_completely()
    {
        string parity = SharedFolder.Require("parity");
        var files = Directory.EnumerateFiles(parity, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".safetensors" or ".bin" || f.EndsWith(".index.json", StringComparison.Ordinal)).ToList();
        Assert.True(files.Count >= 60);
        foreach (string file in files)
        {
            using var leaks = new LeakGuard();
            using var source = Checkpoint.Open(file);
            Assert.NotEmpty(source.Names);
            foreach (string name in source.Names)
            {
                using var tensor = source.Read(name);
                Assert.Equal(source.Describe(name).Shape, tensor.shape);
            }
        }
    }

    [Fact]
    public void One_set_of_weights_is_equal_bit_for_bit_in_all_its_formats()
    {
        using var safetensors = Checkpoint.Open(SharedFolder.Require("parity", "llama-fp16-sharded"));
        foreach (string other in (string[])["llama-bin", "llama-bin-sharded"])
        {
            using var pickled = Checkpoint.Open(SharedFolder.Require("parity", other));
            var ignored = pickled.Names.Where(n => n.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal));
            Assert.Equal(safetensors.Names.Order(StringComparer.Ordinal), pickled.Names.Except(ignored).Order(StringComparer.Ordinal));
            foreach (string name in safetensors.Names)
            {
                using var expected = safetensors.Read(name);
                using var actual = pickled.Read(name);
                Assert.Equal(ScalarType.Float16, actual.dtype);
                Assert.True(expected.bytes.SequenceEqual(actual.bytes), name);
            }
        }
    }

    [Fact]
    public void Strided_tensors_are_read_at_their_places()
    {
        using var source = RestrictedPickleFile.Open(SharedFolder.Require("parity", "llama-bin", "pytorch_model.bin"));
        Assert.Equal(2, source.Names.Count(n => n.EndsWith("0.mlp.up_proj.weight", StringComparison.Ordinal)
            || n.EndsWith("1.self_attn.q_proj.weight", StringComparison.Ordinal)));
        Assert.Empty(source.OtherEntries);
    }

    [Fact]
    public void Metadata_of_a_header_is_told()
    {
        using var source = SafetensorsFile.Open(SharedFolder.Require("parity", "llama", "model.safetensors"));
        Assert.Equal("pt", source.Metadata["format"]);
    }

    [Fact]
    public void The_three_refs_files_hold_the_same_list()
    {
        var lists = new[] { "google", "umd", "unc" }
            .Select(name => SharedFolder.Require("data", "formats", "refcoco", $"refs({name}).p"))
            .Select(path => (List<object?>)PickleReader.ReadFile(path, PickleAllowList.Empty)!).ToList();

        Assert.All(lists, list => Assert.Equal(5, list.Count));
        var first = Assert.IsType<PickleDictionary>(lists[0][0]);
        Assert.True(first.TryGetValue("file_name", out object? file));
        Assert.Equal("COCO_train2014_000000000009_0.jpg", file);
        Assert.True(first.TryGetValue("ann_id", out object? annotation));
        Assert.Equal(1732L, annotation);
        string expected = Text(lists[0]);
        Assert.All(lists, list => Assert.Equal(expected, Text(list)));
    }

    // Keys are sorted: Python 2 wrote dicts in no order.
    private static string Text(object? value) => value switch
    {
        List<object?> list => $"[{string.Join(", ", list.Select(Text))}]",
        PickleDictionary dictionary => $"{{{string.Join(", ", dictionary.Select(e => $"{e.Key}: {Text(e.Value)}").Order(StringComparer.Ordinal))}}}",
        string text => $"'{text}'",
        _ => $"{value}",
    };
}
