using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace CommSharp.Training.Tests.Optimization;

public sealed class OptimizerTests
{
    /// <summary>Sizes below, at and above the kernel's vector and chunk.</summary>
    private static readonly long[][] Shapes = [[3], [8], [5, 13], [200, 331]];

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void Thirty_steps_are_those_of_the_reference(double decay)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator seeded = manual_seed(1);
        Parameter[] ours = [.. Shapes.Select(shape => new Parameter(randn(shape)))], theirs = [.. ours.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var optimizer = new Optimizer(
            [.. ours.Select((parameter, i) => new TrainedParameter($"p{i}", "all", parameter, 0.01, decay))],
            new OptimizerSettings { MaxGradientNorm = 0 });
        var reference = optim.AdamW(theirs, lr: 0.01, weight_decay: decay);
        for (int step = 0; step < 30; step++)
        {
            foreach ((Parameter our, Parameter their) in ours.Zip(theirs))
            {
                Tensor gradient = randn(our.shape);
                our.grad = gradient;
                their.grad = gradient.clone();
            }

            optimizer.Step(1, optimizer.GradientNorm());
            reference.step();
        }

        foreach ((Parameter our, Parameter their) in ours.Zip(theirs))
        {
            Assert.InRange((our - their).abs().max().item<float>(), 0, 2e-6f);
        }
    }

    [Fact]
    public void Tensor_operations_and_the_kernel_agree()
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator seeded = manual_seed(2);
        var kernel = new Parameter(randn(40, 30));
        var strided = new Parameter(kernel.detach().clone().t().contiguous().t()); // not contiguous: the kernel does not serve it
        using var one = new Optimizer([new TrainedParameter("a", "all", kernel, 0.1, 0.2)], new OptimizerSettings { MaxGradientNorm = 3 });
        using var other = new Optimizer([new TrainedParameter("a", "all", strided, 0.1, 0.2)], new OptimizerSettings { MaxGradientNorm = 3 });
        for (int step = 1; step <= 10; step++)
        {
            Tensor gradient = randn(40, 30);
            kernel.grad = gradient;
            strided.grad = gradient.clone();
            one.Step(1.0 / step, one.GradientNorm());
            other.Step(1.0 / step, other.GradientNorm());
        }

        Assert.InRange((kernel - strided).abs().max().item<float>(), 0, 2e-6f);
    }

    [Fact]
    public void Long_gradients_are_scaled_to_the_limit()
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(zeros(2));
        using var optimizer = new Optimizer([new TrainedParameter("a", "all", parameter, 1, 0)], new OptimizerSettings { MaxGradientNorm = 1 });
        parameter.grad = tensor(new[] { 3f, 4f });
        double norm = optimizer.GradientNorm();
        Assert.Equal(5, norm, 6);
        optimizer.Step(1, norm);
        Assert.Equal(0.06f, optimizer.State.Single().Mean[0].item<float>(), 1e-6f); // 0.1 * 3 / 5
    }

    [Fact]
    public void A_parameter_without_gradient_stays_and_is_not_counted()
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(ones(4));
        using var optimizer = new Optimizer([new TrainedParameter("a", "all", parameter, 1, 0.5)], new OptimizerSettings());
        optimizer.Step(1, optimizer.GradientNorm());
        Assert.Equal(4, parameter.sum().item<float>());
        Assert.Equal(0, optimizer.State.Single().Steps);
    }
}
