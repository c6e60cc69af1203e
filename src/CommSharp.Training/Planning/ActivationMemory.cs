using CommSharp.Fusion;

namespace CommSharp.Training.Planning;

/// <summary>A batch as a plan sees it: every row has a picture.</summary>
/// <param name="Rows">The number of samples.</param>
/// <param name="Tokens">The tokens of a row, its picture's included.</param>
/// <param name="AnswerTokens">Those of them that are answers, whose logits are computed.</param>
public readonly record struct BatchShape(int Rows, int Tokens, int AnswerTokens);

/// <summary>What the forward and backward passes of one batch take at their peak.</summary>
/// <param name="Activations">Activations, logits and gradients of activations.</param>
/// <param name="Casts">Copies of weights in the element type that is computed in.</param>
/// <param name="GradientsBy">How much of the gradients of weights may be there at that time when nothing was accumulated before.</param>
internal readonly record struct PassMemory(double Activations, double Casts, double GradientsBy)
{
    public double Sum => Activations + Casts + GradientsBy;
}

/// <summary>Counts activations: a pure function of a model's numbers and a batch's shape.</summary>
internal sealed class ActivationMemory(ModelInventory inventory, bool recomputes, bool accumulates, bool isOnGpu)
{
    private const string Decoder = "language";
    private const string Head = "language.lm_head";

    private readonly BlockCounting _blocks = new(inventory, isOnGpu);
    private readonly long _number = inventory.ComputeBytes;

    /// <summary>The peak of a batch: the end of the vision stack, the loss, the last block's backward pass, or the end of the decoder's, whichever is most.</summary>
    public PassMemory Of(BatchShape batch)
    {
        double pixels = inventory.ImageSizes.Sum(size => 3.0 * size * size * (sizeof(float) + (3 * _number))) * batch.Rows;
        (double seen, double seeing, double seenCasts, bool isLive) = Vision(batch.Rows);
        PassMemory vision = new(pixels + seen + seeing, seenCasts + inventory.LargestCast("vision"), 0);

        BlockSums decoder = DecoderBlocks(isLive);
        double tokens = (double)batch.Rows * batch.Tokens;
        double width = inventory.Config.Language.Architecture.Width;
        double embedded = tokens * width * _number * 2; // words, and words with pictures
        double normed = tokens * width * ((2 * _number) + sizeof(float));
        double always = pixels + seen + embedded + (tokens * decoder.Kept);
        double answers = (double)batch.Rows * batch.AnswerTokens;
        // Log-probabilities and the gradients of both sides of them, all float32.
        double logits = answers * ((3.0 * sizeof(float) * inventory.Config.Language.Architecture.VocabularySize) + (2 * width * _number));
        double headCasts = inventory.Casts(inventory.Config.Language.Architecture.TiedEmbeddings ? "language.embed_tokens" : Head);
        double headGradient = GradientsOf(Head);
        PassMemory atLoss = new(always + normed + logits, seenCasts + decoder.KeptCasts + headCasts, headGradient + GradientInPassing(Head));
        PassMemory atLastBlock = new(
            always + (tokens * decoder.Running), seenCasts + decoder.KeptCasts + decoder.RunningCasts, headGradient + GradientInPassing(Decoder));
        PassMemory atFirstBlock = new(
            pixels + seen + embedded + (tokens * decoder.Running), seenCasts + decoder.RunningCasts, GradientsOf(Decoder) + GradientInPassing(Decoder));
        return new[] { vision, atLoss, atLastBlock, atFirstBlock }.MaxBy(pass => pass.Sum);
    }

    /// <summary>What a gradient takes that is added to an accumulated one, or that comes in another element type first.</summary>
    private double GradientInPassing(string module)
    {
        long numbers = inventory.Weights
            .Where(weight => weight.IsTrained && weight.Name.StartsWith(module + ".", StringComparison.Ordinal))
            .Select(weight => weight.Numbers)
            .DefaultIfEmpty()
            .Max();
        return numbers * ((accumulates ? sizeof(float) : 0.0) + (_number < sizeof(float) ? _number : 0));
    }

    private double GradientsOf(string module) => accumulates
        ? 0 // they are there all the time, and counted so
        : inventory.Weights.Where(weight => weight.IsTrained && weight.Name.StartsWith(module + ".", StringComparison.Ordinal)).Sum(weight => weight.Bytes);

    /// <summary>Bytes a token: kept of all blocks, and while one of them runs.</summary>
    private readonly record struct BlockSums(double Kept, double Running, double KeptCasts, double RunningCasts);

