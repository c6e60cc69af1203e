using System.Diagnostics;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tests.Running;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Cli.Tests.Commands.Train;

/// <summary>The program itself, killed, interrupted, and with no room left to write.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Kills = 10;
    private const int Steps = 40;
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(6); // some 30 s on a machine that does nothing else

    private readonly TemporaryFolder _folder = new();
    private readonly string _recipe;

    public KilledTrainingTests()
    {
        GroundingSamples.Write(_folder.Path, 12);
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path);
        _recipe = GroundingSamples.AsFile(
            recipe with
            {
                Schedule = new ScheduleSettings { Steps = Steps, LearningRate = 2e-3, WarmUp = 0.1 },
                Batch = new BatchSettings { Size = 2, Accumulation = 2 },
                Augmentation = new AugmentationSettings { Flip = 0.5, Brightness = 0.2 },
                Validation = new ValidationSettings { Data = recipe.Data, EverySteps = 7, Samples = 2, Answers = 1, MaxTokens = 4 },
                Checkpoints = new CheckpointSettings { EverySteps = 1 },
            },
            _folder.Path).Source;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_that_is_killed_at_ten_random_moments_ends_with_the_same_weights()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(AtMost);
        int killed = 0, round = 0;
        try
        {
            var clock = Stopwatch.StartNew();
            await CompleteAsync(_folder["whole"], limit.Token);
            TimeSpan whole = clock.Elapsed;
            var random = new Random(11);
            while (killed < Kills)
            {
                string run = _folder[$"killed-{round++}"];
                while (killed < Kills && await KillOneAsync(run, AnyMoment(random, whole, killed), limit.Token))
                {
                    killed++;
                }

                await CompleteAsync(run, limit.Token);
                Assert.Equal(RunFiles.Weights(_folder["whole"]), RunFiles.Weights(run));
                Assert.Equal(RunFiles.Story(_folder["whole"]), RunFiles.Story(run));
                Assert.Empty(RunFiles.Temporary(run));
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"After {AtMost.TotalMinutes} minutes {killed} of {Kills} processes were killed.");
        }
    }

    [Fact]
    public async Task Ctrl_c_saves_the_state_and_the_same_command_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no kill on Windows.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string run = _folder["run"];
        using (var process = new TrainProcess(_recipe, run))
        {
            await WaitForStepAsync(process, run, 0, cancellation);
            process.Interrupt();
            Outcome outcome = await process.EndAsync(cancellation);
            Assert.Equal(130, outcome.ExitCode);
            Assert.Contains($" of {Steps}; the same command goes on from there", outcome.Error, StringComparison.Ordinal);
            Assert.EndsWith("commsharp: stopped\n", outcome.Error, StringComparison.Ordinal);
        }

        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(run, "checkpoints"), "step-*"));
        await CompleteAsync(run, cancellation);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_leaves_the_checkpoint_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by bash.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string run = _folder["run"];
        using (var begun = new TrainProcess(_recipe, run))
        {
            await WaitForStepAsync(begun, run, 0, cancellation);
            await begun.KillAsync(cancellation);
        }

        string[] before = [.. RunFiles.Weights(run).Where(file => file.Contains("step-", StringComparison.Ordinal) && !file.Contains(".tmp", StringComparison.Ordinal))];
        Assert.NotEmpty(before);
        using (var full = new TrainProcess(_recipe, run, largestFileKiB: 64))
        {
            Outcome outcome = await full.EndAsync(cancellation);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains("weights.safetensors: cannot be written", outcome.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, RunFiles.Weights(run).Where(file => file.Contains("step-", StringComparison.Ordinal)));
        await CompleteAsync(run, cancellation);
        Assert.Empty(RunFiles.Temporary(run));
    }

    /// <summary>By the clock from the process's start, so that some are killed before the first step, and while a checkpoint, a page or the model is written.</summary>
    private static TimeSpan AnyMoment(Random random, TimeSpan whole, int killed) => whole * (killed % 3 == 0 ? random.NextDouble() : 0.35 + (0.5 * random.NextDouble()));

    /// <returns>False when it had come to its end before.</returns>
    private async Task<bool> KillOneAsync(string run, TimeSpan after, CancellationToken cancellation)
    {
        using var process = new TrainProcess(_recipe, run);
        await Task.Delay(after, cancellation);
        if (process.HasEnded)
        {
            Assert.Equal(0, (await process.EndAsync(cancellation)).ExitCode);
            return false;
        }

        await process.KillAsync(cancellation);
        return true;
    }

    private async Task CompleteAsync(string run, CancellationToken cancellation)
    {
        using var process = new TrainProcess(_recipe, run);
        Outcome outcome = await process.EndAsync(cancellation);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    private static async Task WaitForStepAsync(TrainProcess process, string run, int after, CancellationToken cancellation)
    {
        string log = Path.Combine(run, TrainingLog.FileName);
        while (!process.HasEnded && !(File.Exists(log) && TrainingLog.Read(log).OfType<SaveRecord>().Any(record => record.Step > after)))
        {
            await Task.Delay(5, cancellation);
        }
    }
}
