using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Probing;

/// <summary>Whether pictures and captions find each other. A caption that equals the true one's text is right too.</summary>
/// <param name="CaptionOfPicture">Recall@1 from pictures to captions, 0..1.</param>
/// <param name="PictureOfCaption">Recall@1 from captions to pictures, 0..1.</param>
internal sealed record Retrieval(double CaptionOfPicture, double PictureOfCaption)
{
    /// <summary>Measures.</summary>
    /// <param name="pictures">[N, D], of length 1.</param>
    /// <param name="captions">[N, D], of length 1; row i belongs to picture i.</param>
    /// <param name="texts">The captions.</param>
    public static Retrieval Of(Tensor pictures, Tensor captions, IReadOnlyList<string> texts)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor cosines = pictures.matmul(captions.t());
        return new Retrieval(Recall(cosines), Recall(cosines.t()));

        double Recall(Tensor scores)
        {
            long[] best = [.. scores.argmax(1).to(CPU).data<long>()];
            return best.Select((j, i) => texts[(int)j] == texts[i] ? 1.0 : 0).Average();
        }
    }
}