    private BlockSums DecoderBlocks(bool isLive)
    {
        isLive |= inventory.Trains("language.embed_tokens");
        double kept = 0, running = 0, casts = 0, runningCasts = 0;
        for (int i = 0; i < inventory.Config.Language.Architecture.Depth; i++)
        {
            string block = $"language.layers.{i}";
            isLive |= inventory.Trains(block);
            BlockMemory memory = _blocks.Decoder(block);
            double blockCasts = inventory.Casts(block);
            kept += !isLive ? 0 : recomputes ? inventory.Config.Language.Architecture.Width * _number : memory.Kept;
            casts += isLive && !recomputes ? blockCasts : 0;
            running = Math.Max(running, memory.Working + (isLive && !recomputes ? 0 : memory.Kept));
            runningCasts = Math.Max(runningCasts, !isLive ? inventory.LargestCast(block) : recomputes ? blockCasts : 0);
        }

        return new BlockSums(kept, running, casts, runningCasts);
    }

    /// <summary>The vision stack: what is kept, what lives while it runs, kept casts, and whether gradients flow through its tokens.</summary>
    private (double Kept, double Running, double Casts, bool IsLive) Vision(int rows)
    {
        double kept = 0, running = 0, casts = 0, combined = 0;
        bool isLive = false;
        VisionStackConfig stack = inventory.Config.Vision;
        for (int i = 0; i < inventory.Branches.Count; i++)
        {
            PlannedBranch branch = inventory.Branches[i];
            BranchMemory memory = Branch(branch, $"vision.branches.{i}", rows);
            running = Math.Max(running, kept + memory.Running);
            kept += memory.Kept;
            casts += memory.Casts;
            combined += (double)rows * branch.Patches * branch.OutputWidth;
            isLive |= memory.IsLive;
        }

        isLive |= inventory.Trains("vision.projector");
        double tokens = (double)rows * inventory.TokensPerImage;
        kept += tokens * inventory.Config.Language.Architecture.Width * _number;
        if (isLive)
        {
            kept += (combined * _number) + Projection(stack.Projector, tokens, combined / tokens);
            casts += inventory.Casts("vision.projector");
        }

        return (kept, Math.Max(0, running - kept), casts, isLive);
    }

    private readonly record struct BranchMemory(double Kept, double Running, double Casts, bool IsLive);

    private BranchMemory Branch(PlannedBranch branch, string name, int rows)
    {
        CommSharp.Vision.VisionTransformerConfig tower = branch.Config.Architecture;
        double tokens = (double)rows * (branch.Patches + tower.PrefixTokens), state = tokens * tower.Width * _number;
        double stem = tokens * 3 * tower.PatchSize * tower.PatchSize * _number;
        double kept = 0, casts = 0, working = 0;
        bool isLive = inventory.Trains($"{name}.tower.stem");
        for (int i = 0; i < branch.Depth; i++)
        {
            string block = $"{name}.tower.blocks.{i}";
            isLive |= inventory.Trains(block);
            BlockMemory memory = _blocks.Tower(block, tower);
            kept += !isLive ? 0 : recomputes ? state : tokens * memory.Kept;
            casts += isLive && !recomputes ? inventory.Casts(block) : 0;
            working = Math.Max(working, tokens * (isLive ? memory.Working + (recomputes ? memory.Kept : 0) : _blocks.FrozenTower(tower)));
        }

        bool towerIsLive = isLive, trainsMerge = inventory.Trains($"{name}.merge"), trainsProjection = inventory.Trains($"{name}.projection");
        double layers = branch.Layers * state;
        kept += Merge(branch, layers, towerIsLive, trainsMerge);
        casts += towerIsLive || trainsMerge ? inventory.Casts($"{name}.merge") : 0;
        isLive |= trainsMerge || trainsProjection;
        if (isLive)
        {
            double patches = (double)rows * branch.Patches;
            kept += (patches * branch.OutputWidth * _number) + Projection(branch.Config.Projection, patches, branch.OutputWidth);
            casts += inventory.Casts($"{name}.projection");
        }

        double states = towerIsLive ? 0 : (branch.Depth + 1) * state; // a pass keeps all of them until the tower has run
        double running = Math.Max(states + Math.Max(working, stem), layers + (2 * layers));
        return new BranchMemory(kept, kept + running, casts, isLive);
    }

    /// <summary>What a merge keeps of the layers that it reads; their own tensors only where the tower does not keep them already.</summary>
    private double Merge(PlannedBranch branch, double layers, bool towerIsLive, bool isTrained)
    {
        if (!isTrained && !towerIsLive)
        {
            return 0;
        }

        double own = towerIsLive ? 0 : layers;
        return branch.Config.Merge is not LayerscaleMerge layerscale ? own : layerscale.Transform switch
        {
            LayerTransform.None => own,
            LayerTransform.NormLinear => own + (2 * layers),
            _ => own + (layers * ((2.0 * sizeof(float) / _number) + 1)), // batch norms run in float32
        };
    }

    /// <summary>What the blocks of a projection keep: input, hidden features and what the activation makes of them.</summary>
    private double Projection(ProjectionConfig config, double tokens, double width) =>
        config is MlpProjection mlp ? tokens * ((2 * (mlp.HiddenWidth ?? Math.Round(width * mlp.Ratio))) + width) * mlp.Blocks * _number : 0;
}
