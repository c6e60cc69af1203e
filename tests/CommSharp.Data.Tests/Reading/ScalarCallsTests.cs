namespace CommSharp.Data.Tests.Reading;

public sealed class ScalarCallsTests
{
    [Fact]
    public void Data_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(DataException).Assembly);
}
