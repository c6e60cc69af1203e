using CommSharp.Checkpoints;
using static CommSharp.Testing.RawSafetensors;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, string> HostileHeaders => new()
    {
        { "", 0, "its header does not start with '{'; this is no safetensors file or a damaged one" },
        { "[]", 0, "its header does not start with '{'; this is no safetensors file or a damaged one" },
        { "{", 0, "its header is not valid JSON; this is no safetensors file or a damaged one" },
        { "{} x", 0, "its header is not valid JSON; this is no safetensors file or a damaged one" },
        { """{"\ud800":{}}""", 0, "its header is not valid JSON; this is no safetensors file or a damaged one" },
        { """{"a":[]}""", 0, "tensor 'a' is not described by an object; the file is damaged" },
        { """{"a":{"dtype":"U8"}}""", 0, "tensor 'a' needs a dtype, a shape and two data_offsets; the file is damaged" },
        { """{"a":{"dtype":"U8","dtype":"U8"}}""", 0, "tensor 'a' has an unknown or repeated member 'dtype'; the file is damaged" },
        { """{"__metadata__":{"a":1}}""", 0, "its header has metadata 'a' that is not text; the file is damaged" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "its header has two members __metadata__; the file is damaged" },
        { $"{{{Entry("a", "U8", "[1]", 0, 1)},{Entry("a", "U8", "[1]", 0, 1)}}}", 1, "its header has two tensors named 'a'; the file is damaged" },
        { $"{{{Entry("a", "F8_E4M3", "[1]", 0, 1)}}}", 1, "tensor 'a' has dtype 'F8_E4M3', which is not supported; "
            + "convert it to one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL" },
        { $"{{{Entry("a", "F32", "[2]", 0, 4)}}}", 4, "tensor 'a' of shape [2] and dtype F32 needs 8 bytes, but its data_offsets span 4; the file is damaged" },
        { $"{{{Entry("a", "U8", "[-1]", 0, 1)}}}", 1, "tensor 'a' has a shape with something other than whole numbers from 0 to 2^63 - 1; the file is damaged" },
        { $"{{{Entry("a", "U8", "[1]", -1, 0)}}}", 1, "tensor 'a' has a data_offsets with something other than whole numbers from 0 to 2^63 - 1; the file is damaged" },
        { $"{{{Entry("a", "U8", "[1.5]", 0, 1)}}}", 1, "tensor 'a' has a shape with something other than whole numbers from 0 to 2^63 - 1; the file is damaged" },
        { $"{{{Entry("a", "U8", "[1]", 1, 0)}}}", 1, "tensor 'a' starts at byte 1, after its end at 0; the file is damaged" },
        { $"{{{Entry("a", "U8", "[4294967296,4294967296]", 0, 0)}}}", 0, "tensor 'a' has the impossible shape [4294967296, 4294967296]; the file is damaged" },
        { $"{{{Entry("a", "U8", "[0,4294967296,4294967296]", 0, 0)}}}", 0, "tensor 'a' has the impossible shape [0, 4294967296, 4294967296]; the file is damaged" },
        { $"{{{Entry("a", "F64", "[2305843009213693952]", 0, 0)}}}", 0, "tensor 'a' has the impossible shape [2305843009213693952]; the file is damaged" },
        { $"{{{Entry("a", "U8", "[2]", 0, 2)},{Entry("b", "U8", "[2]", 1, 3)}}}", 3, "tensor 'b' starts at byte 1 and overlaps 'a', which ends at 2; the file is damaged" },
        { $"{{{Entry("a", "U8", "[2]", 0, 2)},{Entry("b", "U8", "[1]", 3, 4)}}}", 4, "tensor 'b' starts at byte 3 and leaves a hole after byte 2; the file is damaged" },
        { $"{{{Entry("a", "U8", "[4]", 0, 4)}}}", 3, "tensor 'a' ends at byte 4, but there are only 3 bytes of data; download the file again" },
        { $"{{{Entry("a", "U8", "[4]", 0, 4)}}}", 5, "1 bytes follow the last tensor; the file is damaged" },
        { $"{{{Entry("a", "U8", $"[{string.Join(",", Enumerable.Repeat(1, 65))}]", 0, 1)}}}", 1, "tensor 'a' has a shape of more than 64 numbers; the file is damaged" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(HostileHeaders))]
    public void A_hostile_header_is_refused_with_its_fault(string header, int dataBytes, string problem) =>
        Assert.Equal(problem, Problem(Bytes(header, dataBytes)));

    [Theory]
    [InlineData(3UL, "its header does not start with '{'; this is no safetensors file or a damaged one", " {}")]
    [InlineData(9UL, "its header would be 9 bytes long, but only 2 bytes follow; download it again", "{}")]
    [InlineData(100_000_001UL, "its header would be 100000001 bytes long, more than the 100000000 allowed; this is no safetensors file or a damaged one", "{}")]
    [InlineData(ulong.MaxValue, "its header would be 18446744073709551615 bytes long, more than the 100000000 allowed; this is no safetensors file or a damaged one", "{}")]
    public void A_header_length_that_lies_is_refused(ulong length, string problem, string header) =>
        Assert.Equal(problem, Problem(Bytes(header, 0, length)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] file = Bytes($"{{{Entry("ab", "U8", "[1]", 0, 1)}}}", 1);
        file[10] = 0xff;
        Assert.Equal("its header is not valid JSON; this is no safetensors file or a damaged one", Problem(file));
    }

    [Fact]
    public void A_boolean_that_is_neither_true_nor_false_is_refused_when_read()
    {
        byte[] file = Bytes($"{{{Entry("a", "BOOL", "[2]", 0, 2)}}}", 2);
        file[^1] = 2;
        using var source = SafetensorsFile.Open(_folder.Write("a.safetensors", file));
        var error = Assert.Throws<CheckpointException>(() => source.Read("a"));
        Assert.Equal($"{source.Location}: a boolean tensor holds bytes other than 0 and 1; the file is damaged", error.Message);
    }

    [Fact]
    public void A_file_cut_at_any_place_is_refused()
    {
        byte[] whole = File.ReadAllBytes(SharedFolder.Require("parity", "llama-fp16-sharded", "model-00001-of-00002.safetensors"));
        for (int length = 0; length < whole.Length; length += 1000)
        {
            Assert.NotEmpty(Problem(whole.AsSpan(0, length)));
        }

        Assert.NotEmpty(Problem(whole.AsSpan(0, whole.Length - 1)));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart_from_damage()
    {
        var missing = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_folder["none.safetensors"]));
        Assert.Equal($"{_folder["none.safetensors"]}: no such file; check the path", missing.Message);
        var folder = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_folder.Path));
        Assert.StartsWith($"{_folder.Path}: cannot be opened: ", folder.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_keep_the_order_of_the_header_and_scalars_and_empty_tensors_are_tensors()
    {
        string header = $"{{{Entry("z", "F32", "[]", 0, 4)},{Entry("e", "F16", "[3,0]", 4, 4)},{Entry("b", "BOOL", "[2]", 4, 6)}}}   ";
        using var source = SafetensorsFile.Open(_folder.Write("a.safetensors", Bytes(header, 6)));
        Assert.Equal(["z", "e", "b"], source.Names);
        Assert.Equal(new { Dtype = ScalarType.Float16, Bytes = 0L }, new { source.Describe("e").Dtype, source.Describe("e").Bytes });
        using var scalar = source.Read("z");
        using var empty = source.Read("e");
        using var boolean = source.Read("b");
        Assert.Equal([], scalar.shape);
        Assert.Equal([3, 0], empty.shape);
        Assert.Equal([false, true], boolean.data<bool>().ToArray());
        Assert.Empty(source.Metadata);
    }

    private string Problem(ReadOnlySpan<byte> file)
    {
        string path = _folder.Write("hostile.safetensors", file);
        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Equal(path, error.File);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message[(path.Length + 2)..];
    }
}
