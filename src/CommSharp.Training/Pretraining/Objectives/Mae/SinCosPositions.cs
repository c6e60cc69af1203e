using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Mae;

/// <summary>The fixed positions of MAE: sines and cosines of the column, then of the row (He et al. 2021, util/pos_embed.py); the class token's are 0.</summary>
internal static class SinCosPositions
{
    private const double Base = 10_000;

    /// <summary>The table of a grid, [1, 1 + N, width].</summary>
    /// <param name="grid">The patches.</param>
    /// <param name="width">A multiple of 4.</param>
    /// <param name="device">Where to.</param>
    public static Tensor Table(PatchGrid grid, int width, Device device)
    {
        float[] values = new float[(1 + grid.Count) * width];
        int quarter = width / 4;
        for (int patch = 0; patch < grid.Count; patch++)
        {
            int at = (1 + patch) * width;
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

        return tensor(values, [1, 1 + grid.Count, width], device: device);
    }
}
