using CommSharp.Training.Optimization;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>The tensors that a run changes: with the optimiser's moments and the state they are all that the next step needs.</summary>
public interface ITrainedTensors
{
    /// <summary>What the optimiser changes.</summary>
    IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>What changes without a gradient, such as running statistics or a momentum teacher.</summary>
    IEnumerable<(string Name, Tensor Buffer)> Buffers { get; }
}
