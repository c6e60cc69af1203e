using CommSharp.Layers;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>Draws the first weights of what is pretrained.</summary>
internal static class FreshTower
{
    /// <summary>Draws every parameter from a seed; then vision towers' positions start as the settings say.</summary>
    public static void Draw(nn.Module module, TowerSettings settings, long seed)
    {
        using var generator = new Generator(unchecked((ulong)seed));
        FreshWeights.Draw(module, generator);
        if (settings.Positions == PositionStart.SineCosine)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach (VisionTransformer tower in module.modules().Prepend(module).OfType<VisionTransformer>().Distinct())
            {
                tower.StartPositions(SinCosPositions.Table(tower.Config.NativeGrid, tower.Config.Width, tower.Config.PositionedPrefixTokens, CPU));
            }
        }
    }
}
