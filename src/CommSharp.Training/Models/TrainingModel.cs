using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Models;

/// <summary>A model with what a recipe trains of it: loaded, frozen where it is to be, with adapters if the recipe has some.</summary>
public sealed class TrainingModel : ITrainedTensors, IDisposable
{
    private readonly RecipeFile _recipe;

    private TrainingModel(RecipeFile recipe, MultimodalFolder folder, MultimodalModel model, LlamaTokenizer tokenizer, IReadOnlyList<TrainedParameter> parameters)
    {
        _recipe = recipe;
        Folder = folder;
        Model = model;
        Tokenizer = tokenizer;
        Parameters = parameters;
    }

    /// <summary>The folder that it was loaded from.</summary>
    public MultimodalFolder Folder { get; }

    /// <summary>The model.</summary>
    public MultimodalModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>
    /// Numbers that training changes without a gradient: the running statistics of batch norms. They belong to a checkpoint as parameters do.
    /// </summary>
    public IEnumerable<(string Name, Tensor Buffer)> Buffers
    {
        get
        {
            HashSet<object> parameters = new(Model.parameters(), ReferenceEqualityComparer.Instance);
            return Model.state_dict().Where(entry => !parameters.Contains(entry.Value)).Select(entry => (entry.Key, entry.Value));
        }
    }

    /// <summary>How many numbers the model has.</summary>
    public long ParameterCount => Model.parameters().Sum(parameter => parameter.numel());

    /// <summary>Loads a model for training.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CommSharpException">Weights or tokenizer cannot be read, or the recipe trains nothing of the model.</exception>
    public static TrainingModel Load(RecipeFile recipe, MultimodalFolder folder, Device device)
    {
        LlamaTokenizer tokenizer = LlamaTokenizer.Open(folder.LanguagePath, folder.Config.Language.Architecture.VocabularySize);
        MultimodalModel model = folder.Load(OptionsOf(recipe.Recipe, device)).Model;
        try
        {
            model.RecomputesActivations = recipe.Recipe.Recompute;
            if (recipe.Recipe.Trained.Lora is { } lora)
            {
                using var generator = new Generator(unchecked((ulong)recipe.Recipe.Seed));
                DenseLayers.Adapt(model, lora.Layers, new AdapterSettings(lora.Rank, lora.Alpha, lora.Dropout), generator);
            }

            SetMode(model, training: true);
            return new TrainingModel(recipe, folder, model, tokenizer, ParameterSelection.Select(model, recipe.Recipe, recipe.Source));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Sets the model up for training or for answering; frozen parts keep their statistics either way.</summary>
    /// <param name="training">Whether dropout drops and batch norms learn.</param>
    public void SetMode(bool training) => SetMode(Model, training);

    /// <summary>Writes the trained model as a folder of its own, which any verb takes. Adapters are merged into what they adapt.</summary>
    /// <param name="target">The folder; it must not exist yet. It appears when it is complete.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">The folder cannot be written.</exception>
    public void Export(string target, CancellationToken cancellationToken)
    {
        HashSet<string> trained = [.. Parameters.Select(parameter => parameter.Name), .. Buffers.Select(buffer => buffer.Name)];
        using var weights = new TrainedWeights(Folder, Model, trained.Contains, DtypeOf(_recipe.Recipe.Precision.Compute));
        FolderConversion.Run(Folder, target, new ConversionOptions { Trained = weights }, cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>What is trained is held in float32, however short the numbers are that are computed with; what is frozen as the recipe says.</summary>
    internal static PartOptions OptionsOf(TrainingRecipe recipe, Device device)
    {
        HashSet<ModelPart> trained = [.. recipe.Trained.Groups.Select(group => group.Part)];
        return new PartOptions(
            Held(ModelPart.Towers),
            Held(ModelPart.Merges, ModelPart.Projections, ModelPart.Projector),
            Held(ModelPart.Language, ModelPart.Embeddings, ModelPart.Head)).ComputingIn(DtypeOf(recipe.Precision.Compute));

        TensorOptions Held(params ModelPart[] parts) =>
            new(trained.Overlaps(parts) ? ScalarType.Float32 : DtypeOf(recipe.Precision.Frozen), device);
    }

    private static ScalarType DtypeOf(FloatFormat format) => format == FloatFormat.Brain ? ScalarType.BFloat16 : ScalarType.Float32;

    private static void SetMode(MultimodalModel model, bool training)
    {
        model.train(training);
        foreach (VisionBranch branch in model.Vision.Branches.Where(branch => !branch.Merge.parameters().Any(parameter => parameter.requires_grad)))
        {
            branch.Merge.eval();
        }
    }
}
