namespace CommSharp.Vision;

/// <summary>The rows and columns of patches into which a tower cuts a picture.</summary>
/// <param name="Rows">Patches from top to bottom.</param>
/// <param name="Columns">Patches from left to right.</param>
public readonly record struct PatchGrid(int Rows, int Columns)
{
    /// <summary>The number of patches.</summary>
    public int Count => Rows * Columns;

    /// <inheritdoc/>
    public override string ToString() => $"{Rows}x{Columns}";
}
