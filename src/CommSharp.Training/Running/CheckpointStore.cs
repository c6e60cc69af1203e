using System.Globalization;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>
/// The checkpoints of a run: step-000001200/ with weights.safetensors, moments.safetensors and state.json. Each appears whole or not at all; the last few
/// are kept, and best/ beside them.
/// </summary>
/// <typeparam name="TState">Where the run stands.</typeparam>
/// <param name="folder">The folder of all checkpoints.</param>
/// <param name="keep">How many of the last are kept.</param>
public sealed class CheckpointStore<TState>(string folder, int keep)
    where TState : RunState
{
    private const string StepPrefix = "step-";
    private const string BestName = "best";
    private const string WeightsName = "weights.safetensors";
    private const string MomentsName = "moments.safetensors";
    private const string StateName = "state.json";
    private const string MeanSuffix = ".mean";
    private const string SquareSuffix = ".square";
    private const string StepsSuffix = ".steps";
    private const string BrokenSuffix = ".broken";
    private const string FormatMember = "format";

    /// <summary>The whole checkpoints, the last one first.</summary>
    public IReadOnlyList<string> Steps => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, StepPrefix + "*")
            .Where(path => long.TryParse(Path.GetFileName(path)[StepPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderDescending(StringComparer.Ordinal),
    ];

    /// <summary>The folder with the weights of the lowest validation loss.</summary>
    public string Best => Path.Combine(folder, BestName);

    /// <summary>
    /// The state in the last checkpoint that is whole; null where there is no checkpoint. Broken ones after it are set aside under another name, so that
    /// the training goes on from an earlier one, and writes them anew.
    /// </summary>
    /// <param name="note">Is told of each that is set aside.</param>
    /// <exception cref="CommSharpException">None of several is whole, or the last one is of another version.</exception>
    public TState? Recover(Action<string> note)
    {
        CommSharpException? first = null;
        var broken = new List<string>();
        foreach (string checkpoint in Steps)
        {
            try
            {
                TState state = ReadState(checkpoint);
                if (broken.Count > 0)
                {
                    note($"{first!.Message.TrimEnd('.')}. The training goes on from step {state.Step}; what is broken is kept as {string.Join(", ", broken.Select(SetAside))}");
                }

                return state;
            }
            catch (CommSharpException error) when (error is not ConfigurationException { Member: FormatMember })
            {
                first ??= error;
                broken.Add(checkpoint);
            }
        }

        return first is null
            ? null
            : throw new CommSharpException($"{first.Message.TrimEnd('.')}. There is no earlier checkpoint; bring it back from a copy, or delete {folder} to begin from the first step.", first);
    }

    /// <summary>Saves everything that the next step needs.</summary>
    /// <param name="state">Where the training stands.</param>
    /// <param name="model">The weights.</param>
    /// <param name="optimizer">The moments.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="CommSharpException">It cannot be written, for want of room on the disk perhaps; earlier ones are untouched.</exception>
    public string Save(TState state, ITrainedTensors model, Optimizer optimizer)
    {
        string target = Path.Combine(folder, StepPrefix + state.Step.ToString("D9", CultureInfo.InvariantCulture));
        Clean();
        if (Directory.Exists(target))
        {
            ConfigurationFile.Write(Path.Combine(target, StateName), state); // held-out samples may have been scored since
        }
        else
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
    public void SaveBest(TState state, ITrainedTensors model)
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
    public void LoadLast(ITrainedTensors model, Optimizer optimizer)
    {
        string last = Steps[0];
        LoadWeights(last, model);
        using SafetensorsFile moments = SafetensorsFile.Open(Path.Combine(last, MomentsName));
        foreach (Moments each in optimizer.State)
        {
            string name = each.Trained.Name;
            moments.ReadInto(name + MeanSuffix, each.Mean);
            if (each.Square is { } square)
            {
                moments.ReadInto(name + SquareSuffix, square);
            }

            using Tensor steps = moments.Read(name + StepsSuffix);
            each.Steps = steps.item<long>();
        }
    }

    /// <summary>Brings a model to the weights of the lowest validation loss.</summary>
    /// <param name="model">Takes the weights.</param>
    /// <exception cref="CommSharpException">They cannot be read.</exception>
    public void LoadBest(ITrainedTensors model) => LoadWeights(Best, model);

    /// <summary>Reads the state, and looks whether the tensors beside it are whole.</summary>
    private static TState ReadState(string checkpoint)
    {
        string file = Path.Combine(checkpoint, StateName);
        var state = ConfigurationFile.Read<TState>(file);
        if (state.Format != RunState.CurrentFormat)
        {
            throw new ConfigurationException(file, $"\"format\" is {state.Format}, but this version reads {RunState.CurrentFormat}.", FormatMember);
        }

        SafetensorsFile.Open(Path.Combine(checkpoint, WeightsName)).Dispose();
        SafetensorsFile.Open(Path.Combine(checkpoint, MomentsName)).Dispose();
        return state;
    }

    private static string SetAside(string checkpoint)
    {
        string aside = checkpoint + BrokenSuffix;
        if (Directory.Exists(aside))
        {
            RunFolder.Discard(aside);
        }

        Directory.Move(checkpoint, aside);
        return aside;
    }

    private static void LoadWeights(string checkpoint, ITrainedTensors model)
    {
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(checkpoint, WeightsName));
        foreach ((string name, Tensor tensor) in Weights(model))
        {
            weights.ReadInto(name, tensor);
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Weights(ITrainedTensors model) =>
        model.Parameters.Select(trained => (trained.Name, (Tensor)trained.Parameter)).Concat(model.Buffers);

    private static void WriteWeights(string file, ITrainedTensors model)
    {
        Dictionary<string, Tensor> tensors = Weights(model).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        SafetensorsWriter.Write(file, tensors.Select(Entry), entry => tensors[entry.Name].detach());
    }

    private static void WriteMoments(string file, Optimizer optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (Moments moments in optimizer.State)
        {
            tensors[moments.Trained.Name + MeanSuffix] = moments.Mean;
            if (moments.Square is { } square)
            {
                tensors[moments.Trained.Name + SquareSuffix] = square;
            }

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

    /// <summary>Removes what processes left that were killed.</summary>
    private void Clean()
    {
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.GetFileSystemEntries(folder, "*.tmp").Concat(Steps.SelectMany(step => Directory.GetFiles(step, "*.tmp"))))
        {
            RunFolder.Discard(left);
        }
    }
}
