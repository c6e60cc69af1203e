namespace CommSharp.Cli.Tests;

public sealed class CommandLineProgramTests
{
    [Fact]
    public async Task AResultGoesToStandardOutputAndNotesToStandardError()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "hello");

        Assert.Equal((0, "hello\n", "saying it\n"), (outcome.ExitCode, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task EveryVerbWritesJsonAndLeavesWhatIsReadableAsItIs()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), "echo", "<a+é>", "--json");

        Assert.Equal("{\n  \"Word\": \"<a+é>\"\n}\n", outcome.Output);
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("echo")]
    [InlineData("echo", "a", "--unknown")]
    [InlineData("echo", "a", "--libtorch")]
    public async Task MisuseExitsWithTwoAndPointsToTheHelp(params string[] arguments)
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(), arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.StartsWith("commsharp: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--help", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailuresForPeopleAreOneLineAndExitWithOne()
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
    public async Task AnInterruptionExitsAsShellsExpect()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(new OperationCanceledException()), "echo", "a");

        Assert.Equal((130, "saying it\ncommsharp: stopped\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task ADefectIsOneLineThatSaysHowToLearnMore()
    {
        Outcome outcome = await CommandLine.RunAsync(new EchoVerb(new InvalidOperationException("what?")), "echo", "a");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("COMMSHARP_TRACE=1", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHelpOfAVerbShowsItsExampleAndTheProgramsName()
    {
        Outcome outcome = await CommandLine.RunAsync("doctor", "--help");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("commsharp doctor [options]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Example:\n  commsharp doctor --device", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAVerbTheHelpLists()
    {
        Outcome outcome = await CommandLine.RunAsync();

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("doctor", outcome.Output, StringComparison.Ordinal);
    }
}
