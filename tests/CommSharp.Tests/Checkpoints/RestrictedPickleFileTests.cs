using System.IO.Compression;
using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class RestrictedPickleFileTests : IDisposable
{
    private static readonly (string, byte[]) SixFloats = ("archive/data/0", TorchZip.Floats(0, 1, 2, 3, 4, 5));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(new long[] { 3, 2 }, new long[] { 1, 3 }, 0, new float[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(new long[] { 2, 2 }, new long[] { 3, 1 }, 1, new float[] { 1, 2, 4, 5 })]
    [InlineData(new long[] { 3 }, new long[] { 2 }, 1, new float[] { 1, 3, 5 })]
    [InlineData(new long[] { 1, 2 }, new long[] { 99, 1 }, 4, new float[] { 4, 5 })]
    [InlineData(new long[0], new long[0], 5, new float[] { 5 })]
    [InlineData(new long[] { 0, 7 }, new long[] { 7, 1 }, 6, new float[0])]
    public void Views_are_read_at_their_place_in_the_storage(long[] shape, long[] stride, long offset, float[] expected)
    {
        using var leaks = new LeakGuard();
        using var scope = NewDisposeScope();
        using var source = Open(p => p.Tensor("0", shape, stride, 6, offset), SixFloats);
        Assert.Equal(shape, source.Read("x").shape);
        Assert.Equal(expected, Values(source.Read("x")));
        Assert.Equal(expected, Values(source.Read("x", float64).to(float32)));
    }

    [Fact]
    public void Storages_may_be_shared_and_parameters_wrapped()
    {
        var pickle = Dictionary(("a", p => p.Tensor("0", [6], [1], 6)),
            ("b", p => p.Global("torch._utils", "_rebuild_parameter").Op("(").Tensor("0", [2], [1], 6, 4).Raw(0x88).Op("NtR")));
        using var source = RestrictedPickleFile.Open(Write(TorchZip.Archive(pickle, SixFloats)));
        using var b = source.Read("b");
        Assert.Equal([4f, 5f], b.data<float>().ToArray());
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model")]
    public void A_training_programs_wrapping_is_taken_off(string key)
    {
        byte[] pickle = Dictionary(("epoch", p => p.BinInt(3)), (key, p => p.Op("}").Text("x").Tensor("0", [6], [1], 6).Op("s")));
        using var source = RestrictedPickleFile.Open(Write(TorchZip.Archive(pickle, SixFloats)));
        Assert.Equal(["x"], source.Names);
    }

    [Fact]
    public void What_is_no_tensor_beside_tensors_is_told()
    {
        byte[] pickle = Dictionary(("x", p => p.Tensor("0", [6], [1], 6)), ("step", p => p.BinInt(3)));
        using var source = RestrictedPickleFile.Open(Write(TorchZip.Archive(pickle, SixFloats)));
        Assert.Equal(["x"], source.Names);
        Assert.Equal(["step"], source.OtherEntries);
    }

    [Theory]
    [InlineData(new long[] { 7 }, new long[] { 1 }, 0, "a tensor of shape [7] and stride [1] at 0 exceeds its storage of 6 elements")]
    [InlineData(new long[] { 2 }, new long[] { 1 }, 5, "a tensor of shape [2] and stride [1] at 5 exceeds its storage of 6 elements")]
    [InlineData(new long[] { 2 }, new long[] { 1 }, -1, "a tensor of shape [2] and stride [1] at -1 exceeds its storage of 6 elements")]
    [InlineData(new long[] { 2 }, new long[] { 1 }, long.MaxValue, "a tensor of shape [2] and stride [1] at 9223372036854775807 exceeds its storage of 6 elements")]
    [InlineData(new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, 0, "a tensor of shape [2, 2] and stride [9223372036854775807, 9223372036854775807] at 0 exceeds its storage of 6 elements")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 3, "a shape or stride is not of whole numbers from 0 up")]
    [InlineData(new long[] { 1000000000000 }, new long[] { 0 }, 0, "a tensor of shape [1000000000000] repeats its elements (stride [0]); clone() it before saving")]
    [InlineData(new long[] { 2 }, new long[] { 1, 1 }, 0, "the shape [2] and the stride [1, 1] differ in length")]
    [InlineData(new long[] { 4294967296, 4294967296 }, new long[] { 0, 0 }, 0, "the shape [4294967296, 4294967296] is impossible")]
    public void A_view_that_leaves_its_storage_is_refused(long[] shape, long[] stride, long offset, string problem) =>
        Assert.Contains($": torch._utils._rebuild_tensor_v2: {problem}; if you trust the file, load it in PyTorch and save the weights as safetensors",
            Problem(TorchZip.Archive(Dictionary(("x", p => p.Tensor("0", shape, stride, 6, offset))), SixFloats)), StringComparison.Ordinal);

    [Fact]
    public void A_storage_must_be_there_in_its_size()
    {
        byte[] pickle = Dictionary(("x", p => p.Tensor("0", [6], [1], 6)));
        Assert.Equal("tensor 'x' lies in 'archive/data/0', which the archive lacks; download it again", Problem(TorchZip.Archive(pickle)));
        Assert.Equal("tensor 'x' needs 6 elements of Float32, but 'archive/data/0' has 4 bytes; the file is damaged",
            Problem(TorchZip.Archive(pickle, ("archive/data/0", new byte[4]))));
        byte[] traversal = Dictionary(("x", p => p.Tensor("../../etc/passwd", [6], [1], 6)));
        Assert.Equal("tensor 'x' lies in 'archive/data/../../etc/passwd', which the archive lacks; download it again",
            Problem(TorchZip.Archive(traversal, SixFloats)));
    }

    [Fact]
    public void A_function_hidden_in_a_tensors_arguments_is_refused()
    {
        byte[] pickle = Dictionary(("x", p => p.Global("torch._utils", "_rebuild_tensor_v2").Op("(").Global("os", "system").Op("(S'true'\ntR(ttR")));
        Assert.Equal("data.pkl, byte 43: 'os.system' is not allowed; only plain data is read, code is never run; "
            + "if you trust the file, load it in PyTorch and save the weights as safetensors", Problem(TorchZip.Archive(pickle)));
    }

    [Fact]
    public void A_storage_cannot_be_called_and_a_persistent_id_must_be_one_of_a_storage()
    {
        Assert.Contains("calling 'torch.FloatStorage' is not allowed", Problem(TorchZip.Archive(Dictionary(("x", p => p.Global("torch", "FloatStorage").Op(")R"))))),
            StringComparison.Ordinal);
        Assert.Contains("not the id of a storage; the pickle is damaged", Problem(TorchZip.Archive(Dictionary(("x", p => p.Op("NQ"))))), StringComparison.Ordinal);
        Assert.Contains("'collections.OrderedDict' is no storage", Problem(TorchZip.Archive(Dictionary(("x", p =>
            p.Op("(").Text("storage").Global("collections", "OrderedDict").Text("0").Text("cpu").BinInt(1).Op("tQ"))))), StringComparison.Ordinal);
        Assert.Contains("'torch.storage.UntypedStorage' is not allowed",
            Problem(TorchZip.Archive(Dictionary(("x", p => p.Global("torch.storage", "UntypedStorage"))))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dictionary_made_of_a_long_list_again_and_again_is_refused() =>
        Assert.Contains("collections.OrderedDict: it is not made from arguments by any torch that writes zip archives",
            Problem(TorchZip.Archive(Dictionary(("x", p => p.Global("collections", "OrderedDict").Op("(](NNetR"))))), StringComparison.Ordinal);

    [Fact]
    public void What_is_saved_must_be_a_dictionary_of_tensors()
    {
        Assert.Equal("does not hold a dict of tensors; save the module's state_dict()", Problem(TorchZip.Archive(PickleBytes.Protocol(2).Op("]").Stop())));
        Assert.Equal("holds no tensors; its entries are 'epoch'; save the module's state_dict()", Problem(TorchZip.Archive(Dictionary(("epoch", p => p.BinInt(1))))));
    }

    [Fact]
    public void Files_of_other_kinds_are_refused_with_advice()
    {
        byte[] pickle = Dictionary(("x", p => p.Tensor("0", [6], [1], 6)));
        Assert.Equal("was written by PyTorch before 1.6 (a bare pickle); load and save it again with a newer one, or convert it to safetensors", Problem(pickle));
        Assert.Equal("is no PyTorch file (not a zip archive); download it again, or convert it to safetensors", Problem("version https://git-lfs"u8.ToArray()));
        Assert.Equal("is no PyTorch file (not a zip archive); download it again, or convert it to safetensors", Problem([]));
        Assert.Equal("is a TorchScript program, not weights; torch.save the module's state_dict() instead",
            Problem(TorchZip.Archive(pickle, SixFloats, ("archive/constants.pkl", pickle))));
        Assert.Equal("has byte order 'big', but only 'little' is read; save it again on a little-endian machine",
            Problem(TorchZip.Archive(pickle, SixFloats, ("archive/byteorder", "big"u8.ToArray()))));
        Assert.Equal("has 0 entries */data.pkl instead of one; this was not written by torch.save",
            Problem(TorchZip.Entries(CompressionLevel.NoCompression, ("data.pkl", pickle))));
        Assert.Equal("has 2 entries */data.pkl instead of one; this was not written by torch.save", Problem(TorchZip.Archive(pickle, ("other/data.pkl", pickle))));
    }

    [Fact]
    public void A_zip_bomb_is_never_inflated()
    {
        byte[] bomb = TorchZip.Entries(CompressionLevel.SmallestSize, ("archive/data.pkl", new byte[50_000_000]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("entry 'archive/data.pkl' of the archive is compressed, which torch.save never does; zip it again without compression", Problem(bomb));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Entries_twice_or_one_over_the_other_are_refused()
    {
        byte[] pickle = Dictionary(("x", p => p.Tensor("0", [6], [1], 6)));
        Assert.EndsWith("it has two entries 'archive/data/0'; the file is truncated or damaged, download it again",
            Problem(TorchZip.Archive(pickle, SixFloats, SixFloats)), StringComparison.Ordinal);

        byte[] archive = TorchZip.Archive(pickle, SixFloats, ("archive/data/1", []));
        int last = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        archive.AsSpan(last + 42, 4).Clear();
        Assert.EndsWith("overlaps another; the file is truncated or damaged, download it again", Problem(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_at_any_place_is_refused()
    {
        byte[] whole = File.ReadAllBytes(SharedFolder.Require("parity", "llama-bin", "pytorch_model.bin"));
        for (int length = 0; length < whole.Length; length += 1000)
        {
            Assert.NotEmpty(Problem(whole[..length]));
        }

        Assert.NotEmpty(Problem(whole[..^1]));
    }

    // TorchSharp's accessor does not go over an empty tensor.
    private static float[] Values(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.data<float>().ToArray();

    private static byte[] Dictionary(params (string Name, Func<PickleBytes, PickleBytes> Value)[] entries)
    {
        var pickle = PickleBytes.Protocol(2).Op("}");
        foreach (var (name, value) in entries)
        {
            value(pickle.Text(name)).Op("s");
        }

        return pickle.Stop();
    }

    private RestrictedPickleFile Open(Func<PickleBytes, PickleBytes> tensor, params (string, byte[])[] storages) =>
        RestrictedPickleFile.Open(Write(TorchZip.Archive(Dictionary(("x", tensor)), storages)));

    private string Write(byte[] file) => _folder.Write("model.bin", file);

    private string Problem(byte[] file)
    {
        string path = Write(file);
        var error = Assert.Throws<CheckpointException>(() => RestrictedPickleFile.Open(path).Dispose());
        Assert.DoesNotContain('\n', error.Message);
        return error.Message[(path.Length + 2)..];
    }
}
