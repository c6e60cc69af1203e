using CommSharp.Checkpoints;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Checkpoints;

public sealed class MappingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_mapped_tensor_is_what_is_stored_and_what_is_written_to_it_stays_here(ScalarType dtype)
    {
        string file = Write(dtype);
        using ITensorSource source = Checkpoint.Open(file);
        Tensor expected = source.Read("weight"), mapped = source.TryMap("weight")!;
        TensorAssert.Equal(expected, mapped);
        mapped.fill_(0);
        TensorAssert.Equal(expected, source.Read("weight"));
        Assert.Null(source.TryMap("small"));
        Assert.Throws<CheckpointException>(() => source.TryMap("other"));
    }

    /// <summary>Bytes other than 0 and 1 are refused as they are read; nobody would look at those of a mapping.</summary>
    [Fact]
    public void Booleans_are_not_mapped()
    {
        const int Count = 1 << 17;
        string file = _folder.Write("mask.safetensors", RawSafetensors.Bytes("{" + RawSafetensors.Entry("mask", "BOOL", $"[{Count}]", 0, Count) + "}", Count));
        using ITensorSource source = Checkpoint.Open(file);
        Assert.Null(source.TryMap("mask"));
        Assert.Equal(Count / 2, source.Read("mask").sum().item<long>());
    }

    [Fact]
    public void A_module_on_mapped_weights_computes_outlives_its_source_and_leaves_nothing_behind()
    {
        string file = Write(ScalarType.BFloat16);
        var layout = new CheckpointLayout("dense", [""], [new Rename("weight", "weight"), new Ignore("small")]);
        Tensor input = randn(3, 320);
        LeakGuard.Check(() =>
        {
            using var read = new Dense(320, 300, new TensorOptions(ScalarType.BFloat16, CPU), hasBias: false);
            using var mapped = new Dense(320, 300, new TensorOptions(ScalarType.BFloat16, CPU), hasBias: false);
            using (ITensorSource source = Checkpoint.Open(file))
            {
                new CheckpointLoader(source).Load(new CheckpointPart(layout, "", read)).RequireFit(file);
                new CheckpointLoader(source, maps: true).Load(new CheckpointPart(layout, "", mapped)).RequireFit(file);
            }

            File.Move(_folder["model.safetensors"], _folder["renamed.safetensors"]);
            using DisposeScope scope = NewDisposeScope();
            TensorAssert.Equal(read.call(input), mapped.call(input));
            mapped.call(input).sum().backward();
            Assert.NotNull(mapped.Weight.grad);
        });
    }

    private string Write(ScalarType dtype)
    {
        string file = _folder["model.safetensors"];
        SafetensorsWriter.Write(
            file,
            [new TensorEntry("weight", dtype, [300, 320]), new TensorEntry("small", dtype, [3])],
            entry => randn([.. entry.Shape]));
        return file;
    }
}
