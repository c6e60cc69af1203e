using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Export;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision.Masked;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Mae;

/// <summary>MAE: encoder and decoder learn to paint what is hidden. Positions are sines and cosines and stay so, as published.</summary>
internal sealed class MaeObjective : PretrainingObjective
{
    private const string Positions = "positions";

    private readonly MaeSettings _settings;
    private readonly MaskedAutoencoder _model;
    private readonly Device _device;

    public MaeObjective(MaeSettings settings, PretrainingRecipeFile recipe, Device device)
        : base(recipe.Recipe.Options(device).ComputeDtype)
    {
        (_settings, _device) = (settings, device);
        _model = new MaskedAutoencoder(settings.Encoder, settings.Decoder, recipe.Recipe.Options(device));
        FreshTower.Draw(_model, settings.Tower, recipe.Recipe.Seed);
        using (DisposeScope scope = NewDisposeScope())
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in _model.named_parameters().Where(entry => IsFixed(entry.name)))
            {
                parameter.copy_(SinCosPositions.Table(settings.Encoder.NativeGrid, (int)parameter.shape[2], prefix: 1, device));
                parameter.requires_grad = false;
            }
        }

        Parameters =
        [
            .. Train(_model, "", recipe.Recipe.Schedule.LearningRate, recipe.Recipe.Optimizer.WeightDecay).Where(trained => !IsFixed(trained.Name)),
        ];
        Views = [new ViewGroup(settings.Tower.ImageSize, [settings.View])];
    }

    public override IReadOnlyList<TrainedParameter> Parameters { get; }

    public override IEnumerable<(string Name, Tensor Buffer)> Buffers =>
        _model.named_parameters().Where(entry => IsFixed(entry.name)).Select(entry => (entry.name, (Tensor)entry.parameter));

    public override IReadOnlyList<ViewGroup> Views { get; }

    public override PixelNormalization Normalization => PixelNormalization.ImageNet;

    public override int Size => _settings.Tower.ImageSize;

    /// <summary>The mean squared error over hidden patches.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pixels">[B, 3, H, W].</param>
    /// <param name="noise">[B, N]; patches with the highest are hidden.</param>
    /// <param name="normalizedPixels">Whether patches are normalised first.</param>
    /// <param name="compute">What the model is computed in; the loss is float32.</param>
    internal static Tensor Loss(MaskedAutoencoder model, Tensor pixels, Tensor noise, bool normalizedPixels, ScalarType compute = ScalarType.Float32)
    {
        using DisposeScope scope = NewDisposeScope();
        PatchMask mask = model.Mask(noise);
        Tensor predicted = model.call(model.Encode(pixels.to(compute), mask.Kept), mask.Restore).to(ScalarType.Float32);
        return MaskedAutoencoder.Loss(model.Patchify(pixels), predicted, mask.Mask, normalizedPixels).MoveToOuterDisposeScope();
    }

    public override double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = place.NewGenerator();
        Tensor pixels = batch.Views[0];
        Tensor noise = rand(pixels.shape[0], _settings.Encoder.NativeGrid.Count, generator: generator).to(_device);
        Tensor loss = Loss(_model, pixels, noise, _settings.NormalizedPixels, Compute).Over(place.Batches);
        loss.backward();
        return loss.item<float>();
    }

    public override Tensor Features(Tensor pixels) => ClassToken(_model.Encoder, pixels);

    public override void Export(string target, ScalarType dtype, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        TowerFolders.Write(
            "mae",
            "ViTMAEForPreTraining",
            "ViTImageProcessor",
            _model.Encoder,
            "vit.",
            _model.Parts().Skip(1).SelectMany(part => part.Layout.Export(part.Target, part.Prefix)),
            config =>
            {
                config["decoder_hidden_size"] = _settings.DecoderWidth;
                config["decoder_num_hidden_layers"] = _settings.DecoderDepth;
                config["decoder_num_attention_heads"] = _settings.DecoderHeads;
                config["decoder_intermediate_size"] = _settings.Decoder.Decoder.HiddenWidth;
                config["mask_ratio"] = _settings.MaskRatio;
                config["norm_pix_loss"] = _settings.NormalizedPixels;
            },
            target,
            dtype,
            cancellationToken);
    }

    public override void Dispose() => _model?.Dispose();

    private static bool IsFixed(string name) => name.Split('.')[^1] == Positions;
}
