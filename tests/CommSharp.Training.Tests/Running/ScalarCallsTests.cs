using CommSharp.Training.Optimization;

namespace CommSharp.Training.Tests.Running;

public sealed class ScalarCallsTests
{
    [Fact]
    public void Training_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(Optimizer).Assembly);
}
