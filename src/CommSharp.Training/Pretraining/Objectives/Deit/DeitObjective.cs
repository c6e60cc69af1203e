using System.Globalization;
using System.Text.Json.Nodes;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Export;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Deit;

/// <summary>DeiT: labels with smoothing, and with a teacher half of the loss is its label on the distillation token.</summary>
internal sealed class DeitObjective : PretrainingObjective
{
    private readonly DeitSettings _settings;
    private readonly DeitModel _model;
    private readonly DeitTeacher? _teacher;
    private readonly Device _device;
    private readonly int _classes;

    public DeitObjective(DeitSettings settings, PretrainingRecipeFile recipe, IPretrainingPictures pictures, Device device)
        : base(recipe.Recipe.Options(device).ComputeDtype)
    {
        (_settings, _device, _classes) = (settings, device, pictures.Classes!.Count);
        _teacher = settings.Teacher is { } folder
            ? new DeitTeacher(recipe.Locate(folder), pictures, _classes, settings.TeacherPictures, settings.Tower.ImageSize, device)
            : null;
        _model = new DeitModel(settings, _classes, recipe.Recipe.Options(device));
        FreshTower.Draw(_model, settings.Tower, recipe.Recipe.Seed);
        Parameters = [.. Train(_model, "", recipe.Recipe.Schedule.LearningRate, recipe.Recipe.Optimizer.WeightDecay)];
        Views = [new ViewGroup(settings.Tower.ImageSize, [settings.View])];
    }

    public override IReadOnlyList<TrainedParameter> Parameters { get; }

    public override IEnumerable<(string Name, Tensor Buffer)> Buffers => _teacher?.Buffers ?? [];

    public override IReadOnlyList<ViewGroup> Views { get; }

    public override PixelNormalization Normalization => PixelNormalization.ImageNet;

    public override int Size => _settings.Tower.ImageSize;

    public override double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = _model.call(batch.Views[0]), labels = tensor(batch.Labels.Select(label => (long)label).ToArray(), device: _device);
        Tensor scores = _model.Classifier.call(tokens.select(1, 0));
        Tensor loss = nn.functional.cross_entropy(scores, labels, label_smoothing: _settings.LabelSmoothing);
        measures.Add("accuracy", scores.argmax(1).eq(labels).to(ScalarType.Float32).mean().item<float>());
        if (_teacher is not null)
        {
            Tensor named = _teacher.Label(PictureTensors.Undo(batch.Views[0], Normalization));
            measures.Add("teacherAccuracy", named.eq(labels).to(ScalarType.Float32).mean().item<float>());
            loss = loss.Plus(nn.functional.cross_entropy(_model.Distilled!.call(tokens.select(1, 1)), named)).Over(2);
        }

        Tensor share = loss.Over(place.Batches);
        share.backward();
        return share.item<float>();
    }

    public override Tensor Features(Tensor pixels) => ClassToken(_model.Tower, pixels);

    public override void Export(string target, ScalarType dtype, CancellationToken cancellationToken)
    {
        (string family, string architecture, string head) = _teacher is null
            ? ("vit", "ViTForImageClassification", "classifier")
            : ("deit", "DeiTForImageClassificationWithTeacher", "cls_classifier");
        List<(string, Tensor)> heads = [.. Head(head, _model.Classifier)];
        if (_model.Distilled is { } distilled)
        {
            heads.AddRange(Head("distillation_classifier", distilled));
        }

        TowerFolders.Write(
            family,
            architecture,
            family == "vit" ? "ViTImageProcessor" : "DeiTImageProcessor",
            _model.Tower,
            family + ".",
            heads,
            config => config["id2label"] = new JsonObject(
                Enumerable.Range(0, _classes).Select(i => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), (JsonNode?)$"class {i}"))),
            target,
            dtype,
            cancellationToken);
    }

    public override void Dispose()
    {
        _model?.Dispose();
        _teacher?.Dispose();
    }

    private static IEnumerable<(string, Tensor)> Head(string name, Dense head) => [(name + ".weight", head.Weight), (name + ".bias", head.Bias!)];
}
