using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Converting;

/// <summary>How a folder is rewritten.</summary>
public sealed record ConversionOptions
{
    /// <summary>The folder of the Llama that the weights are a delta of; null when they are whole.</summary>
    public string? Base { get; init; }

    /// <summary>The dtype of every floating tensor; as stored when null.</summary>
    public ScalarType? Dtype { get; init; }

    /// <summary>How many bytes a shard may have.</summary>
    public long MaxShardBytes { get; init; } = ShardedSafetensorsWriter.DefaultShardBytes;

    /// <summary>The folder of the vision tower, for models that keep it apart.</summary>
    public string? VisionTower { get; init; }

    /// <summary>Whether tensors that no part of the model reads, such as CLIP's text tower, stay out.</summary>
    public bool Lean { get; init; }

    /// <summary>Weights that take the place of the folder's; none when null. A model with such weights is no longer called untrained.</summary>
    public TrainedWeights? Trained { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Source">The folder that was read.</param>
/// <param name="SourceKind">What it holds, in a person's words.</param>
/// <param name="Output">The folder that was written.</param>
/// <param name="OutputKind">What that one holds.</param>
/// <param name="Tensors">The number of tensors written.</param>
/// <param name="Bytes">What they occupy.</param>
/// <param name="Files">Every file written, relative to the output.</param>
/// <param name="Dropped">Tensors left out because every reader computes them for itself, or none reads them and the output is to be lean.</param>
public sealed record ConversionReport(
    string Source,
    string SourceKind,
    string Output,
    string OutputKind,
    int Tensors,
    long Bytes,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Dropped);
