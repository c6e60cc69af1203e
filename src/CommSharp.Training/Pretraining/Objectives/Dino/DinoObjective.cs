using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Export;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Dino;

/// <summary>DINO in the manner of DINOv2 (Caron et al. 2021; Zhou et al. 2021; Oquab et al. 2023).</summary>
internal sealed class DinoObjective : PretrainingObjective
{
    private readonly DinoSettings _settings;
    private readonly double _weightDecay;
    private readonly DinoNetwork _student, _teacher;
    private readonly (Parameter Student, Parameter Teacher)[] _pairs;
    private readonly TeacherCentre _pictureCentre, _patchCentre;
    private readonly Device _device;

    public DinoObjective(DinoSettings settings, PretrainingRecipeFile recipe, Device device)
        : base(recipe.Recipe.Options(device).ComputeDtype)
    {
        (_settings, _device, _weightDecay) = (settings, device, recipe.Recipe.Optimizer.WeightDecay);
        TensorOptions options = recipe.Recipe.Options(device);
        _student = new DinoNetwork(settings, options);
        _teacher = new DinoNetwork(settings, options);
        FreshTower.Draw(_student, settings.Tower, recipe.Recipe.Seed);
        _pairs = [.. _student.named_parameters().Zip(_teacher.named_parameters(), (student, teacher) => (student.parameter, teacher.parameter))];
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in _student.named_parameters())
            {
                if (name.EndsWith(".scale1", StringComparison.Ordinal) || name.EndsWith(".scale2", StringComparison.Ordinal))
                {
                    parameter.Fill(settings.LayerScale);
                }
            }

