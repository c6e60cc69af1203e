using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>The formulas of DINO, iBOT and DINOv2.</summary>
internal static class DinoLosses
{
    private const double Epsilon = 1e-8;

    /// <summary>The teacher's assignments after centring and sharpening.</summary>
    /// <param name="scores">[N, K].</param>
    /// <param name="centre">[1, K]; what is taken away, null for nothing.</param>
    /// <param name="temperature">What scores are divided by.</param>
    /// <returns>[N, K]; rows sum to 1.</returns>
    public static Tensor Assign(Tensor scores, Tensor? centre, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        return (centre is null ? scores : scores - centre).Over(temperature).softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>Assignments that use every prototype alike: rows and columns are brought to equal sums by turns (Caron et al. 2020, SwAV; three rounds).</summary>
    /// <param name="scores">[N, K].</param>
    /// <param name="temperature">What scores are divided by.</param>
    /// <param name="rounds">How often.</param>
    /// <returns>[N, K]; rows sum to 1, columns to N / K as nearly as the rounds bring them.</returns>
    public static Tensor Sinkhorn(Tensor scores, double temperature, int rounds = 3)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shifted = scores.to(ScalarType.Float64).Over(temperature);
        Tensor mass = (shifted - shifted.max()).exp();
        double rows = scores.shape[0], columns = scores.shape[1];
        for (int i = 0; i < rounds; i++)
        {
            mass = (mass / mass.sum([0L], keepdim: true).AtLeast(1e-300)).Over(columns);
            mass = (mass / mass.sum([1L], keepdim: true).AtLeast(1e-300)).Over(rows);
        }

        return mass.Times(rows).to(scores.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The cross-entropy of a student's scores with assignments, row by row.</summary>
    /// <param name="assigned">[N, K].</param>
    /// <param name="scores">[N, K].</param>
    /// <param name="temperature">The student's.</param>
    /// <returns>[N].</returns>
    public static Tensor CrossEntropy(Tensor assigned, Tensor scores, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        return (assigned * scores.Over(temperature).log_softmax(1)).sum([1L]).neg().MoveToOuterDisposeScope();
    }

    /// <summary>The mean of -log of each feature's distance from its nearest neighbour in the batch, features brought to length 1 (Sablayrolles et al. 2019).</summary>
    /// <param name="features">[N, C], N at least 2.</param>
    public static Tensor Koleo(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor unit = nn.functional.normalize(features, p: 2, dim: 1, eps: Epsilon);
        Tensor nearest;
        using (no_grad())
        {
            nearest = (unit.matmul(unit.t()) - eye(unit.shape[0], device: unit.device).Times(3)).argmax(1); // nobody is its own neighbour
        }

        Tensor distances = (unit - unit[nearest]).Plus(Epsilon).norm(1, false, 2);
        return distances.Plus(Epsilon).log().mean().neg().MoveToOuterDisposeScope();
    }
}
