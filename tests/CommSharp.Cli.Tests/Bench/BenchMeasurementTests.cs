using CommSharp.Cli.Bench;

namespace CommSharp.Cli.Tests.Bench;

public sealed class BenchMeasurementTests
{
    [Fact]
    public void A_wanted_time_is_a_limit_whose_share_says_how_many_times_faster_it_was()
    {
        BenchMeasurement measurement = BenchMeasurement.Within("scoring", milliseconds: 5_000, wantedSeconds: 20, items: 100, item: "answers");

        Assert.Equal((20.0, "answers/s", 5.0, "wanted within 20 s", 4.0), (measurement.Rate, measurement.Unit, measurement.LimitRate, measurement.Limit, measurement.Share));
    }
}
