using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Tracking;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench.SmallTraining;

/// <summary>
/// A whole training of the small model, as <c>commsharp train</c> does it, from picture files to checkpoints: how much of its time is anything else than
/// forward and backward passes.
/// </summary>
internal static class RunBench
{
    private const double WantedShare = 0.85;
    private const int WarmUp = 2;

    /// <summary>Measures.</summary>
    /// <param name="steps">How many steps, after the first two, which do not count: programs are compiled and queues filled meanwhile.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    public static BenchMeasurement Run(int steps, CancellationToken cancellationToken)
    {
        using var files = RunFiles.Write();
        TrainingRecipe recipe = SmallModel.Recipe(files.Model, files.Data, steps + WarmUp);
        var options = new TrainingOptions { Device = CPU };
        using var times = new StepTimeSums();
        TrainingRun.Run(new RecipeFile(recipe, "bench", files.Folder), files.RunFolder, options, [times], cancellationToken);

        double all = times.Sum.Total.TotalMilliseconds, model = times.Sum.Compute.TotalMilliseconds;
        return new BenchMeasurement(
            $"whole training run, {steps} steps of {SmallModel.Samples} JPEGs of {RunFiles.Width} x {RunFiles.Height}",
            all / steps,
            steps / all * 1000,
            "steps/s",
            "forward and backward passes alone",
            steps / model * 1000)
        {
            WantedShare = WantedShare,
            Details =
            [
                Part("waiting for data", times.Sum.Data),
                Part("clipping and AdamW", times.Sum.Optimizer),
                Part("tracking", times.Sum.Tracking),
                Part($"{times.Saves} checkpoints", times.Sum.Saving),
                new BenchDetail("all of these", 100 * (1 - (model / all)), "%") { Wanted = 100 * (1 - WantedShare) },
                new BenchDetail("tokens of a sample", times.TokensPerSample, ""),
            ],
        };

        BenchDetail Part(string name, TimeSpan time) => new(name, 100 * time.TotalMilliseconds / all, "%");
    }

    private sealed class StepTimeSums : ITrainingTracker
    {
        private long _tokens, _samples, _saves;

        public StepTimes Sum { get; private set; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

        /// <summary>How many checkpoints are in the sum: the one after the last step is not.</summary>
        public long Saves { get; private set; }

        public double TokensPerSample => (double)_tokens / _samples;

        public void Start(TrainingStart start)
        {
        }

        public void Step(StepReport step)
        {
            Saves = _saves;
            _tokens += step.Tokens;
            _samples += step.Samples;
            if (step.Step > WarmUp)
            {
                StepTimes more = step.Times;
                Sum = new(
                    Sum.Data + more.Data, Sum.Compute + more.Compute, Sum.Optimizer + more.Optimizer, Sum.Tracking + more.Tracking, Sum.Saving + more.Saving);
            }
        }

        public void Validate(ValidationReport validation)
        {
        }

        public void Save(string checkpoint, long step) => _saves++;

        public void Finish(TrainingEnd end)
        {
        }

        public void Dispose()
        {
        }
    }
}
