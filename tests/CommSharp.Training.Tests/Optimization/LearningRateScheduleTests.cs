using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Schedule = LearningRateSchedule.Of(new ScheduleSettings { WarmUp = 0.1, Floor = 0.05 }, 100);

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(10, 1.0)]
    [InlineData(55, 0.525)] // half way down: the middle of 1 and the floor
    [InlineData(100, 0.05)]
    [InlineData(101, 0.05)]
    public void The_rate_rises_in_a_line_and_falls_in_a_cosine(long step, double share) => Assert.Equal(share, Schedule.At(step), 12);

    [Fact]
    public void Without_warm_up_it_starts_high() =>
        Assert.InRange(LearningRateSchedule.Of(new ScheduleSettings { WarmUp = 0 }, 1000).At(1), 0.9999, 1);
}
