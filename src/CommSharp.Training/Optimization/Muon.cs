using CommSharp.Layers;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>
/// Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): a matrix is moved along the orthogonal matrix that is nearest to its running gradient, so that
/// directions in which gradients are small are learned as fast as those in which they are large. Updates are scaled as in Moonlight (Liu et al. 2025, arXiv
/// 2502.16982, section 2.2), to be about as long as AdamW's: rates and weight decay mean the same for both.
/// </summary>
internal static class Muon
{
    private const double Momentum = 0.95, LengthOfAdamW = 0.2, Smallest = 1e-7; // the papers' constants
    private const int Iterations = 5;

    private static readonly string[] Inner = ["blocks", "layers", "transforms"];

    /// <summary>
    /// Whether it updates a parameter: where settings ask for it, a matrix of a block, a merge or a projector. Embeddings, the language model's head, a tower's patches and projections into a common space are
    /// the first or last layers of what they belong to, which the authors leave to AdamW; so are adapters, whose factors mean nothing alone.
    /// </summary>
    /// <param name="settings">What the recipe asks for.</param>
    /// <param name="name">The parameter's name in the model.</param>
    /// <param name="dimensions">The number of its dimensions.</param>
    public static bool Serves(OptimizerSettings settings, string name, long dimensions) =>
        settings.Matrices == MatrixRule.Muon && dimensions == 2 && name.EndsWith(".weight", StringComparison.Ordinal) && name.Split('.').Any(Inner.Contains);

    /// <summary>Updates a matrix and its running gradient in place.</summary>
    /// <param name="matrix">[R, C].</param>
    /// <param name="gradient">Of its shape; how long it is does not matter.</param>
    /// <param name="mean">The running gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="decay">What the matrix is multiplied with first.</param>
    public static void Update(Tensor matrix, Tensor gradient, Tensor mean, double rate, double decay)
    {
        using DisposeScope scope = NewDisposeScope();
        mean.ScaleInPlace(Momentum).AddInPlace(gradient, 1 - Momentum);
        Tensor ahead = mean.Times(Momentum).AddInPlace(gradient, 1 - Momentum); // Nesterov's
        matrix.ScaleInPlace(decay).AddInPlace(Orthogonalize(ahead), -rate * LengthOfAdamW * Math.Sqrt(Math.Max(matrix.shape[0], matrix.shape[1])));
    }

    /// <summary>
    /// A matrix with the same singular vectors whose singular values are all near 1 (within 0.7 to 1.2 or so): five steps of Newton and Schulz, with the polynomial that
    /// the authors tuned for speed.
    /// </summary>
    /// <param name="matrix">[R, C].</param>
    /// <returns>[R, C]; zeros for zeros.</returns>
    public static Tensor Orthogonalize(Tensor matrix)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isTall = matrix.shape[0] > matrix.shape[1];
        Tensor state = isTall ? matrix.t() : matrix; // products of the shorter side
        state = state / state.norm().Plus(Smallest);
        for (int i = 0; i < Iterations; i++)
        {
            Tensor squared = state.matmul(state.t());
            Tensor polynomial = squared.Times(-4.7750).AddInPlace(squared.matmul(squared), 2.0315);
            state = state.Times(3.4445).AddInPlace(polynomial.matmul(state), 1);
        }

        return (isTall ? state.t() : state).MoveToOuterDisposeScope();
    }
}
