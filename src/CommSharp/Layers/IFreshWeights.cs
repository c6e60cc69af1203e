using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>A layer that owns parameters and knows how to draw them for a model that starts untrained.</summary>
public interface IFreshWeights
{
    /// <summary>Overwrites this layer's own parameters (not its children's) with fresh values.</summary>
    /// <param name="generator">The only source of randomness.</param>
    void Draw(Generator generator);
}

/// <summary>Draws fresh weights for whole modules.</summary>
public static class FreshWeights
{
    /// <summary>
    /// Draws every parameter of a module and of its children, in the order of registration, so that one seed gives one set of weights.
    /// </summary>
    /// <param name="module">A module whose layers implement <see cref="IFreshWeights"/>.</param>
    /// <param name="generator">The only source of randomness.</param>
    public static void Draw(nn.Module module, Generator generator)
    {
        using IDisposable scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (IFreshWeights layer in module.modules().Prepend(module).Distinct().OfType<IFreshWeights>()) // modules() leaves the root out
        {
            layer.Draw(generator);
        }
    }
}
