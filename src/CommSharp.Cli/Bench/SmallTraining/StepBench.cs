using System.Diagnostics;
using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Training.Batching;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench.SmallTraining;

/// <summary>Steps of the small model on a batch that is at hand: forward and backward passes, clipping, AdamW. What they leave in memory is measured too.</summary>
/// <param name="Steps">How many steps.</param>
/// <param name="Start">The safetensors file that the first weights and the batch are written to, so that a peer may do the same steps; none when null.</param>
internal sealed record StepBench(int Steps, string? Start)
{
    /// <summary>After this step the number of live tensors is taken, and nothing may be added to it.</summary>
    public const int FirstSteps = 5;

    /// <summary>From this step on the process may not grow.</summary>
    public const int SettledStep = 200;

    private const int MostRounds = 15;
    private const double MemoryGrowth = 1.05;

    /// <summary>Measures.</summary>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="CommSharpException">The file cannot be written.</exception>
    public BenchMeasurement Run(CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new MultimodalModel(SmallModel.Config, TensorOptions.Default);
        using var generator = new Generator(1);
        FreshWeights.Draw(model, generator);
        model.train();
        TrainingRecipe recipe = SmallModel.Recipe(new FolderModelSource { Path = "" }, new DatasetPart { Format = "", Path = "" }, Steps);
        IReadOnlyList<TrainedParameter> parameters = ParameterSelection.Select(model, recipe, "bench");
        using var optimizer = new Optimizer(parameters, recipe.Optimizer);
        if (Start is not null)
        {
            Write(Start, parameters);
        }

        var step = new TrainingStep(model, optimizer, LearningRateSchedule.Of(recipe.Schedule, Steps), recipe.Seed);
        using var products = new ProductsAlone(SmallModel.Products);
        var times = new List<double>();
        var processorTimes = new List<double>();
        var limits = new List<double>();
        var losses = new List<double>();
        long early = 0, settled = 0;
        for (int i = 1; i <= Steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StepBatch batch = SmallModel.Batch(i);
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            times.Add(Stopwatches.Time(() => losses.Add(step.Run(batch).Loss)));
            processorTimes.Add((Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
            if (i <= MostRounds)
            {
                limits.Add(Stopwatches.Time(products.Run));
            }

            early = i == FirstSteps ? LiveTensors : early;
            settled = i == SettledStep ? Resident : settled;
        }

        double median = Stopwatches.Median(times), limit = Stopwatches.Median(limits);
        return new BenchMeasurement(
            $"training step, tower 6 x 192, decoder 6 x 256, {parameters.Sum(each => each.Parameter.numel()) / 1e6:0.0} M parameters, {SmallModel.Samples} samples",
            median,
            SmallModel.Samples / median * 1000,
            "samples/s",
            "matrix products alone",
            SmallModel.Samples / limit * 1000)
        {
            Bytes = settled > 0 ? Resident : null,
            WantedBytes = settled > 0 ? (long)(settled * MemoryGrowth) : null,
            Details =
            [
                new BenchDetail("fastest step", times.Min(), "ms"),
                new BenchDetail("processor time of a step", Stopwatches.Median(processorTimes), "ms"),
                new BenchDetail("steps a second", 1000 / median, ""),
                new BenchDetail("matrix products of a step", products.Operations / 1e9, "GFLOP"),
                new BenchDetail("loss of the first step", losses[0], "nats"),
                new BenchDetail($"loss of step {Steps}", losses[^1], "nats"),
                new BenchDetail($"live tensors after {FirstSteps} steps", early, ""),
                new BenchDetail($"live tensors after {Steps} steps", LiveTensors, "") { Wanted = early },
                .. settled > 0 ? [new BenchDetail($"resident memory after {SettledStep} steps", settled / 1e6, "MB")] : Array.Empty<BenchDetail>(),
                new BenchDetail($"resident memory after {Steps} steps", Resident / 1e6, "MB") { Wanted = settled > 0 ? settled * MemoryGrowth / 1e6 : null },
            ],
        };
    }

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static long Resident
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }

    private static void Write(string file, IReadOnlyList<TrainedParameter> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        TrainingBatch batch = SmallModel.Batch(1).Batches[0];
        BatchPixels pixels = batch.Pictures[0];
        Dictionary<string, Tensor> tensors = parameters.ToDictionary(each => each.Name, each => (Tensor)each.Parameter);
        tensors.Add("batch.ids", tensor(batch.Ids, [batch.Rows, batch.Length]));
        tensors.Add("batch.labels", tensor(batch.Labels, [batch.Rows, batch.Length]));
        tensors.Add("batch.pixels", tensor(pixels.Values, [batch.PictureCount, 3, pixels.Size, pixels.Size]));
        SafetensorsWriter.Write(file, tensors.Select(each => new TensorEntry(each.Key, each.Value.dtype, each.Value.shape)), entry => tensors[entry.Name].detach());
    }
}
