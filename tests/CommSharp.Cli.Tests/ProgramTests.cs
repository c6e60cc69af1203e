using System.Diagnostics;
using System.Text.Json;

namespace CommSharp.Cli.Tests;

/// <summary>The program as people start it: a process of its own, which loads libtorch itself.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_missing_lib_torch_folder_is_one_line_and_exit_code_one()
    {
        Outcome outcome = await StartAsync([], "doctor", "--libtorch", "/nonexistent");

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("commsharp: libtorch: /nonexistent: ", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_install_of_another_version_is_used_with_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using TemporaryFolder install = new();
        install.Write("torch/version.py", "__version__ = '2.7.1+cpu'\n");
        Directory.CreateSymbolicLink(install["torch", "lib"], CommSharp.Runtime.NativeRuntime.Load().LibTorch.Path);

        Outcome outcome = await StartAsync([], "doctor", "--device", "cpu", "--json", "--libtorch", install["torch"]);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("this is libtorch 2.7.1+cpu, but TorchSharp was built for 2.10", outcome.ErrorLine, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(outcome.Output);
        Assert.Equal("option", report.RootElement.GetProperty("runtime").GetProperty("libTorch").GetProperty("source").GetString());
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_does_not_matter()
    {
        Outcome outcome = await StartAsync([("XDG_CACHE_HOME", "/dev/null")], "doctor", "--device", "cpu");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_damaged_lib_torch_is_one_line()
    {
        using TemporaryFolder folder = new();
        folder.Write(OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so", "not a library");

        Outcome outcome = await StartAsync([("COMMSHARP_LIBTORCH", folder.Path)], "doctor");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("the system refuses to load it", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("--libtorch", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_explains_its_words_and_ends_with_ctrl_c_while_it_waits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill on Windows.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { Path.Combine(AppContext.BaseDirectory, "CommSharp.Cli.dll"), "chat", "--model", BundledModel.Folder })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("/help\n<point 1,1>\n/image\n");
        await process.StandardInput.FlushAsync(cancellation);
        var lines = new List<string>();
        while (!(lines.Count > 0 && lines[^1].Contains("not understood", StringComparison.Ordinal)) && await process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            lines.Add(line);
        }

        Assert.Contains("/image FILE  show a picture with the next question", lines);
        Assert.Contains("commsharp: <point 1,1>: there is no picture that it could be in; show one first.", lines);
        Assert.Equal("commsharp: \"/image\" is not understood; write /image FILE, /new, /exit, /help, or a question", lines[^1]);
        Assert.DoesNotContain(lines, line => line.StartsWith('>')); // input that nobody types needs no prompt
        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(130, process.ExitCode);
    }

    private static async Task<Outcome> StartAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "CommSharp.Cli.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await output, await error);
    }
}
