using CommSharp.Cli.Commands.Score;

namespace CommSharp.Cli.Tests;

public sealed class CommandLineProgramTests
{
    [Fact]
    public async Task A_result_goes_to_standard_output_and_notes_to_standard_error()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "hello");

        Assert.Equal((0, "hello\n", "saying it\n"), (outcome.ExitCode, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task Every_verb_writes_json_and_leaves_what_is_readable_as_it_is()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "<a+é>", "--json");

        Assert.Equal("{\n  \"Word\": \"<a+é>\"\n}\n", outcome.Output);
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("echo")]
    [InlineData("echo", "a", "--unknown")]
    [InlineData("echo", "a", "--libtorch")]
    public async Task Misuse_exits_with_two_and_points_to_the_help(params string[] arguments)
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("commsharp: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--help", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_for_people_are_one_line_and_exit_with_one()
    {
        Exception[] failures = [new CommSharpException("it broke:\nmend it."), new IOException("the disk is full"), new UnauthorizedAccessException("no")];
        foreach (Exception failure in failures)
        {
            Outcome outcome = await CommandLine.RunAsync(new EchoVerb(failure), "echo", "a");

            Assert.Equal(1, outcome.ExitCode);
            Assert.Equal($"saying it\ncommsharp: {failure.Message.Replace('\n', ' ')}\n", outcome.Error);
        }
    }

    [Fact]
    public async Task An_interruption_exits_as_shells_expect()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(new OperationCanceledException()), "echo", "a");

        Assert.Equal((130, "saying it\ncommsharp: stopped\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_defect_is_one_line_that_says_how_to_learn_more()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(new InvalidOperationException("what?")), "echo", "a");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("COMMSHARP_TRACE=1", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_a_verb_shows_its_example_and_the_programs_name()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--help");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("commsharp doctor [options]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Example:\n  commsharp doctor --device", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("commsharp score --help", "score")]
    [InlineData("commsharp score pope --help", "score", "pope")]
    [InlineData("commsharp score pope --help", "score", "pope", "questions.json", "answers.jsonl", "--convention", "mine")]
    public async Task A_verb_within_a_verb_is_pointed_to_by_both_names(string help, params string[] arguments)
    {
        Outcome outcome = await CommandLine.RunAsync(new ScoreCommand(), arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.EndsWith($"Try: {help}\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_a_verb_within_a_verb_shows_its_example()
    {
        Outcome outcome = await CommandLine.RunAsync(new ScoreCommand(), "score", "pope", "--help");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("commsharp score pope <QUESTIONS> <ANSWERS> [options]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Example:\n  commsharp score pope coco_pope_random.json", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_verb_the_help_lists()
    {
        Outcome outcome = await CommandLine.RunAsync();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("doctor", outcome.Output, StringComparison.Ordinal);
    }
}
