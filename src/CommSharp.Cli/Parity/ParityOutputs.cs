using CommSharp.Checkpoints;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>Computes what a golden case expects.</summary>
internal static class ParityOutputs
{
    /// <summary>Whether cases of a kind can be run.</summary>
    public static bool Knows(string kind) => Find(kind) is not null;

    /// <summary>Runs a case's model on its inputs.</summary>
    /// <param name="parity">The case.</param>
    /// <param name="path">Its folder.</param>
    /// <param name="expected">Its inputs, among the expected outputs.</param>
    /// <returns>Outputs by name.</returns>
    public static IReadOnlyDictionary<string, Tensor> Of(ParityCase parity, string path, ITensorSource expected) =>
        (Find(parity.Kind) ?? throw new CommSharpException($"{path}: cases of the kind \"{parity.Kind}\" cannot be compared."))(path, expected);

    private static Func<string, ITensorSource, Dictionary<string, Tensor>>? Find(string kind) => kind switch
    {
        "clip" => ClipParity.Outputs,
        "dinov2" or "deit" or "vit" => TowerParity.Outputs,
        "vit-mae" => MaeParity.Outputs,
        "llama" => LlamaParity.Outputs,
        "llava" or "shikra" => MultimodalParity.Outputs,
        "fusion" => FusionParity.Outputs,
        _ => null,
    };
}
