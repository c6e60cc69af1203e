using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>
/// Positions as sines and cosines of the column, then of the row, 0 for the tokens before patches (He et al. 2021, util/pos_embed.py): MAE's, which stay,
/// and what other towers may start from.
/// </summary>
internal static class SinCosPositions
{
    private const double Base = 10_000;

    /// <summary>The table of a grid, [1, prefix + N, width].</summary>
    /// <param name="grid">The patches.</param>
    /// <param name="width">A multiple of 4.</param>
    /// <param name="prefix">How many tokens come before the patches.</param>
    /// <param name="device">Where to.</param>
    public static Tensor Table(PatchGrid grid, int width, int prefix, Device device)
    {
        float[] values = new float[(prefix + grid.Count) * width];
        int quarter = width / 4;
        for (int patch = 0; patch < grid.Count; patch++)
        {
            int at = (prefix + patch) * width;
            for (int i = 0; i < quarter; i++)
            {
                double frequency = 1 / Math.Pow(Base, (double)i / quarter);
                (double column, double row) = (patch % grid.Columns * frequency, patch / grid.Columns * frequency);
                values[at + i] = (float)Math.Sin(column);
                values[at + quarter + i] = (float)Math.Cos(column);
                values[at + (2 * quarter) + i] = (float)Math.Sin(row);
                values[at + (3 * quarter) + i] = (float)Math.Cos(row);
            }
        }

        return tensor(values, [1, prefix + grid.Count, width], device: device);
    }
}
