using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// Runs blocks of a model without keeping their activations for the backward pass: only a block's inputs are kept, and when its turn in the backward pass
/// comes it runs again with gradients. Memory falls from everything inside all blocks to the inside of one; a step takes about a third longer.
/// </summary>
public static class Recomputation
{
    [ThreadStatic]
    private static List<Tensor>? s_returned;

    private static ExceptionDispatchInfo? s_failure;

    /// <summary>Calls backward on a loss, and throws what a block threw when it ran again. With recomputation this is the way to call it.</summary>
    /// <param name="loss">A scalar.</param>
    /// <exception cref="Exception">What a block threw, as it threw it; gradients are then incomplete.</exception>
    public static void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        loss.backward();
        ThrowIfFailed();
    }

    /// <summary>Runs a block whose activations are computed anew in the backward pass. Without anything to train it runs as always.</summary>
    /// <param name="owner">The module whose parameters the block uses.</param>
    /// <param name="block">
    /// The block, a function of <paramref name="inputs"/> and of the owner's parameters alone; it runs twice, and must do the same both times.
    /// </param>
    /// <param name="inputs">Everything that the block reads; gradients flow to those that require them.</param>
    /// <returns>What the block returned.</returns>
    public static Tensor Run(nn.Module owner, Func<IReadOnlyList<Tensor>, Tensor> block, params IReadOnlyList<Tensor> inputs)
    {
        ThrowIfFailed();
        if (!is_grad_enabled() || !(inputs.Any(input => input.requires_grad) || owner.parameters().Any(parameter => parameter.requires_grad)))
        {
            return block(inputs);
        }

        using DisposeScope scope = NewDisposeScope(); // what TorchSharp makes beside the result ends here
        Tensor anchor = empty([0], requires_grad: true); // a block's parameters may need gradients where its inputs need none
        return BlockFunction.apply([new BlockRun(block, inputs.Count, RandomState.Take(inputs)), anchor, .. inputs]).MoveToOuterDisposeScope();
    }

    private static void ThrowIfFailed() => Interlocked.Exchange(ref s_failure, null)?.Throw();

    /// <summary>A block in the forward pass, and what it takes to run it again.</summary>
    private sealed record BlockRun(Func<IReadOnlyList<Tensor>, Tensor> Block, int Inputs, RandomState Random);

    /// <summary>
    /// The node of the graph. Parameters are no inputs of it: the second run's own backward adds to their gradients, so that a gradient of the size of a
    /// weight passes through no list of TorchSharp's, which would hold it and make autograd copy it.
    /// </summary>
    private sealed class BlockFunction : autograd.SingleTensorFunction<BlockFunction>
    {
        private const int FirstInput = 2;

        public override string Name => "RecomputedBlock";

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            var run = (BlockRun)arguments[0];
            Tensor[] inputs = [.. arguments.Skip(FirstInput).Cast<Tensor>()];
            context.save_data(nameof(BlockRun), run);
            context.save_for_backward([.. inputs]);
            context.set_materialize_grads(false); // TorchSharp would make zeros in a place where nothing may throw
            using var replay = run.Random.Begin(isReplay: false);
            return run.Block(inputs);
        }

        /// <summary>Called from native code, through which no exception may pass: it would end the process.</summary>
        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            foreach (Tensor previous in s_returned ?? [])
            {
                previous.Dispose(); // autograd took its own reference when the call that returned it ended
            }

            var run = (BlockRun)context.get_data(nameof(BlockRun));
            var gradients = new Tensor?[FirstInput + run.Inputs];
            try
            {
                using DisposeScope scope = NewDisposeScope();
                scope.Attach(gradient);
                if (!gradient.IsInvalid) // else a later block failed, and there is nothing to go on with
                {
                    RunAgain(run, context.get_saved_variables(), gradient).CopyTo(gradients, FirstInput);
                }
            }
            catch (Exception exception)
            {
                s_failure ??= ExceptionDispatchInfo.Capture(exception);
            }

            s_returned = [.. gradients.OfType<Tensor>()];
            return [.. gradients.Select(each => each!)];
        }

        private static Tensor?[] RunAgain(BlockRun run, List<Tensor> saved, Tensor gradient)
        {
            Tensor[] inputs = [.. saved.Select(tensor => tensor.detach().requires_grad_(tensor.requires_grad))];
            using var recorded = enable_grad();
            using var replay = run.Random.Begin(isReplay: true);
            Tensor result = run.Block(inputs);
            result.backward([gradient]);
            return [.. inputs.Select(input => input.requires_grad ? input.grad?.MoveToOuterDisposeScope() : null)];
        }
    }
}
