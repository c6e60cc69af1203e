using System.IO.Enumeration;
using CommSharp.Multimodal;
using CommSharp.Training.Recipes;
using TorchSharp.Modules;

namespace CommSharp.Training.Optimization;

/// <summary>Finds the parameters that a recipe trains, and freezes the others.</summary>
public static class ParameterSelection
{
    /// <summary>The group of adapters, as reports call it.</summary>
    public const string LoraGroup = "lora";

    private const string AdapterMark = ".adapter.";

    /// <summary>The part that a parameter belongs to; the whole decoder for all of the language model.</summary>
    /// <param name="name">Its name in the model.</param>
    public static ModelPart PartOf(string name) =>
        name.StartsWith("language.", StringComparison.Ordinal) ? ModelPart.Language
        : name.StartsWith("vision.projector.", StringComparison.Ordinal) ? ModelPart.Projector
        : name.Contains(".tower.", StringComparison.Ordinal) ? ModelPart.Towers
        : name.Contains(".merge.", StringComparison.Ordinal) ? ModelPart.Merges
        : ModelPart.Projections;

    /// <summary>Selects, and makes only what is selected require gradients.</summary>
    /// <param name="model">The model, with its adapters if it has any.</param>
    /// <param name="recipe">What to train.</param>
    /// <param name="source">What errors call the recipe.</param>
    /// <exception cref="CommSharpException">A group in which there is nothing.</exception>
    public static IReadOnlyList<TrainedParameter> Select(MultimodalModel model, TrainingRecipe recipe, string source)
    {
        var selected = new List<TrainedParameter>();
        bool[] used = new bool[recipe.Trained.Groups.Count];
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            TrainedParameter? trained = Adapter(name, parameter, recipe) ?? InGroup(name, parameter, recipe, used);
            parameter.requires_grad = trained is not null;
            if (trained is not null)
            {
                selected.Add(trained);
            }
        }

        int unused = Array.IndexOf(used, false);
        return unused < 0
            ? selected
            : throw new CommSharpException(
                $"{source}: \"trained.groups[{unused}]\" names no parameter of the model that a later group does not take; check \"part\" and \"names\".");
    }

    /// <summary>Whether weight decay would harm: norms, biases, layer scales, the scales of layers, positions and prefix tokens.</summary>
    /// <param name="name">The parameter's name in the model.</param>
    /// <param name="dimensions">The number of its dimensions.</param>
    public static bool IsFreeOfDecay(string name, long dimensions) =>
        dimensions < 2 || name.Contains("position", StringComparison.Ordinal) || name.EndsWith("token", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("tokens", StringComparison.OrdinalIgnoreCase);

    private static TrainedParameter? Adapter(string name, Parameter parameter, TrainingRecipe recipe) =>
        name.Contains(AdapterMark, StringComparison.Ordinal)
            ? new TrainedParameter(name, LoraGroup, parameter, recipe.Trained.Lora?.LearningRate ?? recipe.Schedule.LearningRate, recipe.Optimizer.WeightDecay)
            : null;

    private static TrainedParameter? InGroup(string name, Parameter parameter, TrainingRecipe recipe, bool[] used)
    {
        for (int i = recipe.Trained.Groups.Count - 1; i >= 0; i--)
        {
            ParameterGroup group = recipe.Trained.Groups[i];
            if (!Belongs(name, group))
            {
                continue;
            }

            used[i] = true;
            double decay = IsFreeOfDecay(name, parameter.dim()) ? 0 : group.WeightDecay ?? recipe.Optimizer.WeightDecay;
            return new TrainedParameter(name, NameOf(group), parameter, group.LearningRate ?? recipe.Schedule.LearningRate, decay);
        }

        return null;
    }

    private static bool Belongs(string name, ParameterGroup group)
    {
        bool isPart = group.Part switch
        {
            ModelPart.Embeddings => name.StartsWith("language.embed_tokens.", StringComparison.Ordinal),
            ModelPart.Head => name.StartsWith("language.lm_head.", StringComparison.Ordinal),
            _ => PartOf(name) == group.Part,
        };
        return isPart && (group.Names is null || FileSystemName.MatchesSimpleExpression(group.Names, name, ignoreCase: false));
    }

    private static string NameOf(ParameterGroup group)
    {
        string part = group.Part.ToString();
        string name = char.ToLowerInvariant(part[0]) + part[1..];
        return group.Names is null ? name : $"{name} {group.Names}";
    }
}
