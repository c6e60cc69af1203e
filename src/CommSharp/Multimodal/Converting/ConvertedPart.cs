using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Converting;

/// <summary>A small file that goes beside weights: a config, a tokenizer.</summary>
internal sealed record CarriedFile(string Name, byte[] Bytes);

/// <summary>One folder of the output: a checkpoint and the small files beside it.</summary>
/// <param name="Folder">The folder, relative to the output; empty for the output itself.</param>
/// <param name="Weights">The checkpoint, or null where the folder has none of its own. The part owns it.</param>
/// <param name="Files">The files beside it.</param>
internal sealed record ConvertedPart(string Folder, ITensorSource? Weights, IReadOnlyList<CarriedFile> Files) : IDisposable
{
    /// <summary>The name of the one file that holds the weights; null for Hugging Face's names, with as many shards as it takes.</summary>
    public string? WeightsName { get; init; }

    public void Dispose() => Weights?.Dispose();

    /// <summary>What is going to be written.</summary>
    /// <param name="dtype">The dtype of floating tensors; as stored when null.</param>
    public IReadOnlyList<TensorEntry> Entries(ScalarType? dtype)
    {
        return Weights is null ? [] : [.. Weights.Names.Select(Entry)];

        TensorEntry Entry(string name)
        {
            TensorInfo info = Weights.Describe(name);
            return new TensorEntry(name, dtype is { } wanted && StoredDtype.Converts(info.Dtype, wanted) ? wanted : info.Dtype, info.Shape);
        }
    }
}
