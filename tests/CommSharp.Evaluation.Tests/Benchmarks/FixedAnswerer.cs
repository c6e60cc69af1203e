using CommSharp.Evaluation.Running;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Benchmarks;

/// <summary>Says the same to everything.</summary>
internal sealed class FixedAnswerer(string answer) : IAnswerer
{
    public BoxFormat Boxes => BoxFormat.Shikra;

    public IReadOnlyList<string> Conventions => [];

    public ImageGeometry GeometryOf(PictureSize size) => ImageGeometry.Pad(size.Width, size.Height, 14);

    public IReadOnlyList<string> Answer(IReadOnlyList<PictureQuestion> questions, int maxTokens, CancellationToken cancellationToken) =>
        [.. questions.Select(_ => answer)];
}
