using CommSharp.Checkpoints;
using CsCheck;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly ScalarType[] Dtypes =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
        ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var name = Gen.OneOf(Gen.String.AlphaNumeric, Gen.OneOfConst("ä/ß", "a\"b", "\\", "\n\u0001\u2028", "日本", "😀", " "));
        var entry = Gen.Select(name, Gen.OneOfConst(Dtypes), Gen.Long[0, 5].Array[0, 4], (n, d, s) => new TensorEntry(n, d, s));
        entry.List[0, 12].Select(list => list.DistinctBy(e => e.Name).ToList()).Sample(
            entries =>
            {
                using var leaks = new LeakGuard();
                using var scope = NewDisposeScope();
                var tensors = entries.ToDictionary(e => e.Name, e => rand([.. e.Shape]).mul(200).sub(70).to(e.Dtype));
                using var folder = new TemporaryFolder();
                Save(folder["x.safetensors"], entries, e => tensors[e.Name].alias());
                using var source = SafetensorsFile.Open(folder["x.safetensors"]);
                Assert.Equal(entries.Select(e => e.Name).Order(StringComparer.Ordinal), source.Names.Order(StringComparer.Ordinal));
                foreach (var (n, tensor) in tensors)
                {
                    Assert.Equal(tensor.dtype, source.Describe(n).Dtype);
                    Assert.Equal(tensor.shape, source.Describe(n).Shape);
                    if (tensor.numel() > 0)
                    {
                        Assert.True(tensor.bytes.SequenceEqual(source.Read(n).bytes));
                    }
                }
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public void The_file_is_laid_out_as_the_reference_implementation_does()
    {
        Write("a", [new("b", ScalarType.Byte, [3]), new("c", ScalarType.Float32, []), new("a", ScalarType.Byte, [1])]);
        byte[] file = File.ReadAllBytes(_folder["a"]);
        string json = System.Text.Encoding.UTF8.GetString(file, 8, (int)BitConverter.ToInt64(file));
        Assert.Equal(
            """
            {"__metadata__":{"format":"pt"},"c":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}
            """.TrimEnd(), json.TrimEnd(' '));
        Assert.Equal(0, json.Length % 8);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public void Floats_convert_on_their_way_block_by_block(ScalarType stored)
    {
        using var leaks = new LeakGuard();
        using var scope = NewDisposeScope();
        var values = randn(3_000_001);
        Save(_folder["a"], [new("x", stored, values.shape)], _ => values.alias());
        using var source = SafetensorsFile.Open(_folder["a"]);
        Assert.True(source.Read("x").bytes.SequenceEqual(values.to(stored).bytes));
    }

    [Fact]
    public void A_tensor_in_column_order_is_written_in_row_order()
    {
        using var scope = NewDisposeScope();
        var columns = arange(6, dtype: float32).reshape(2, 3).t();
        Save(_folder["a"], [new("x", ScalarType.Float32, [3, 2])], _ => columns.alias());
        using var source = SafetensorsFile.Open(_folder["a"]);
        Assert.Equal([0, 3, 1, 4, 2, 5], source.Read("x").data<float>().ToArray());
    }

    [Fact]
    public void A_value_beyond_float16_is_an_error_and_an_infinite_one_is_not()
    {
        var entry = new TensorEntry("x", ScalarType.Float16, [2]);
        Assert.Equal($"{_folder["a"]}: tensor 'x' has values beyond the range of float16; store it as bfloat16 or float32",
            Assert.Throws<CheckpointException>(() => Save(_folder["a"], [entry], _ => tensor([1f, 70000f]))).Message);
        Assert.Throws<CheckpointException>(() => Save(_folder["a"], [entry], _ => tensor([float.NaN, 70000f])));
        Assert.Empty(_folder.Entries);
        Save(_folder["a"], [entry], _ => tensor([float.NaN, float.PositiveInfinity]));
        Assert.Equal(["a"], _folder.Entries);
    }

    [Fact]
    public void An_interrupted_write_leaves_the_old_file_and_nothing_else()
    {
        _folder.Write("a", [1, 2, 3]);
        TensorEntry[] entries = [new("x", ScalarType.Float32, [1000]), new("y", ScalarType.Float32, [1000])];
        using var leaks = new LeakGuard();
        Assert.Throws<InvalidTimeZoneException>(() => Save(_folder["a"], entries,
            e => e.Name == "x" ? zeros(1000) : throw new InvalidTimeZoneException()));
        Assert.Equal(["a"], _folder.Entries);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["a"]));
    }

    [Fact]
    public void A_cancelled_write_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        TensorEntry[] entries = [new("x", ScalarType.Float32, [10]), new("y", ScalarType.Float32, [10])];
        Assert.Throws<OperationCanceledException>(() => SafetensorsWriter.Write(_folder["a"], entries, _ =>
        {
            cancellation.Cancel();
            return zeros(10);
        }, cancellationToken: cancellation.Token));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_tensor_that_is_not_as_announced_is_refused()
    {
        var error = Assert.Throws<CheckpointException>(() =>
            Save(_folder["a"], [new("x", ScalarType.Float32, [2])], _ => zeros(3, dtype: int64)));
        Assert.Equal($"{_folder["a"]}: tensor 'x' was announced as Float32 [2], but is Int64 [3]", error.Message);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void Entries_that_cannot_be_stored_are_refused_before_anything_is_written()
    {
        Assert.Equal("would hold two tensors named 'x'; rename one", Problem(new("x", ScalarType.Byte, []), new("x", ScalarType.Byte, [])));
        Assert.Equal("'__metadata__' cannot be a tensor's name; rename it", Problem(new TensorEntry("__metadata__", ScalarType.Byte, [])));
        Assert.Equal("'\\ud800' cannot be a tensor's name; rename it", Problem(new TensorEntry("\ud800", ScalarType.Byte, [])));
        Assert.Equal("tensor 'x' cannot be stored as ComplexFloat32; convert it first", Problem(new TensorEntry("x", ScalarType.ComplexFloat32, [])));
        Assert.Equal("tensor 'x' has the impossible shape [-1]", Problem(new TensorEntry("x", ScalarType.Byte, [-1])));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_plain_error()
    {
        string path = _folder[Path.Combine("none", "a.safetensors")];
        var error = Assert.Throws<CheckpointException>(() => Save(path, [], _ => zeros(1)));
        Assert.StartsWith($"{path}: cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    private static void Save(string path, IReadOnlyList<TensorEntry> entries, Func<TensorEntry, Tensor> produce) =>
        SafetensorsWriter.Write(path, entries, produce, cancellationToken: TestContext.Current.CancellationToken);

    private void Write(string name, TensorEntry[] entries) =>
        Save(_folder[name], entries, e => zeros([.. e.Shape], dtype: e.Dtype));

    private string Problem(params TensorEntry[] entries) =>
        Assert.Throws<CheckpointException>(() => Write("a", entries)).Message[(_folder["a"].Length + 2)..];
}
