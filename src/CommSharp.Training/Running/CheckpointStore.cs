using System.Globalization;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>
/// The checkpoints of a run: step-000001200/ with weights.safetensors, moments.safetensors and state.json. Each appears whole or not at all; the last few
/// are kept, and best/ beside them.
/// </summary>
/// <param name="folder">The folder of all checkpoints.</param>
/// <param name="keep">How many of the last are kept.</param>
public sealed class CheckpointStore(string folder, int keep)
{
    private const string StepPrefix = "step-";
    private const string BestName = "best";
    private const string WeightsName = "weights.safetensors";
    private const string MomentsName = "moments.safetensors";
    private const string StateName = "state.json";
    private const string MeanSuffix = ".mean";
    private const string SquareSuffix = ".square";
    private const string StepsSuffix = ".steps";

    /// <summary>The whole checkpoints, the last one first.</summary>
    public IReadOnlyList<string> Steps => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, StepPrefix + "*")
            .Where(path => long.TryParse(Path.GetFileName(path)[StepPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderDescending(StringComparer.Ordinal),
    ];

    /// <summary>The folder with the weights of the lowest validation loss.</summary>
    public string Best => Path.Combine(folder, BestName);

    /// <summary>The state in the last checkpoint; null where there is none.</summary>
    public TrainingState? LastState() => Steps is [string last, ..] ? ReadState(last) : null;

    /// <summary>Saves everything that the next step needs.</summary>
    /// <param name="state">Where the training stands.</param>
    /// <param name="model">The weights.</param>
    /// <param name="optimizer">The moments.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="CommSharpException">It cannot be written, for want of room on the disk perhaps; earlier ones are untouched.</exception>
    public string Save(TrainingState state, TrainingModel model, AdamW optimizer)
    {
        string target = Path.Combine(folder, StepPrefix + state.Step.ToString("D9", CultureInfo.InvariantCulture));
        Clean();
        if (!Directory.Exists(target))
        {
            using var checkpoint = new AtomicFolder(target);
            WriteWeights(checkpoint[WeightsName], model);
            WriteMoments(checkpoint[MomentsName], optimizer);
            ConfigurationFile.Write(checkpoint[StateName], state);
            checkpoint.Commit();
        }

        foreach (string old in Steps.Skip(keep))
        {
            Retire(old);
        }

        return target;
    }

    /// <summary>Keeps the weights of the lowest validation loss; no moments, for nobody goes on from them.</summary>
    /// <param name="state">Where the training stands.</param>
    /// <param name="model">The weights.</param>
    /// <exception cref="CommSharpException">It cannot be written.</exception>
    public void SaveBest(TrainingState state, TrainingModel model)
    {
        string target = Path.Combine(folder, $"{BestName}-{state.Step.ToString(CultureInfo.InvariantCulture)}.tmp");
        Clean();
        using (var checkpoint = new AtomicFolder(target))
        {
            WriteWeights(checkpoint[WeightsName], model);
            ConfigurationFile.Write(checkpoint[StateName], state);
            checkpoint.Commit();
        }

        if (Directory.Exists(Best))
        {
            Retire(Best);
        }

        Directory.Move(target, Best);
    }

    /// <summary>Brings model and optimiser to where the last checkpoint stands.</summary>
    /// <param name="model">Takes the weights.</param>
    /// <param name="optimizer">Takes the moments.</param>
    /// <exception cref="CommSharpException">The checkpoint cannot be read, or is of other parameters.</exception>
    public void LoadLast(TrainingModel model, AdamW optimizer)
    {
        string last = Steps[0];
        LoadWeights(last, model);
        using SafetensorsFile moments = SafetensorsFile.Open(Path.Combine(last, MomentsName));
        foreach (Moments each in optimizer.State)
        {
            string name = each.Trained.Name;
            moments.ReadInto(name + MeanSuffix, each.Mean);
            moments.ReadInto(name + SquareSuffix, each.Square);
            using Tensor steps = moments.Read(name + StepsSuffix);
            each.Steps = steps.item<long>();
        }
    }

    /// <summary>Brings a model to the weights of the lowest validation loss.</summary>
    /// <param name="model">Takes the weights.</param>
    /// <exception cref="CommSharpException">They cannot be read.</exception>
    public void LoadBest(TrainingModel model) => LoadWeights(Best, model);

    private static TrainingState ReadState(string checkpoint)
    {
        string file = Path.Combine(checkpoint, StateName);
        var state = ConfigurationFile.Read<TrainingState>(file);
        return state.Format == TrainingState.CurrentFormat
            ? state
            : throw new ConfigurationException(file, $"\"format\" is {state.Format}, but this version reads {TrainingState.CurrentFormat}.", "format");
    }

    private static void LoadWeights(string checkpoint, TrainingModel model)
    {
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(checkpoint, WeightsName));
        foreach ((string name, Tensor tensor) in Weights(model))
        {
            weights.ReadInto(name, tensor);
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Weights(TrainingModel model) =>
        model.Parameters.Select(trained => (trained.Name, (Tensor)trained.Parameter)).Concat(model.Buffers);

    private static void WriteWeights(string file, TrainingModel model)
    {
        Dictionary<string, Tensor> tensors = Weights(model).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        SafetensorsWriter.Write(file, tensors.Select(Entry), entry => tensors[entry.Name].detach());
    }

    private static void WriteMoments(string file, AdamW optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (Moments moments in optimizer.State)
        {
            tensors[moments.Trained.Name + MeanSuffix] = moments.Mean;
            tensors[moments.Trained.Name + SquareSuffix] = moments.Square;
            tensors[moments.Trained.Name + StepsSuffix] = tensor(moments.Steps);
        }

        SafetensorsWriter.Write(file, tensors.Select(Entry), entry => tensors[entry.Name].detach());
    }

    private static TensorEntry Entry(KeyValuePair<string, Tensor> tensor) => new(tensor.Key, tensor.Value.dtype, tensor.Value.shape);

    /// <summary>A folder loses its name at once and its files after that, so that half of a checkpoint is never taken for a whole one.</summary>
    private static void Retire(string checkpoint)
    {
        string retired = $"{checkpoint}.{Guid.NewGuid():N}.tmp";
        Directory.Move(checkpoint, retired);
        RunFolder.Discard(retired);
    }

    private void Clean()
    {
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.EnumerateFileSystemEntries(folder, "*.tmp"))
        {
            RunFolder.Discard(left); // of a process that was killed
        }
    }
}
