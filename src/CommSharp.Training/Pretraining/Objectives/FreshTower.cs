using CommSharp.Layers;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>Draws the first weights of what is pretrained.</summary>
internal static class FreshTower
{
    /// <summary>Draws every parameter from a seed.</summary>
    public static void Draw(nn.Module module, long seed)
    {
        using var generator = new Generator(unchecked((ulong)seed));
        FreshWeights.Draw(module, generator);
    }
}
