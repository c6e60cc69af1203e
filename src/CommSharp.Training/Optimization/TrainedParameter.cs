using TorchSharp.Modules;

namespace CommSharp.Training.Optimization;

/// <summary>A parameter that a training changes.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Group">The group that it belongs to, as reports call it.</param>
/// <param name="Parameter">The parameter, held in float32.</param>
/// <param name="LearningRate">Its highest learning rate.</param>
/// <param name="WeightDecay">Its decoupled weight decay.</param>
public sealed record TrainedParameter(string Name, string Group, Parameter Parameter, double LearningRate, double WeightDecay);
