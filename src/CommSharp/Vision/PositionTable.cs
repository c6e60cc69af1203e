using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>Brings learned positions to another grid of patches.</summary>
internal static class PositionTable
{
    /// <summary>Resamples the patch rows of a table; rows of prefix tokens stay as they are.</summary>
    /// <param name="table">[1, prefix + from.Count, C].</param>
    /// <param name="prefix">Leading rows that belong to no patch.</param>
    /// <param name="from">The grid that the table was trained on.</param>
    /// <param name="to">The grid wanted.</param>
    /// <param name="how">The reference's convention.</param>
    /// <returns>[1, prefix + to.Count, C]; an alias of the table when the grids are equal.</returns>
    internal static Tensor Resample(Tensor table, int prefix, PatchGrid from, PatchGrid to, PositionResampling how)
    {
        if (from == to)
        {
            return table.alias();
        }

        using DisposeScope scope = NewDisposeScope();
        long width = table.shape[2];
        Tensor patches = table.narrow(1, prefix, from.Count)
            .reshape(1, from.Rows, from.Columns, width)
            .permute(0, 3, 1, 2)
            .to(ScalarType.Float32); // [1, C, rows, columns]; the references resample in float32
        Tensor resampled = how == PositionResampling.BicubicOffset
            ? nn.functional.interpolate(patches, scale_factor: [Factor(to.Rows, from.Rows), Factor(to.Columns, from.Columns)], mode: InterpolationMode.Bicubic, align_corners: false)
            : nn.functional.interpolate(patches, size: [to.Rows, to.Columns], mode: InterpolationMode.Bicubic, align_corners: false, antialias: how == PositionResampling.BicubicAntialiased);
        Tensor rows = resampled.permute(0, 2, 3, 1).reshape(1, to.Count, width).to(table.dtype);
        return cat([table.narrow(1, 0, prefix), rows], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The 0.1 kept the scaled size from rounding down to one patch too few; the coordinates inherited it.</summary>
    private static double Factor(int to, int from) => (to + 0.1) / from;
}
