using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class ReadIntoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_slice_of_a_fused_tensor_receives_its_part_only()
    {
        using var leaks = new LeakGuard();
        using var scope = NewDisposeScope();
        using var source = Stored(("q", arange(6).reshape(2, 3).to(float32)), ("k", arange(6).reshape(2, 3).to(float32) + 10));
        var fused = full([6, 3], -1f);

        source.ReadInto("q", fused.narrow(0, 0, 2));
        source.ReadInto("k", fused.narrow(0, 2, 2));

        Assert.Equal([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1], fused.data<float>().ToArray());
    }

    [Fact]
    public void A_column_of_a_larger_tensor_can_be_read_into()
    {
        using var scope = NewDisposeScope();
        using var source = Stored(("x", arange(4).reshape(2, 2).to(float32)));
        var wide = zeros(2, 3);

        source.ReadInto("x", wide.narrow(1, 1, 2));

        Assert.Equal([0, 0, 1, 0, 2, 3], wide.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_parameter_that_requires_grad_is_filled_without_a_trace(ScalarType dtype)
    {
        using var leaks = new LeakGuard();
        using var scope = NewDisposeScope();
        using var source = Stored(("x", tensor([1f, 2f, 3f])));
        var parameter = new TorchSharp.Modules.Parameter(zeros(3, dtype: dtype), requires_grad: true);

        source.ReadInto("x", parameter);

        Assert.True(parameter.requires_grad && parameter.is_leaf);
        Assert.Equal([1, 2, 3], parameter.detach().to(float32).data<float>().ToArray());
    }

    [Fact]
    public void A_tensor_larger_than_a_block_converts_block_by_block()
    {
        using var leaks = new LeakGuard();
        using var scope = NewDisposeScope();
        var values = arange(5_000_000, dtype: float32).remainder(1024);
        using var source = Stored(("x", values));

        Assert.True(source.Read("x", float64).equal(values.to(float64)).all().item<bool>());
        Assert.True(source.Read("x", float16).equal(values.to(float16)).all().item<bool>());
    }

    [Fact]
    public void A_tensor_of_many_slices_is_read_by_several_threads()
    {
        using var scope = NewDisposeScope();
        var values = arange(12_345_677, dtype: int64);
        using var source = Stored(("x", values));
        Assert.True(source.Read("x").equal(values).all().item<bool>());
    }

    [Fact]
    public void Another_shape_is_refused_with_both()
    {
        using var scope = NewDisposeScope();
        using var source = Stored(("x", zeros(2, 3)));
        var error = Assert.Throws<CheckpointException>(() => source.ReadInto("x", zeros(3, 2)));
        Assert.Equal($"{source.Location}: tensor 'x' has shape [2, 3], but [3, 2] is wanted; the checkpoint is of another model or configuration", error.Message);
        Assert.Equal("x", error.Tensor);
    }

    [Fact]
    public void Integers_do_not_silently_become_floats()
    {
        using var scope = NewDisposeScope();
        using var source = Stored(("x", zeros(2, dtype: int64)));
        var error = Assert.Throws<CheckpointException>(() => source.Read("x", float32));
        Assert.Equal($"{source.Location}: tensor 'x' is stored as Int64, which does not convert to Float32; read it as Int64", error.Message);
    }

    [Fact]
    public void A_name_that_is_not_there_is_quoted_on_one_line()
    {
        using var scope = NewDisposeScope();
        using var source = Stored(("x", zeros(2)));
        var error = Assert.Throws<CheckpointException>(() => source.Describe("a\nb"));
        Assert.Equal($"{source.Location}: holds no tensor 'a\\u000ab'", error.Message);
    }

    [Fact]
    public void A_file_cut_after_opening_is_an_error_not_garbage()
    {
        using var scope = NewDisposeScope();
        using var source = Stored(("x", zeros(100)));
        File.WriteAllBytes(source.Location, File.ReadAllBytes(source.Location)[..200]);
        var error = Assert.Throws<CheckpointException>(() => source.Read("x"));
        Assert.Equal($"{source.Location}: ended while it was being read; it was changed or truncated meanwhile", error.Message);
    }

    private SafetensorsFile Stored(params (string Name, Tensor Tensor)[] tensors)
    {
        string path = _folder["model.safetensors"];
        SafetensorsWriter.Write(path, tensors.Select(t => new TensorEntry(t.Name, t.Tensor.dtype, t.Tensor.shape)),
            entry => tensors.Single(t => t.Name == entry.Name).Tensor.alias(), cancellationToken: TestContext.Current.CancellationToken);
        return SafetensorsFile.Open(path);
    }
}
