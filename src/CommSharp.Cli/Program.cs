using CommSharp.Cli;
using CommSharp.Cli.Commands;

// A new verb is a file in Commands, its line here, and the line of its result in CliJson.
return await new CommandLineProgram([new ComposeCommand(), new ParityCommand(), new BenchCommand(), new DoctorCommand()], Console.Out, Console.Error).RunAsync(args);
