using System.Collections;
using CommSharp.Imaging;

namespace CommSharp.Tests.Answering.Engine;

/// <summary>Pictures that a caller has and an engine's thread does not get.</summary>
/// <param name="pictures">The pictures.</param>
internal sealed class LostPictures(IReadOnlyList<RgbImage> pictures) : IReadOnlyList<RgbImage>
{
    public int Count => pictures.Count;

    public RgbImage this[int index] => Present[index];

    private IReadOnlyList<RgbImage> Present => Thread.CurrentThread.Name == "CommSharp engine" ? throw new IOException("lost") : pictures;

    public IEnumerator<RgbImage> GetEnumerator() => Present.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
