using System.CommandLine;
using CommSharp.Cli;
using CommSharp.Cli.Commands;
using CommSharp.Cli.Commands.Data;
using CommSharp.Cli.Commands.Score;

// A new verb is a file in Commands, its line here, and the line of its result in CliJson.
Command[] verbs =
[
    new AskCommand(),
    new ChatCommand(),
    new GroundCommand(),
    new DemoCommand(),
    new BatchCommand(),
    new ServeCommand(),
    new TrainCommand(),
    new PretrainCommand(),
    new EvalCommand(),
    new InspectCommand(),
    new ConvertCommand(),
    new ComposeCommand(),
    new FeaturesCommand(),
    new DataCommand(),
    new ScoreCommand(),
    new ParityCommand(),
    new BenchCommand(),
    new DoctorCommand(),
];
return await new CommandLineProgram(verbs, Console.Out, Console.Error).RunAsync(args);
