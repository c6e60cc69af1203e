using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Probing;

/// <summary>How well labels can be read off frozen features. Results are shares of held-out pictures that are labelled right, 0..1.</summary>
internal static class LabelProbe
{
    private const double Temperature = 0.07; // Wu et al. 2018, and DINO's evaluation

    /// <summary>The k nearest references by cosine vote, each with the weight exp(cosine / 0.07).</summary>
    /// <param name="references">[M, D].</param>
    /// <param name="labels">int64 [M].</param>
    /// <param name="queries">[N, D].</param>
    /// <param name="truth">int64 [N].</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="k">How many vote; all where there are fewer.</param>
    public static double Neighbours(Tensor references, Tensor labels, Tensor queries, Tensor truth, int classes, int k = 20)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor cosines = nn.functional.normalize(queries, p: 2, dim: 1).matmul(nn.functional.normalize(references, p: 2, dim: 1).t());
        (Tensor values, Tensor indexes) = cosines.topk((int)Math.Min(k, references.shape[0]), 1);
        Tensor votes = zeros(queries.shape[0], classes, ScalarType.Float32, queries.device)
            .scatter_add(1, labels[indexes], values.Over(Temperature).exp().to(ScalarType.Float32));
        return Share(votes, truth);
    }

    /// <summary>What a <see cref="LinearReadout"/> of the references says.</summary>
    /// <inheritdoc cref="Neighbours"/>
    public static double Linear(Tensor references, Tensor labels, Tensor queries, Tensor truth, int classes)
    {
        using DisposeScope scope = NewDisposeScope();
        using LinearReadout readout = LinearReadout.Fit(references, labels, classes);
        return Share(readout.Scores(queries), truth);
    }

    private static double Share(Tensor scores, Tensor truth) => scores.argmax(1).eq(truth).to(ScalarType.Float64).mean().item<double>();
}
