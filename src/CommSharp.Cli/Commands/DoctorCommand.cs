using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Doctor;
using CommSharp.Runtime;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace CommSharp.Cli.Commands;

/// <summary>Says whether this machine can run CommSharp, and what to do where it cannot.</summary>
internal sealed class DoctorCommand : Verb<DoctorReport>
{
    private readonly Option<DeviceChoice> _device = CommonOptions.Device();

    public DoctorCommand()
        : base(
            "doctor",
            "Check the machine, libtorch and a device, and say how to fix what is wrong.",
            "commsharp doctor --device cuda --libtorch ~/venv/lib/python3.12/site-packages/torch/lib")
    {
        Options.Add(_device);
    }

    protected override JsonTypeInfo<DoctorReport> ResultJson => CliJson.Default.DoctorReport;

    protected override Task<DoctorReport> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Diagnosis.Run(context.LoadRuntime, context.Value(_device)!, cancellationToken));

    protected override void Render(DoctorReport result, IAnsiConsole output)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn();
        MachineFacts machine = result.Machine;
        string c = machine.Glibc is null ? "" : $", glibc {machine.Glibc}, {machine.LibStdCxx}";
        grid.AddRow(new Cell(""), new Cell("system"), new Cell($"{machine.OperatingSystem} ({machine.Platform}), {machine.DotNet}{c}"));
        foreach (Check check in result.Checks)
        {
            grid.AddRow(new Markup(Mark(check.State)), new Cell(check.Name), new Cell(check.Detail));
            if (check.Fix is not null)
            {
                grid.AddRow(new Cell(""), new Cell(""), new Cell(check.Fix));
            }
        }

        output.Write(grid);
    }

    protected override string? FailureIn(DoctorReport result) =>
        result.Checks.FirstOrDefault(check => check.State == CheckState.Failed) is { } first ? $"{first.Name}: {first.Detail}" : null;

    private static string Mark(CheckState state) => state switch
    {
        CheckState.Ok => "[green]ok[/]",
        CheckState.Warning => "[yellow]warning[/]",
        _ => "[red]failed[/]",
    };
}
