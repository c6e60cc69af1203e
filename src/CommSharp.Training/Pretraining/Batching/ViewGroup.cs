using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>Views of one size, which go through a model in one batch.</summary>
/// <param name="Size">The side in pixels.</param>
/// <param name="Views">How each is made; as many as each picture has.</param>
internal sealed record ViewGroup(int Size, IReadOnlyList<ViewSettings> Views)
{
    /// <summary>The bytes of a view.</summary>
    public int Bytes => 3 * Size * Size;
}
