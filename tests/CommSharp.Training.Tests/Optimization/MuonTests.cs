using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace CommSharp.Training.Tests.Optimization;

public sealed class MuonTests
{
    private static readonly OptimizerSettings Settings = new() { Matrices = MatrixRule.Muon, MaxGradientNorm = 0 };

    [Theory]
    [InlineData(24, 24)]
    [InlineData(16, 40)]
    [InlineData(40, 16)]
    public void Singular_values_come_near_1_and_singular_vectors_stay(int rows, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator seeded = manual_seed(3);
        Tensor matrix = randn(rows, columns), nearest = Muon.Orthogonalize(matrix);
        (Tensor left, Tensor values, Tensor right) = linalg.svd(matrix, fullMatrices: false);
        Tensor along = left.t().matmul(nearest).matmul(right.t()); // in the singular vectors of the matrix
        Tensor diagonal = along.diagonal();
        Assert.InRange((along - diagonal.diag()).abs().max().item<float>(), 0, 1e-3f);
        Assert.All(diagonal[values > 0.05 * values[0]].data<float>().ToArray(), value => Assert.InRange(value, 0.6f, 1.3f));
    }

    [Fact]
    public void A_step_is_the_papers()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator seeded = manual_seed(4);
        Parameter matrix = new(randn(6, 10));
        Tensor before = matrix.detach().clone(), first = randn(6, 10), second = randn(6, 10);
        using var optimizer = new Optimizer([new TrainedParameter("blocks.0.weight", "all", matrix, 0.1, 0.5)], Settings);
        Assert.Null(optimizer.State.Single().Square);
        Step(optimizer, matrix, first);
        Tensor mean = 0.05 * first, moved = (before * 0.95) - (0.1 * 0.2 * Math.Sqrt(10) * Muon.Orthogonalize((0.95 * mean) + (0.05 * first)));
        Assert.InRange((matrix - moved).abs().max().item<float>(), 0, 1e-5f);
        Step(optimizer, matrix, second);
        mean = (0.95 * mean) + (0.05 * second);
        moved = (moved * 0.95) - (0.1 * 0.2 * Math.Sqrt(10) * Muon.Orthogonalize((0.95 * mean) + (0.05 * second)));
        Assert.InRange((matrix - moved).abs().max().item<float>(), 0, 1e-5f);
        Assert.Equal(2, optimizer.State.Single().Steps);
    }

    [Fact]
    public void How_long_gradients_are_does_not_matter()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator seeded = manual_seed(5);
        Parameter[] matrices = [new(zeros(8, 8)), new(zeros(8, 8))];
        Tensor gradient = randn(8, 8);
        using var optimizer = new Optimizer([.. matrices.Select((matrix, i) => new TrainedParameter($"layers.{i}.weight", "all", matrix, 0.1, 0))], Settings);
        (matrices[0].grad, matrices[1].grad) = (gradient, 1000 * gradient);
        optimizer.Step(1, optimizer.GradientNorm());
        Assert.InRange((matrices[0] - matrices[1]).abs().max().item<float>(), 0, 1e-4f);
        Assert.True(matrices[0].abs().max().item<float>() > 0.01);
    }

    [Theory]
    [InlineData("language.layers.3.mlp.up_proj.weight", 2, true)]
    [InlineData("vision.branches.0.tower.blocks.0.attention.qkv.weight", 2, true)]
    [InlineData("vision.branches.0.merge.transforms.5.linear.weight", 2, true)]
    [InlineData("vision.projector.blocks.0.weight", 2, true)]
    [InlineData("vision.branches.0.merge.transforms.5.norm.weight", 1, false)]
    [InlineData("vision.branches.0.tower.stem.patch.weight", 2, false)]
    [InlineData("vision.blocks.0.attention.qkv.bias", 1, false)]
    [InlineData("language.embed_tokens.weight", 2, false)]
    [InlineData("language.lm_head.weight", 2, false)]
    [InlineData("text.positions", 2, false)]
    [InlineData("visualProjection.weight", 2, false)]
    [InlineData("language.layers.3.mlp.up_proj.adapter.a", 2, false)]
    public void It_is_for_the_matrices_of_blocks(string name, int dimensions, bool serves)
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(zeros(Enumerable.Repeat(2L, dimensions).ToArray()));
        using Optimizer muon = new([new TrainedParameter(name, "all", parameter, 1, 0)], Settings), adamW = new([new TrainedParameter(name, "all", parameter, 1, 0)], new OptimizerSettings());
        Assert.Equal(serves, muon.State.Single().Square is null);
        Assert.NotNull(adamW.State.Single().Square);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter[] matrices = [new(ones(6, 10)), new(ones(10, 6))];
        using var optimizer = new Optimizer([.. matrices.Select((matrix, i) => new TrainedParameter($"blocks.{i}.weight", "all", matrix, 0.1, 0.5))], Settings);
        long after3 = 0;
        for (int step = 1; step <= 60; step++)
        {
            using (DisposeScope each = NewDisposeScope())
            {
                Array.ForEach(matrices, matrix => matrix.grad = ones_like(matrix));
                optimizer.Step(1, 1);
            }

            after3 = step == 3 ? LeakGuard.LiveTensors : after3;
        }

        Assert.Equal(after3, LeakGuard.LiveTensors);
    }

    private static void Step(Optimizer optimizer, Parameter parameter, Tensor gradient)
    {
        parameter.grad = gradient;
        optimizer.Step(1, optimizer.GradientNorm());
    }
}