            foreach ((Parameter student, Parameter teacher) in _pairs)
            {
                teacher.copy_(student);
                teacher.requires_grad = false;
            }
        }

        _pictureCentre = new TeacherCentre(settings, device);
        _patchCentre = new TeacherCentre(settings, device);
        Parameters = [.. Train(_student, "student.", recipe.Recipe.Schedule.LearningRate, _weightDecay)];
        ViewGroup global = new(settings.GlobalSize, [.. Enumerable.Repeat(settings.Global, settings.GlobalCrops)]);
        Views = settings.LocalCrops == 0 ? [global] : [global, new ViewGroup(settings.LocalSize, [.. Enumerable.Repeat(settings.Local, settings.LocalCrops)])];
    }

    public override IReadOnlyList<TrainedParameter> Parameters { get; }

    public override IEnumerable<(string Name, Tensor Buffer)> Buffers =>
    [
        .. _teacher.named_parameters().Select(entry => ("teacher." + entry.name, (Tensor)entry.parameter)),
        ("centre.picture", _pictureCentre.Value),
        ("centre.patch", _patchCentre.Value),
    ];

    public override IReadOnlyList<ViewGroup> Views { get; }

    public override PixelNormalization Normalization => PixelNormalization.ImageNet;

    public override int Size => _settings.Tower.ImageSize;

    /// <summary>The student, for tests.</summary>
    internal DinoNetwork Student => _student;

    /// <summary>The teacher, for tests.</summary>
    internal DinoNetwork Teacher => _teacher;

    public override double Backpropagate(PictureTensors batch, StepPlace place, StepMeasures measures)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor global = batch.Views[0];
        int crops = (int)global.shape[0], pictures = crops / _settings.GlobalCrops;
        PatchGrid grid = _student.Tower.Config.GridAt(_settings.GlobalSize, _settings.GlobalSize);
        bool[] masks = PatchMasks.Draw(crops, grid, _settings, place.Chance);
        (Tensor assigned, Tensor? patches, Tensor? hidden) = Teach(global, masks, place, measures);
        Tensor tokens = masks.Any(masked => masked)
            ? _student.SeeMasked(global, tensor(masks, [crops, grid.Count], device: _device))
            : _student.call(global);
        Tensor features = tokens.select(1, 0);
        Tensor loss = PictureLoss(assigned, features, batch, pictures);
        measures.Add("dino", loss.item<float>());
        if (patches is not null)
        {
            Tensor scores = _student.PatchHead.call(Hidden(tokens, hidden!));
            Tensor entropies = DinoLosses.CrossEntropy(patches, scores, _settings.StudentTemperature);
            Tensor patchLoss = (entropies * tensor(Weights(masks, grid.Count), device: _device)).sum().Over(crops);
            measures.Add("patch", patchLoss.item<float>());
            loss = loss.Plus(patchLoss.Times(_settings.PatchWeight));
        }

        if (_settings.KoleoWeight > 0)
        {
            Tensor koleo = features.split(pictures, 0).Select(DinoLosses.Koleo).Aggregate((sum, next) => sum.Plus(next));
            measures.Add("koleo", koleo.item<float>() / _settings.GlobalCrops);
            loss = loss.Plus(koleo.Times(_settings.KoleoWeight));
        }

        Tensor share = loss.Over(place.Batches);
        share.backward();
        return share.item<float>();
    }

    public override double DecayShare(StepPlace place) =>
        _settings.FinalWeightDecay is { } final && _weightDecay > 0 ? place.Cosine(1, final / _weightDecay) : 1;

    /// <summary>Prototypes stay as they were drawn for the first steps, so that the tower begins to move first (Caron et al. 2021, appendix).</summary>
    public override void BeforeUpdate(StepPlace place)
    {
        if (place.Step <= _settings.FrozenPrototypes * place.TotalSteps)
        {
            _student.PictureHead.Prototypes.grad = null;
            _student.PatchHead.Prototypes.grad = null;
        }
    }

    public override void AfterUpdate(StepPlace place)
    {
        using var unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        double momentum = place.Cosine(_settings.Momentum, 1);
        foreach ((Parameter student, Parameter teacher) in _pairs)
        {
            teacher.ScaleInPlace(momentum).AddInPlace(student, 1 - momentum);
        }

        _pictureCentre.Update();
        _patchCentre.Update();
    }

    public override Tensor Features(Tensor pixels) => ClassToken(_teacher.Tower, pixels);

    public override void Export(string target, ScalarType dtype, CancellationToken cancellationToken) =>
        TowerFolders.WriteDino(_teacher.Tower, _teacher.MaskToken, target, dtype, cancellationToken);

    public override void Dispose()
    {
        _student?.Dispose();
        _teacher?.Dispose();
        _pictureCentre?.Dispose();
        _patchCentre?.Dispose();
    }

    /// <summary>What the teacher assigns to large crops and to their hidden patches; nothing of it has a gradient.</summary>
    private (Tensor Pictures, Tensor? Patches, Tensor? Hidden) Teach(Tensor global, bool[] masks, StepPlace place, StepMeasures measures)
    {
        using var unrecorded = no_grad();
        double rise = Math.Min(1, (place.Step - 1) / Math.Max(1e-9, _settings.TemperatureWarmUp * place.TotalSteps));
        double temperature = _settings.FirstTeacherTemperature + ((_settings.TeacherTemperature - _settings.FirstTeacherTemperature) * rise);
        Tensor tokens = _teacher.call(global);
        Tensor pictures = _pictureCentre.Assign(_teacher.PictureHead.call(tokens.select(1, 0)), temperature);
        measures.Add("teacherEntropy", special.entr(pictures.mean([0])).sum().item<float>());
        measures.Add("teacherTemperature", temperature);
        long[] places = [.. masks.Index().Where(patch => patch.Item).Select(patch => (long)patch.Index)];
        if (places.Length == 0 || _settings.PatchWeight == 0)
        {
            return (pictures, null, null);
        }

        Tensor hidden = tensor(places, device: _device);
        return (pictures, _patchCentre.Assign(_teacher.PatchHead.call(Hidden(tokens, hidden)), temperature), hidden);
    }

    /// <summary>Every crop of the student against what the teacher says of every other large crop of the same picture.</summary>
    private Tensor PictureLoss(Tensor assigned, Tensor features, PictureTensors batch, int pictures)
    {
        Tensor seen = batch.Views.Count == 1 ? features : cat([features, _student.call(batch.Views[1]).select(1, 0)], 0);
        Tensor[] scores = _student.PictureHead.call(seen).split(pictures, 0), targets = assigned.split(pictures, 0);
        var terms = new List<Tensor>();
        for (int teacher = 0; teacher < targets.Length; teacher++)
        {
            for (int student = 0; student < scores.Length; student++)
            {
                if (student != teacher)
                {
                    terms.Add(DinoLosses.CrossEntropy(targets[teacher], scores[student], _settings.StudentTemperature).mean());
                }
            }
        }

        return stack(terms).mean();
    }

    private static Tensor Hidden(Tensor tokens, Tensor places) => tokens.narrow(1, 1, tokens.shape[1] - 1).reshape(-1, tokens.shape[2]).index_select(0, places);

    /// <summary>Each hidden patch counts as one of its crop's, so that every masked crop has the weight 1.</summary>
    private static float[] Weights(bool[] masks, int patches) =>
        [.. masks.Chunk(patches).SelectMany(mask => mask.Where(masked => masked).Select(_ => 1f / mask.Count(masked => masked)))];
}
