using CommSharp.Layers;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>The feed-forward part of a block: an MLP, or SwiGLU as in DINOv2's giant model.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Dense input;
    private readonly Dense output;
    private readonly EncoderBlockConfig config;

    internal FeedForward(EncoderBlockConfig config, TensorOptions options)
        : base(nameof(FeedForward))
    {
        this.config = config;
        int gates = config.FeedForward == FeedForwardKind.SwiGlu ? 2 : 1;
        input = new Dense(config.Width, gates * config.HiddenWidth, options);
        output = new Dense(config.HiddenWidth, config.Width, options);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        Tensor hidden = input.call(tokens);
        if (config.FeedForward == FeedForwardKind.Mlp)
        {
            return output.call(config.Activation.Apply(hidden));
        }

        Tensor[] halves = hidden.chunk(2, -1);
        return output.call(halves[0].silu() * halves[1]);
    }
}
