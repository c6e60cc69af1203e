using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Running;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>A place in a run, from which everything random and every schedule follows.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Step">The step, from 1.</param>
/// <param name="TotalSteps">The number of steps in all.</param>
/// <param name="Batch">The batch within the step, from 0.</param>
/// <param name="Batches">The number of batches of a step.</param>
internal readonly record struct StepPlace(long Seed, long Step, long TotalSteps, int Batch, int Batches)
{
    /// <summary>How much of the run lies behind the step, 0 at the first one and 1 at the last.</summary>
    public double Progress => (double)(Step - 1) / Math.Max(1, TotalSteps - 1);

    /// <summary>The chance of the batch.</summary>
    public SampleChance Chance => SampleChance.Of(Seed, Step, Batch);

    /// <summary>A generator of torch's for the batch; the caller's.</summary>
    public Generator NewGenerator() => new(unchecked((ulong)((Seed * 0x5851f42d4c957f2d) + (Step * 8191) + Batch)));

    /// <summary>A number on half a cosine's way from one value to another over the run.</summary>
    public double Cosine(double from, double to) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * Progress)));
}

/// <summary>Something to learn from pictures: a tower with what its loss needs beside it.</summary>
/// <param name="compute">What towers are computed in.</param>
internal abstract class PretrainingObjective(ScalarType compute) : ITrainedTensors, IDisposable
{
    /// <inheritdoc/>
    public abstract IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <inheritdoc/>
    public virtual IEnumerable<(string Name, Tensor Buffer)> Buffers => [];

    /// <summary>The views that a batch has of each picture.</summary>
    public abstract IReadOnlyList<ViewGroup> Views { get; }

    /// <summary>What pixels are brought to.</summary>
    public abstract PixelNormalization Normalization { get; }

    /// <summary>The side in pixels at which features are looked at.</summary>
    public abstract int Size { get; }

    /// <summary>Computes the loss of a batch and adds its gradients, divided by the number of batches of the step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">Where in the run.</param>
    /// <param name="measures">Takes parts of the loss and the like, each as a mean's share of the step.</param>
    /// <returns>The batch's share of the step's loss.</returns>
    public abstract double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures);

    /// <summary>How weight decay is at a step, as a share of the recipe's.</summary>
    public virtual double DecayShare(StepPlace place) => 1;

    /// <summary>Called when all gradients of a step are there.</summary>
    public virtual void BeforeUpdate(StepPlace place)
    {
    }

    /// <summary>Called after the optimiser's update.</summary>
    public virtual void AfterUpdate(StepPlace place)
    {
    }

    /// <summary>What of a picture a probe looks at.</summary>
    /// <param name="pixels">[N, 3, <see cref="Size"/>, <see cref="Size"/>], normalised.</param>
    /// <returns>[N, C].</returns>
    public abstract Tensor Features(Tensor pixels);

    /// <summary>Picture and caption features in one space, for retrieval; null where the objective knows no captions.</summary>
    /// <returns>[N, D] each, of length 1.</returns>
    public virtual (Tensor Pictures, Tensor Captions)? Embed(Tensor pixels, IReadOnlyList<string> captions) => null;

    /// <summary>Regions and their phrases in one space; null where the objective knows no regions.</summary>
    /// <param name="pixels">[N, 3, <see cref="Size"/>, <see cref="Size"/>], normalised.</param>
    /// <param name="regions">Parts of them; at least one.</param>
    /// <returns>[R, D] each, of length 1.</returns>
    public virtual (Tensor Regions, Tensor Phrases)? EmbedRegions(Tensor pixels, IReadOnlyList<SeenRegion> regions) => null;

    /// <summary>Further numbers about the present state, such as a temperature.</summary>
    public virtual IEnumerable<(string Name, double Value)> StateMeasures => [];

    /// <summary>Writes the model in Hugging Face's layout.</summary>
    /// <param name="target">The folder; it must not exist yet. It appears when it is complete.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    public abstract void Export(string target, ScalarType dtype, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>What towers are computed in; features leave them in float32.</summary>
    protected ScalarType Compute => compute;

    /// <summary>The class token after the final norm.</summary>
    protected Tensor ClassToken(Vision.VisionTransformer tower, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return Finish(tower, LastTokens(tower, pixels).select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>All tokens after the last block, before the final norm: [B, P + N, C].</summary>
    protected Tensor LastTokens(Vision.VisionTransformer tower, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return tower.Transform(tower.Embed(pixels.to(compute)), [tower.Config.Depth])[0].MoveToOuterDisposeScope();
    }

    /// <summary>Some of these tokens after the final norm, in float32.</summary>
    protected static Tensor Finish(Vision.VisionTransformer tower, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return tower.Normalize(tokens).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Every parameter of a module as trained, with the recipe's rate; norms, biases and tokens without decay.</summary>
    protected static IEnumerable<TrainedParameter> Train(nn.Module module, string prefix, double rate, double decay)
    {
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            yield return new TrainedParameter(prefix + name, prefix.TrimEnd('.'), parameter, rate, ParameterSelection.IsFreeOfDecay(name, parameter.dim()) ? 0 : decay);
        }
    }
}
