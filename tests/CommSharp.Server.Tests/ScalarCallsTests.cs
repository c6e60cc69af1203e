namespace CommSharp.Server.Tests;

public sealed class ScalarCallsTests
{
    [Fact]
    public void The_server_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(ServerOptions).Assembly);
}
