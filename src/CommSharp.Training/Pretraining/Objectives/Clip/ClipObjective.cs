using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Text;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Export;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using CommSharp.Vision.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>CLIP: both towers, their projections and the temperature learn together.</summary>
internal sealed class ClipObjective : PretrainingObjective
{
    private static readonly double LargestScale = Math.Log(100); // the paper's section 2.5

    private readonly ClipSettings _settings;
    private readonly string _tokenizerFile;
    private readonly CaptionTokens _tokens;
    private readonly ClipModel _model;
    private readonly Tensor _logitScale;
    private readonly Device _device;

    public ClipObjective(ClipSettings settings, PretrainingRecipeFile recipe, Device device)
        : base(recipe.Recipe.Options(device).ComputeDtype)
    {
        _settings = settings;
        _device = device;
        _tokenizerFile = recipe.Locate(settings.Tokenizer);
        _tokens = new CaptionTokens(LlamaTokenizer.OpenModel(_tokenizerFile), settings.Text.ContextLength);
        _model = new ClipModel(settings.Tower.Clip, TextConfig, settings.ProjectionWidth, recipe.Recipe.Options(device));
        FreshTower.Draw(_model, settings.Tower, recipe.Recipe.Seed);
        if (settings.Start is { } start)
        {
            ClipFolder.Load(_model, recipe.Locate(start));
        }

        Parameters = [.. Train(_model, "", recipe.Recipe.Schedule.LearningRate, recipe.Recipe.Optimizer.WeightDecay)];
        _logitScale = Parameters.Single(trained => trained.Name == "logitScale").Parameter;
        Views = [new ViewGroup(settings.Tower.ImageSize, [settings.View])];
    }

    public override IReadOnlyList<TrainedParameter> Parameters { get; }

    public override IReadOnlyList<ViewGroup> Views { get; }

    public override PixelNormalization Normalization => PixelNormalization.Clip;

    public override int Size => _settings.Tower.ImageSize;

    public override IEnumerable<(string Name, double Value)> StateMeasures => [("temperature", Math.Exp(-_logitScale.item<float>()))];

    private ClipTextConfig TextConfig => new()
    {
        VocabularySize = _tokens.VocabularySize,
        ContextLength = _settings.Text.ContextLength,
        Depth = _settings.Text.Depth,
        Block = new EncoderBlockConfig(_settings.Text.Width, _settings.Text.Heads, (int)(_settings.Text.Width * _settings.Text.MlpRatio))
        {
            Activation = ActivationKind.QuickGelu,
            NormEpsilon = 1e-5,
        },
        EndOfText = _tokens.EndOfText,
    };

