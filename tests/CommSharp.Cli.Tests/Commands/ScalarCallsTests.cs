namespace CommSharp.Cli.Tests.Commands;

public sealed class ScalarCallsTests
{
    [Fact]
    public void The_program_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(CommandLineProgram).Assembly);
}
