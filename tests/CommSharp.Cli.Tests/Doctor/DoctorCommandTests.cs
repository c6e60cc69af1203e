using System.Text.Json;

namespace CommSharp.Cli.Tests.Doctor;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task This_machine_is_well()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--device", "cpu");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        Assert.Contains("matrix product", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" \n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_has_the_machine_the_runtime_and_the_checks()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--device", "cpu", "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        JsonElement report = document.RootElement;
        Assert.Equal(["machine", "runtime", "device", "checks", "ok"], report.EnumerateObject().Select(member => member.Name));
        Assert.True(report.GetProperty("ok").GetBoolean());
        Assert.Equal("cpu", report.GetProperty("device").GetString());
        Assert.StartsWith("2.10", report.GetProperty("runtime").GetProperty("libTorch").GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["processor", "memory", "libtorch", "device", "matrix product", "bfloat16", "attention"],
            report.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task A_device_that_is_not_there_fails_with_the_remedy()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--device", "cuda:63");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("commsharp: device: cuda:63: ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("failed", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_no_device_is_misuse()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--device", "gpu");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("'gpu' is not a device", outcome.Error, StringComparison.Ordinal);
    }
}