    public override double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures)
    {
        using DisposeScope scope = NewDisposeScope();
        VisiblePatches? visible = _settings.MaskRatio > 0
            ? VisiblePatches.Choose(_settings.Tower.Clip.NativeGrid, (int)batch.Views[0].shape[0], batch.Regions, _settings.MaskRatio, place.Chance)
            : null;
        Tensor tokens = LastTokens(_model.Vision, batch.Views[0], visible);
        Tensor logits = _model.call(PictureFeatures(tokens), TextFeatures(batch.Captions));
        Tensor loss = ContrastiveLoss.Of(logits, ContrastiveLoss.Targets(batch.Captions, _device));
        IReadOnlyList<SeenRegion> regions = visible?.Shown(batch.Regions) ?? batch.Regions;
        if (regions.Count > 0 && _settings.RegionWeight > 0)
        {
            Tensor regionLoss = RegionLoss(tokens, regions, visible);
            measures.Add("captions", loss.item<float>());
            measures.Add("regions", regionLoss.item<float>());
            loss = loss.Plus(regionLoss.Times(_settings.RegionWeight));
        }

        loss.backward();
        return loss.item<float>();
    }

    /// <summary>The scale is kept from growing beyond 100, as in the paper.</summary>
    public override void AfterUpdate(StepPlace place)
    {
        using var unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        _logitScale.LimitInPlace(LargestScale);
    }

    public override Tensor Features(Tensor pixels) => ClassToken(_model.Vision, pixels);

    public override (Tensor Pictures, Tensor Captions)? Embed(Tensor pixels, IReadOnlyList<string> captions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pictures = PictureFeatures(LastTokens(_model.Vision, pixels));
        return (ClipModel.Normalize(pictures).MoveToOuterDisposeScope(), ClipModel.Normalize(TextFeatures(captions)).MoveToOuterDisposeScope());
    }

    public override (Tensor Regions, Tensor Phrases)? EmbedRegions(Tensor pixels, IReadOnlyList<SeenRegion> regions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = RegionFeatures(LastTokens(_model.Vision, pixels), regions), phrases = PhraseFeatures(regions);
        return (ClipModel.Normalize(features).MoveToOuterDisposeScope(), ClipModel.Normalize(phrases).MoveToOuterDisposeScope());
    }

    public override void Export(string target, ScalarType dtype, CancellationToken cancellationToken) =>
        ClipFolder.Write(_model, _settings.ProjectionWidth, _tokenizerFile, target, dtype, cancellationToken);

    public override void Dispose() => _model?.Dispose();

    /// <summary>Every region against the phrases of all regions of the batch, at the temperature of captions.</summary>
    private Tensor RegionLoss(Tensor tokens, IReadOnlyList<SeenRegion> regions, VisiblePatches? visible)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = _model.call(RegionFeatures(tokens, regions, visible), PhraseFeatures(regions));
        Tensor targets = ContrastiveLoss.Targets([.. regions.Select(region => region.Phrase)], _device);
        return ContrastiveLoss.Of(RegionNegatives.LeaveOut(logits, regions), targets).MoveToOuterDisposeScope();
    }

    /// <summary>All tokens that are seen, after the last block: [B, P + N, C].</summary>
    private Tensor LastTokens(VisionTransformer tower, Tensor pixels, VisiblePatches? visible)
    {
        if (visible is null)
        {
            return LastTokens(tower, pixels);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = visible.Of(tower.Embed(pixels.to(Compute)), tower.Config.PrefixTokens);
        return tower.Transform(tokens, [tower.Config.Depth])[0].MoveToOuterDisposeScope();
    }

    /// <summary>The class token, projected: [B, P + N, C] -> [B, D].</summary>
    private Tensor PictureFeatures(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _model.ImageFeatures(Finish(_model.Vision, tokens.select(1, 0))).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the patches under each region, projected: [B, P + N, C] -> [R, D].</summary>
    private Tensor RegionFeatures(Tensor tokens, IReadOnlyList<SeenRegion> regions, VisiblePatches? visible = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor patches = Finish(_model.Vision, _model.Vision.Patches(tokens));
        return _model.ImageFeatures(RegionPooling.Means(patches, regions, _settings.Tower.Clip.NativeGrid, visible)).MoveToOuterDisposeScope();
    }

    /// <summary>The phrases of regions, [R, D]; phrases that are the same text go through the encoder once.</summary>
    private Tensor PhraseFeatures(IReadOnlyList<SeenRegion> regions)
    {
        using DisposeScope scope = NewDisposeScope();
        string[] phrases = [.. regions.Select(region => region.Phrase).Distinct(StringComparer.Ordinal)];
        Dictionary<string, long> rows = phrases.Index().ToDictionary(phrase => phrase.Item, phrase => (long)phrase.Index, StringComparer.Ordinal);
        Tensor row = tensor([.. regions.Select(region => rows[region.Phrase])], device: _device);
        return TextFeatures(phrases).index_select(0, row).MoveToOuterDisposeScope();
    }

    private Tensor TextFeatures(IReadOnlyList<string> texts)
    {
        using DisposeScope scope = NewDisposeScope();
        (long[] ids, int length) = _tokens.Encode(texts);
        Tensor pooled = _model.Text.call(tensor(ids, [texts.Count, length], device: _device));
        return _model.TextFeatures(pooled.to(ScalarType.Float32)).MoveToOuterDisposeScope();
    }
}
