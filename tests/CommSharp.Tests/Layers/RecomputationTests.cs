using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class RecomputationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_block_runs_again_in_the_backward_pass_and_gives_the_same_gradients()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        Tensor first = Normal(5, 6).requires_grad_(), second = first.detach().requires_grad_();
        int runs = 0;
        Tensor result = Recomputation.Run(layer, Block, first);
        Assert.Equal(1, runs);
        Recomputation.Backward(result.square().sum());
        Assert.Equal(2, runs);

        var kept = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        Tensor expected = kept.call(second).sin();
        expected.square().sum().backward();
        TensorAssert.Equal(expected, result);
        TensorAssert.Equal(second.grad!, first.grad!);
        TensorAssert.Equal(kept.Weight.grad!, layer.Weight.grad!);
        TensorAssert.Equal(kept.Bias!.grad!, layer.Bias!.grad!);

        Tensor Block(IReadOnlyList<Tensor> inputs)
        {
            runs++;
            return layer.call(inputs[0]).sin();
        }
    }

    [Fact]
    public void Parameters_get_gradients_though_the_input_needs_none_and_inputs_though_the_parameters_need_none()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        Recomputation.Backward(Recomputation.Run(layer, inputs => layer.call(inputs[0]), Normal(5, 6)).sum());
        Assert.True(layer.Weight.grad!.abs().sum().item<float>() > 0);

        var frozen = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        frozen.Weight.requires_grad = frozen.Bias!.requires_grad = false;
        Tensor input = Normal(5, 6).requires_grad_();
        Recomputation.Backward(Recomputation.Run(frozen, inputs => frozen.call(inputs[0]), input).sum());
        Assert.True(input.grad!.abs().sum().item<float>() > 0);
        Assert.Null(frozen.Weight.grad);
    }

    [Fact]
    public void Every_input_that_asks_gets_its_gradient_and_others_get_none()
    {
        var owner = TinyConfigs.Drawn(new Dense(2, 2, TensorOptions.Default));
        Tensor x = Normal(3).requires_grad_(), constant = Normal(3) + 1, mask = tensor(new[] { true, false, true }), y = Normal(3).requires_grad_();
        Recomputation.Backward(Recomputation.Run(owner, inputs => (inputs[0] * inputs[1] * inputs[3]).masked_fill(inputs[2], 0), x, constant, mask, y).sum());
        TensorAssert.Equal((constant * y.detach()).masked_fill(mask, 0), x.grad!);
        TensorAssert.Equal((constant * x.detach()).masked_fill(mask, 0), y.grad!);
        Assert.Null(constant.grad);
    }

    [Fact]
    public void Nothing_runs_twice_where_nothing_is_trained()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        using (no_grad())
        {
            Assert.False(Recomputation.Run(layer, inputs => layer.call(inputs[0]), Normal(5, 6)).requires_grad);
        }

        layer.Weight.requires_grad = layer.Bias!.requires_grad = false;
        Assert.False(Recomputation.Run(layer, inputs => layer.call(inputs[0]), Normal(5, 6)).requires_grad);
    }

    [Fact]
    public void The_second_run_draws_what_the_first_drew_and_the_generator_goes_on_as_if_it_had_not_been()
    {
        var owner = TinyConfigs.Drawn(new Dense(2, 2, TensorOptions.Default));
        Tensor x = ones(1000).requires_grad_(), same = ones(1000).requires_grad_();
        manual_seed(5);
        Tensor dropped = Recomputation.Run(owner, inputs => nn.functional.dropout(inputs[0], 0.5, training: true), x);
        rand(7);
        Recomputation.Backward(dropped.sum());
        Tensor after = rand(3);

        manual_seed(5);
        Tensor expected = nn.functional.dropout(same, 0.5, training: true);
        rand(7);
        expected.sum().backward();
        TensorAssert.Equal(expected, dropped);
        TensorAssert.Equal(same.grad!, x.grad!);
        TensorAssert.Equal(rand(3), after);
    }

    [Fact]
    public void Two_backward_passes_add_up_and_a_graph_may_be_used_twice()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        Tensor input = Normal(5, 6);
        Tensor loss = Recomputation.Run(layer, inputs => layer.call(inputs[0]).sin(), input).sum();
        loss.backward(retain_graph: true);
        Tensor once = layer.Weight.grad!.clone();
        loss.backward();
        TensorAssert.Close(once * 2, layer.Weight.grad!, 1e-6);
        Recomputation.Backward(Recomputation.Run(layer, inputs => layer.call(inputs[0]).sin(), input).sum());
        TensorAssert.Close(once * 3, layer.Weight.grad!, 1e-6);
    }

    [Fact]
    public void What_a_second_run_throws_comes_out_of_the_backward_pass_and_the_next_one_is_whole()
    {
        var layer = TinyConfigs.Drawn(new Dense(4, 4, TensorOptions.Default));
        Tensor input = Normal(5, 4).requires_grad_();
        int runs = 0;
        Tensor loss = Chain(fails: true).sum();
        Assert.Equal("no memory", Assert.Throws<InvalidOperationException>(() => Recomputation.Backward(loss)).Message);
        Recomputation.Backward(Chain(fails: false).sum());
        Assert.True(input.grad!.abs().sum().item<float>() > 0);

        Tensor other = Chain(fails: true).sum();
        other.backward(); // one that does not ask; the next forward pass tells
        Assert.Throws<InvalidOperationException>(() => Chain(fails: false));

        Tensor Chain(bool fails)
        {
            runs = 0;
            Tensor state = Recomputation.Run(layer, inputs => layer.call(inputs[0]), input);
            state = Recomputation.Run(layer, inputs => fails && runs++ > 0 ? throw new InvalidOperationException("no memory") : layer.call(inputs[0]), state);
            return Recomputation.Run(layer, inputs => layer.call(inputs[0]), state);
        }
    }

    [Fact]
    public void A_hundred_steps_leave_no_tensor_behind()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 6, TensorOptions.Default));
        Step();
        LeakGuard.Check(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Step();
            }
        });

        void Step()
        {
            using DisposeScope step = NewDisposeScope();
            Tensor state = Normal(5, 6);
            for (int block = 0; block < 4; block++)
            {
                state = Recomputation.Run(layer, inputs => layer.call(inputs[0]).sin(), state);
            }

            Recomputation.Backward(state.sum());
            layer.zero_grad();
        }
    }

    private static Tensor Normal(params long[] shape)
    {
        using var generator = new Generator(3);
        return randn(shape, generator: generator);
    }
}
