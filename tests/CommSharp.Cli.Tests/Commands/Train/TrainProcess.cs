using System.Diagnostics;

namespace CommSharp.Cli.Tests.Commands.Train;

/// <summary>commsharp train as a process of its own, which can be killed.</summary>
internal sealed class TrainProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    /// <summary>Starts a training.</summary>
    /// <param name="recipe">The recipe's file.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="largestFileKiB">The largest file that it can write, in KiB: a disk that is full; any when null.</param>
    public TrainProcess(string recipe, string run, int? largestFileKiB = null)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "CommSharp.Cli.dll"), "train", recipe, "--out", run, "--device", "cpu"];
        ProcessStartInfo start = new() { RedirectStandardOutput = true, RedirectStandardError = true };
        if (largestFileKiB is { } limit)
        {
            start.FileName = "bash";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
            start.ArgumentList.Add("bash");
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // it begins with a file of two terabytes in memory
        }
        else
        {
            start.FileName = command[0];
            command = command[1..];
        }

        Array.ForEach(command, start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Ends it at once, as a power cut does; kill -9.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellation);
    }

    /// <summary>Sends Ctrl+C.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<Outcome> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return new Outcome(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
