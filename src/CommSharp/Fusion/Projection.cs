using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>Brings features of one width to another: nothing, one Dense layer, or blocks of Dense, activation, Dense.</summary>
public sealed class Projection : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> blocks;

    /// <summary>Makes a projection with uninitialised weights.</summary>
    /// <param name="config">Which projection.</param>
    /// <param name="inputs">The width that comes in.</param>
    /// <param name="outputs">The width that goes out.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">An identity between different widths, or an MLP without blocks or width.</exception>
    public Projection(ProjectionConfig config, int inputs, int outputs, TensorOptions options)
        : base(nameof(Projection))
    {
        blocks = new ModuleList<nn.Module<Tensor, Tensor>>([.. Build()]);
        RegisterComponents();

        IEnumerable<nn.Module<Tensor, Tensor>> Build() => config switch
        {
            IdentityProjection when inputs != outputs => throw new CommSharpException(
                $"The projection \"identity\" cannot bring width {inputs} to {outputs}; use \"linear\" or \"mlp\"."),
            IdentityProjection => [],
            LinearProjection => [new Dense(inputs, outputs, options)],
            MlpProjection mlp => MlpBlock.Stack(mlp, inputs, outputs, options),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config, "Unknown projection."),
        };
    }

    /// <summary>Projects.</summary>
    /// <param name="features">[B, N, inputs].</param>
    /// <returns>[B, N, outputs].</returns>
    public override Tensor forward(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor state = features.alias();
        foreach (nn.Module<Tensor, Tensor> block in blocks)
        {
            state = block.call(state);
        }

        return state.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Shifts and scales the last layer so that over given features every output channel has mean 0, and all of them together deviation 1 (as Mishkin and Matas start their
    /// layers, arXiv 1511.06422): one scale for all, so that what differs between features keeps its direction. Outputs that are the same everywhere are shifted alone.
    /// </summary>
    /// <param name="features">[B, N, inputs].</param>
    /// <exception cref="CommSharpException">An identity, which has nothing to scale.</exception>
    public void Standardize(Tensor features)
    {
        Dense last = blocks.LastOrDefault() switch
        {
            Dense dense => dense,
            MlpBlock block => block.Output,
            _ => throw new CommSharpException("The projection \"identity\" has no weights that could standardise its outputs; use \"linear\" or \"mlp\"."),
        };
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor outputs = call(features).to(ScalarType.Float32).flatten(0, -2); // [B x N, outputs]
            Tensor deviation = outputs.var(0, unbiased: false).mean().sqrt();
            Tensor never = deviation.lt(tensor(1e-6f, device: deviation.device));
            last.Standardize(outputs.mean([0]), deviation.ReplacedWhere(never, 1));
        }
    }
}

/// <summary>Dense, activation, Dense; no residual.</summary>
internal sealed class MlpBlock : nn.Module<Tensor, Tensor>
{
    private readonly Dense input;
    private readonly Dense output;
    private readonly ActivationKind activation;

    private MlpBlock(int inputs, int hidden, int outputs, ActivationKind activation, TensorOptions options)
        : base(nameof(MlpBlock))
    {
        this.activation = activation;
        input = new Dense(inputs, hidden, options);
        output = new Dense(hidden, outputs, options);
        RegisterComponents();
    }

    /// <summary>The layer that the block's outputs come from.</summary>
    internal Dense Output => output;

    public override Tensor forward(Tensor features) => output.call(activation.Apply(input.call(features)));

    /// <summary>All blocks keep the input's width but the last, which gives the output's.</summary>
    internal static IEnumerable<nn.Module<Tensor, Tensor>> Stack(MlpProjection config, int inputs, int outputs, TensorOptions options)
    {
        int hidden = config.HiddenWidth ?? (int)Math.Round(inputs * config.Ratio);
        if (config.Blocks < 1 || hidden < 1)
        {
            throw new CommSharpException($"An \"mlp\" projection has at least one block and one hidden channel; got {config.Blocks} blocks of {hidden}.");
        }

        return Enumerable.Range(1, config.Blocks)
            .Select(block => new MlpBlock(inputs, hidden, block == config.Blocks ? outputs : inputs, config.Activation, options));
    }
}
