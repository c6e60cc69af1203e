using CommSharp.Training.Recipes;

namespace CommSharp.Training.Optimization;

/// <summary>The learning rate's way: a straight line up from 0, then half a cosine down to a floor, as in the paper's and Shikra's trainings.</summary>
/// <param name="Steps">The number of steps in all.</param>
/// <param name="WarmUpSteps">How many of them the rate rises.</param>
/// <param name="Floor">The rate at the end, as a share of the highest.</param>
public sealed record LearningRateSchedule(long Steps, long WarmUpSteps, double Floor)
{
    /// <summary>The way that a recipe asks for.</summary>
    /// <param name="settings">The recipe's.</param>
    /// <param name="steps">The number of steps in all.</param>
    public static LearningRateSchedule Of(ScheduleSettings settings, long steps) =>
        new(steps, (long)Math.Ceiling(settings.WarmUp * steps), settings.Floor);

    /// <summary>The rate of a step as a share of the highest. The first step's is above 0 and the last one's is the floor's.</summary>
    /// <param name="step">The step, from 1.</param>
    public double At(long step)
    {
        if (step <= WarmUpSteps)
        {
            return (double)step / WarmUpSteps;
        }

        double progress = (double)(step - WarmUpSteps) / Math.Max(1, Steps - WarmUpSteps);
        return Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
    }
}
