using CommSharp.Training.Tracking;

namespace CommSharp.Training.Tests.Tracking;

public sealed class SmoothedValueTests
{
    [Fact]
    public void A_smoothed_value_is_right_from_the_first_on_and_passes_over_what_is_no_number()
    {
        var mean = new SmoothedValue(3); // each value weighs half as much as the next one
        Assert.Equal(double.NaN, mean.Value);
        Assert.Equal(6, mean.Add(6));
        Assert.Equal(((6 * 0.5) + 12) / 1.5, mean.Add(12), 1e-12);
        Assert.Equal(10, mean.Add(double.NaN), 1e-12);
        Assert.Equal(4, new SmoothedValue(1).Add(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothedValue(0.5));
    }
}
