using System.IO.Enumeration;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>A Dense layer and its name in a model, as its parameters' names have it before the last dot.</summary>
/// <param name="Name">Such as "language.layers.0.self_attn.q_proj"; empty when the model is the layer.</param>
/// <param name="Layer">The layer.</param>
public sealed record NamedDense(string Name, Dense Layer);

/// <summary>Finds the Dense layers of a model, and puts adapters on them.</summary>
public static class DenseLayers
{
    /// <summary>Every Dense layer, in the order of registration.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<NamedDense> Of(nn.Module model) =>
        [.. model.named_modules().Prepend(("", model)).DistinctBy(pair => pair.Item2)
            .Where(pair => pair.Item2 is Dense)
            .Select(pair => new NamedDense(pair.Item1, (Dense)pair.Item2))];

    /// <summary>The Dense layers whose names fit one of some patterns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="patterns">Whole names, in which * stands for anything, dots included.</param>
    /// <exception cref="CommSharpException">A pattern that no layer fits.</exception>
    public static IReadOnlyList<NamedDense> Matching(nn.Module model, IReadOnlyList<string> patterns)
    {
        IReadOnlyList<NamedDense> all = Of(model);
        if (patterns.FirstOrDefault(pattern => !all.Any(layer => Fits(layer, pattern))) is { } idle)
        {
            string[] known = [.. all.Where((_, i) => i < 2 || i == all.Count - 1).Select(layer => layer.Name)];
            throw new CommSharpException(
                $"No layer of the model is named like \"{idle}\"; its {all.Count} layers are called {string.Join(", ", known)} and so on.");
        }

        return [.. all.Where(layer => patterns.Any(pattern => Fits(layer, pattern)))];
    }

    /// <summary>Gives every layer that fits a pattern a fresh adapter, which changes nothing until it is trained.</summary>
    /// <param name="model">The model.</param>
    /// <param name="patterns">As for <see cref="Matching"/>.</param>
    /// <param name="settings">Rank, scale and dropout.</param>
    /// <param name="generator">The only source of the adapters' first values; on the CPU.</param>
    /// <returns>The layers that have one now.</returns>
    /// <exception cref="CommSharpException">A pattern that no layer fits, settings of which no adapter can be made, or a layer that has an adapter.</exception>
    public static IReadOnlyList<NamedDense> Adapt(nn.Module model, IReadOnlyList<string> patterns, AdapterSettings settings, Generator generator)
    {
        IReadOnlyList<NamedDense> layers = Matching(model, patterns);
        foreach (Dense layer in layers.Select(named => named.Layer))
        {
            long inputs = layer.Weight.shape[1], outputs = layer.Weight.shape[0];
            using var drawn = new LowRankAdapter(inputs, outputs, settings, CPU);
            FreshWeights.Draw(drawn, generator);
            var adapter = new LowRankAdapter(inputs, outputs, settings, layer.Weight.device);
            using (no_grad())
            {
                adapter.A.copy_(drawn.A); // drawn on the CPU, so that a seed gives the same values on every device
            }

            layer.Adapt(adapter);
        }

        return layers;
    }

    /// <summary>Puts every adapter of a model into the weight that it adapts.</summary>
    /// <param name="model">The model.</param>
    public static void MergeAdapters(nn.Module model)
    {
        foreach (NamedDense layer in Of(model))
        {
            layer.Layer.MergeAdapter();
        }
    }

    /// <summary>The live adapters of a module, by the name of the weight that each adapts.</summary>
    internal static IReadOnlyDictionary<string, LowRankAdapter> Adapters(nn.Module module) =>
        Of(module).Where(layer => layer.Layer.Adapter is not null)
            .ToDictionary(layer => layer.Name.Length == 0 ? "weight" : layer.Name + ".weight", layer => layer.Layer.Adapter!);

    private static bool Fits(NamedDense layer, string pattern) =>
        pattern == "*" || FileSystemName.MatchesSimpleExpression(pattern, layer.Name, ignoreCase: false);
}
