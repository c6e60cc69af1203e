using CommSharp.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Runtime;

public sealed class ChoiceTests
{
    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("cpu", "cpu")]
    [InlineData("CUDA", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void Devices_are_read_as_written(string text, string expected)
    {
        DeviceChoice choice = DeviceChoice.Parse(text);

        Assert.Equal(expected, choice.ToString());
        Assert.Equal(choice, DeviceChoice.Parse(choice.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:99999999999")]
    public void Other_devices_are_refused_with_the_allowed_ones(string text) =>
        Assert.Contains("auto, cpu, cuda", Assert.Throws<NativeRuntimeException>(() => DeviceChoice.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_processor_is_always_there() => Assert.Equal(DeviceType.CPU, DeviceChoice.Cpu.Resolve().type);

    [Fact]
    public void A_device_that_is_not_there_is_an_error_with_a_remedy()
    {
        NativeRuntime.Load();
        Assert.SkipWhen(cuda.is_available() && cuda.device_count() > 63, "There are more devices than anybody has.");

        string message = Assert.Throws<NativeRuntimeException>(() => DeviceChoice.Cuda(63).Resolve()).Message;

        Assert.StartsWith("cuda:63: ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Dtypes_have_one_name(ScalarType dtype) => Assert.Equal(dtype, DtypeName.Parse(DtypeName.Format(dtype)));

    [Fact]
    public void Other_dtypes_are_refused() => Assert.Throws<NativeRuntimeException>(() => DtypeName.Parse("int8"));

    [Fact]
    public void The_machine_has_a_processor_and_memory()
    {
        MachineFacts machine = MachineFacts.Read();

        Assert.NotEmpty(machine.Processor);
        Assert.InRange(machine.MemoryAvailable, 1, machine.MemoryTotal);
        if (OperatingSystem.IsLinux())
        {
            Assert.StartsWith("GLIBCXX_3.4.", machine.LibStdCxx, StringComparison.Ordinal);
        }
    }
}
