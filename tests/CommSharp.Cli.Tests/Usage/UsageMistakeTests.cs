using System.CommandLine;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Usage;

public sealed class UsageMistakeTests
{
    [Theory]
    [InlineData("There is no verb 'aks'. Did you mean ask?", "", "aks", "photo.jpg", "--model", "m")]
    [InlineData("There is no verb 'zzz'", "", "zzz")]
    [InlineData("There is no option --josn. Did you mean --json?", "", "--josn")]
    [InlineData("ask has no option --temprature. Did you mean --temperature?", "ask", "ask", "p", "q", "--temprature", "0.5")]
    [InlineData("ask has no option --temp. Did you mean --temperature?", "ask", "ask", "p", "--temp=1")]
    [InlineData("ask has no option --what?; if it is meant as it is, put it last, behind --", "ask", "ask", "p", "--what?", "--model", "m")]
    [InlineData("chat has no option --temprature. Did you mean --temperature?", "chat", "chat", "--temprature", "1", "--model", "m")]
    [InlineData("ground has no option -model. Did you mean --model?", "ground", "ground", "p", "the cup", "-model", "m")]
    [InlineData("ask has no use for 'r', 's'; it takes PICTURE QUESTION, and a text of several words needs quotes", "ask", "ask", "p", "q", "r", "s")]
    [InlineData("doctor has no use for 'well'; it takes options only", "doctor", "doctor", "well")]
    [InlineData("--dtype: 'fp16' is none of stored, float32, bfloat16, float16", "ask", "ask", "p", "q", "--model", "m", "--dtype", "fp16")]
    [InlineData("WHAT: 'speed' is none of tower, decode, picture, load, vqa, captions, step, run, serve, train", "bench", "bench", "speed")]
    [InlineData("--fit: \"squash\" is no way to fit a picture; choose pad, crop or resize.", "ask", "ask", "p", "q", "--model", "m", "--fit", "squash")]
    [InlineData("--model needs a value: --model DIR", "ask", "ask", "p", "q", "--model")]
    [InlineData("--model is there 2 times; give it once", "ask", "ask", "p", "q", "--model", "m", "--model", "n")]
    [InlineData("ask needs PICTURE, QUESTION", "ask", "ask")]
    [InlineData("ask needs QUESTION", "ask", "ask", "p")]
    public async Task A_mistake_is_one_line_that_says_where_and_what_instead(string line, string verb, params string[] arguments)
    {
        Outcome outcome = await RunAsync(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Equal($"commsharp: {line}\nTry: commsharp {verb}{(verb.Length > 0 ? " " : "")}--help\n", outcome.Error);
    }

    [Fact]
    public async Task Behind_two_dashes_a_word_is_meant_as_it_is()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "--", "--what");

        Assert.Equal((0, "--what\n"), (outcome.ExitCode, outcome.Output));
    }

    [Fact]
    public async Task A_text_that_begins_with_a_dash_and_has_blanks_is_a_text()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "-is it there?");

        Assert.Equal((0, "-is it there?\n"), (outcome.ExitCode, outcome.Output));
    }

    [Theory]
    [InlineData("data needs one of echo, doctor", "data", "data")]
    [InlineData("data has no verb 'ecko'. Did you mean echo?", "data", "data", "ecko", "a")]
    [InlineData("data echo needs word", "data echo", "data", "echo")]
    [InlineData("data echo has no option --jsn. Did you mean --json?", "data echo", "data", "echo", "--jsn")]
    [InlineData("data echo has no use for 'b'; it takes word, and a text of several words needs quotes", "data echo", "data", "echo", "a", "b")]
    public async Task Verbs_of_verbs_are_named_in_full(string line, string verb, params string[] arguments)
    {
        Outcome outcome = await CommandLine.RunAsync(Nested(), arguments);

        Assert.Equal((2, $"commsharp: {line}\nTry: commsharp {verb} --help\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task Verbs_of_verbs_run_take_global_options_and_have_help_with_an_example()
    {
        Outcome ran = await CommandLine.RunAsync(Nested(), "data", "echo", "a", "--json");
        Assert.Equal((0, "{\n  \"Word\": \"a\"\n}\n"), (ran.ExitCode, ran.Output));

        Outcome help = await CommandLine.RunAsync(Nested(), "data", "echo", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("commsharp data echo <word> [options]", help.Output, StringComparison.Ordinal);
        Assert.Contains("Example:\n  commsharp echo hello", help.Output, StringComparison.Ordinal);

        Outcome list = await CommandLine.RunAsync(Nested(), "data", "--help");
        Assert.Equal(0, list.ExitCode);
        Assert.Contains("Say a word.", list.Output, StringComparison.Ordinal);
    }

    private static Command Nested()
    {
        var data = new Command("data", "Verbs of a verb.");
        data.Subcommands.Add(new EchoVerb());
        data.Subcommands.Add(new DoctorCommand());
        return data;
    }

    private static async Task<Outcome> RunAsync(string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Command[] verbs = [new AskCommand(), new ChatCommand(), new GroundCommand(), new BenchCommand(), new DoctorCommand()];
        int exitCode = await new CommandLineProgram(verbs, output, error).RunAsync(arguments);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
