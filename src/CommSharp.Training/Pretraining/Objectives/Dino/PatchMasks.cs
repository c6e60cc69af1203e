using CommSharp.Data.Tasks;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>Which patches of large crops are hidden: rectangles, as BEiT and DINOv2 draw them.</summary>
internal static class PatchMasks
{
    private const int Tries = 20;
    private const double MostStretch = 1 / 0.3; // BEiT's

    /// <summary>Draws masks.</summary>
    /// <param name="crops">The number of crops.</param>
    /// <param name="grid">Their patches.</param>
    /// <param name="settings">How many crops are masked and how much of each.</param>
    /// <param name="chance">What is left to chance.</param>
    /// <returns>Crop by crop, row by row; true where a patch is hidden.</returns>
    public static bool[] Draw(int crops, PatchGrid grid, DinoSettings settings, SampleChance chance)
    {
        bool[] masks = new bool[crops * grid.Count];
        for (int i = 0; i < crops; i++)
        {
            if (chance.Happens(settings.MaskedCrops))
            {
                int wanted = Math.Max(1, (int)(grid.Count * chance.Between(settings.SmallestMask, settings.LargestMask)));
                Hide(masks.AsSpan(i * grid.Count, grid.Count), grid, wanted, chance);
            }
        }

        return masks;
    }

    /// <summary>Rectangles while they fit what is left to hide, then single patches.</summary>
    private static void Hide(Span<bool> mask, PatchGrid grid, int wanted, SampleChance chance)
    {
        int hidden = 0;
        for (int tried = 0; tried < Tries && hidden < wanted; tried++)
        {
            double area = chance.Between(1, wanted - hidden), stretch = Math.Exp(chance.Between(-Math.Log(MostStretch), Math.Log(MostStretch)));
            int rows = Math.Clamp((int)Math.Round(Math.Sqrt(area * stretch)), 1, grid.Rows), columns = Math.Clamp((int)Math.Round(Math.Sqrt(area / stretch)), 1, grid.Columns);
            if (rows * columns > wanted - hidden)
            {
                continue;
            }

            int top = chance.Below(grid.Rows - rows + 1), left = chance.Below(grid.Columns - columns + 1);
            for (int place = 0; place < rows * columns; place++)
            {
                ref bool patch = ref mask[((top + (place / columns)) * grid.Columns) + left + (place % columns)];
                hidden += patch ? 0 : 1;
                patch = true;
            }
        }

        while (hidden < wanted)
        {
            ref bool patch = ref mask[chance.Below(grid.Count)];
            hidden += patch ? 0 : 1;
            patch = true;
        }
    }
}
