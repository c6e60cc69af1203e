namespace CommSharp.Evaluation.Tests.Running;

public sealed class ScalarCallsTests
{
    [Fact]
    public void Evaluation_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(ScoreSheet).Assembly);
}
