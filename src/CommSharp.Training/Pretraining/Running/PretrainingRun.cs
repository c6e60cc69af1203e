using System.Diagnostics;
using System.Runtime.InteropServices;
using CommSharp.Data;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using CommSharp.Training.Batching;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Probing;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Cards;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Running;

/// <summary>
/// A pretraining from its recipe to its tower. It goes on where its folder's last checkpoint stands; a run that was stopped or killed any number of times
/// ends with the same weights as one that was not, to the bit on a processor.
/// </summary>
public sealed class PretrainingRun : IDisposable
{
    private readonly PretrainingRecipeFile _recipe;
    private readonly TrainingOptions _options;
    private readonly ScalarType _exported;
    private readonly RunFolder _folder;
    private readonly IPretrainingPictures _pictures;
    private readonly IPretrainingPictures? _heldOut;
    private readonly IPretrainingPictures? _known;
    private readonly PretrainingObjective _objective;
    private readonly Optimizer _optimizer;
    private readonly FeatureProbe? _probe;
    private readonly CheckpointStore<PretrainingState> _checkpoints;
    private readonly TimingTracker _timing;
    private readonly TrackerGroup _tracker;
    private readonly IReadOnlyList<CardFile> _data;
    private readonly StepMeasures _measures = new();
    private readonly CancellationToken _cancellationToken;
    private readonly long _begun;
    private PretrainingState _state;
    private TimeSpan _saving;
    private bool _isBetweenSteps = true; // weights, state and log speak of the same step

    private PretrainingRun(
        PretrainingRecipeFile recipe,
        RunFolder folder,
        TrainingOptions options,
        ScalarType exported,
        IEnumerable<ITrainingTracker> trackers,
        CancellationToken cancellationToken)
    {
        (_recipe, _folder, _options, _exported, _cancellationToken) = (recipe, folder, options, exported, cancellationToken);
        _begun = options.Clock.GetTimestamp();
        PretrainingRecipe settings = recipe.Recipe;
        try
        {
            _pictures = PretrainingPictures.Open(settings.Data, recipe.BaseFolder, new DataPlace(recipe.Source, Field: "data"));
            _heldOut = settings.Probe is { } probe
                ? PretrainingPictures.Open(probe.Data, recipe.BaseFolder, new DataPlace(recipe.Source, Field: "probe.data"))
                : null;
            _known = settings.Probe?.Known is { } known ? PretrainingPictures.Open(known, recipe.BaseFolder, new DataPlace(recipe.Source, Field: "probe.known")) : null;
            _data = DataHashes.OfRun(folder, [.. Mixtures(settings)], recipe.Locate);
            _checkpoints = new CheckpointStore<PretrainingState>(folder.Checkpoints, settings.Checkpoints.Keep);
            _state = Resume(_checkpoints.Recover(options.Note));
            _objective = PretrainingObjectives.Make(recipe, _pictures, options.Device);
            _optimizer = new Optimizer(_objective.Parameters, settings.Optimizer);
            _probe = _heldOut is null
                ? null
                : new FeatureProbe(_objective, settings.Probe!, _known ?? _pictures, _heldOut, options.Device, cancellationToken);
            _timing = new TimingTracker(options.Clock);
            _tracker = RunTrackers.Of(_timing, options, trackers);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Trains until the recipe's end, or until it is stopped.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">The run's folder, new or of an earlier start of the same recipe.</param>
    /// <param name="options">Where to compute, and when to stop.</param>
    /// <param name="exported">What the tower's weights are stored in.</param>
    /// <param name="trackers">Who is told of it besides the run's folder, such as a terminal; disposed of at the end.</param>
    /// <param name="cancellationToken">Ends the training after the step that is being done; its state is saved.</param>
    /// <exception cref="CommSharpException">The recipe, a picture or the folder cannot be used, or a loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the state is saved.</exception>
    public static TrainingResult Run(
        PretrainingRecipeFile recipe,
        string folder,
        TrainingOptions options,
        ScalarType exported,
        IEnumerable<ITrainingTracker> trackers,
        CancellationToken cancellationToken)
    {
        using RunFolder opened = RunFolder.Open(folder, recipe.Resolved);
        ITrainingTracker[] told = [.. trackers];
        try
        {
            if (opened.Result is { } result)
            {
                return result;
            }

            using var run = new PretrainingRun(recipe, opened, options, exported, told, cancellationToken);
            return run.Run();
        }
        finally
        {
            Array.ForEach(told, tracker => tracker.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tracker?.Dispose();
        _optimizer?.Dispose();
        _objective?.Dispose();
        _heldOut?.Dispose();
        _known?.Dispose();
        _pictures?.Dispose();
    }

    private static IEnumerable<DataMixture> Mixtures(PretrainingRecipe recipe) =>
        new[] { recipe.Data, recipe.Probe?.Data, recipe.Probe?.Known }.OfType<CaptionSource>().SelectMany(source => new[] { source.Captions, source.Regions }).OfType<DataMixture>();

    private PretrainingState Resume(PretrainingState? last)
    {
        ScheduleSettings schedule = _recipe.Recipe.Schedule;
        PictureBatchSettings batch = _recipe.Recipe.Batch;
        long total = schedule.Steps
            ?? BatchStream.StepsIn(schedule.Epochs!.Value, _pictures.Count, new BatchSettings { Size = batch.Size, Accumulation = batch.Accumulation });
        string? teacher = FingerprintTeacher();
        PretrainingState begun = last
            ?? new PretrainingState { Identity = _recipe.Identity, Step = 0, TotalSteps = total, Pictures = _pictures.Count };
        return begun.Teacher is not null && begun.Teacher != teacher
            ? throw new CommSharpException($"{_folder.Path}: the teacher that this run began with has changed since; bring it back, or start anew in another folder.")
            : begun.TotalSteps == total && begun.Pictures == _pictures.Count
            ? begun with { Teacher = teacher }
            : throw new CommSharpException(
                $"{_folder.Path}: this run began with {begun.Pictures} pictures, but now there are {_pictures.Count}; bring them back, or start anew in another folder.");
    }

    /// <summary>What tells the tower that DeiT learns from; null where there is none.</summary>
    private string? FingerprintTeacher() =>
        _recipe.Recipe.Objective is DeitSettings { Teacher: { } folder } ? ModelFingerprint.Of(TowerFolder.Open(_recipe.Locate(folder)).Path) : null;

    private TrainingResult Run()
    {
        if (_state.Step > 0)
        {
            _checkpoints.LoadLast(_objective, _optimizer);
        }

        long trained = _objective.Parameters.Sum(each => each.Parameter.numel());
        _tracker.Start(new TrainingStart(
            _recipe.Recipe.Name, _folder.Path, _state.Step, _state.TotalSteps, trained, trained + _objective.Buffers.Sum(each => each.Buffer.numel()), _pictures.Count));
        bool wasCancelled = false;
        try
        {
            Train();
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            wasCancelled = true;
        }
        catch (CommSharpException) when (_isBetweenSteps && _state.Step > 0)
        {
            CheckpointMoments.SaveInSpite(Save, _state.Step, _options.Note);
            throw;
        }
        catch (ExternalException error) // libtorch's own, of which the first line says what it is
        {
            throw new CommSharpException(
                $"{_folder.Path}: after step {_state.Step}: {error.Message.Split('\n')[0].Trim()} (where memory is short, a smaller batch.size needs less of it); "
                    + "the last checkpoint is untouched",
                error);
        }

        return Finish(wasCancelled);
    }

    private TrainingResult Finish(bool wasCancelled)
    {
        if (_state.Step > 0)
        {
            Save();
        }

        bool isComplete = _state.Step == _state.TotalSteps && !wasCancelled;
        if (isComplete && !Directory.Exists(_folder.Model))
        {
            _objective.Export(_folder.Model, _exported, _cancellationToken);
        }

        string? model = isComplete ? _folder.Model : null;
        _tracker.Finish(new TrainingEnd(_state.Step, isComplete, model));
        RunCard.Write(_folder, _recipe.Recipe.Name, _recipe.Resolved, _recipe.Recipe.Seed, _data, _options.Device, _timing);
        if (wasCancelled)
        {
            _options.Note($"stopped after step {_state.Step} of {_state.TotalSteps}; the same command goes on from there");
        }

        _cancellationToken.ThrowIfCancellationRequested();
        var result = new TrainingResult
        {
            Folder = _folder.Path,
            Step = _state.Step,
            TotalSteps = _state.TotalSteps,
            IsComplete = isComplete,
            Model = model,
            Loss = _timing.Outcome.LastLosses is [.., var loss] ? loss : null,
            Seconds = Math.Round(_timing.Totals.WallSeconds, 3),
        };
        if (isComplete)
        {
            _folder.Complete(result);
        }

        return result;
    }

    private void Train()
    {
        PretrainingRecipe recipe = _recipe.Recipe;
        var step = new PretrainingStep(_objective, _optimizer, LearningRateSchedule.Of(recipe.Schedule, _state.TotalSteps), recipe.Seed, _options.Device);
        var loader = new PictureLoader(_pictures, _objective.Views, recipe.Batch.Size, recipe.Batch.Accumulation, recipe.Loading, recipe.Seed);
        using var stream = new PictureStream(loader, recipe.Loading, _state.Step, _state.TotalSteps, _state.Unreadable, _cancellationToken);
        ProbeWhenDue(); // a run may have been stopped before it came to that
        long saved = _options.Clock.GetTimestamp();
        TimeSpan tracking = TimeSpan.Zero;
        while (_state.Step < _state.TotalSteps)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            long waiting = Stopwatch.GetTimestamp();
            (PictureStep pictures, IReadOnlyList<UnreadableSample> found) = stream.Next();
            TimeSpan waited = Stopwatch.GetElapsedTime(waiting);
            StepOutcome outcome = step.Run(pictures, _measures);
            RequireFinite(pictures, outcome);
            _isBetweenSteps = false;
            long reporting = Stopwatch.GetTimestamp();
            Report(pictures, found, outcome, new StepTimes(waited + outcome.Transfer, outcome.Compute, outcome.Update, tracking, _saving));
            tracking = Stopwatch.GetElapsedTime(reporting);
            _state = _state with { Step = pictures.Step, Unreadable = stream.Unreadable };
            _isBetweenSteps = true;
            _saving = TimeSpan.Zero;
            ProbeWhenDue();
            if (IsSaveDue(saved))
            {
                Save();
                saved = _options.Clock.GetTimestamp();
            }

            if (_state.Step % NativeHeap.StepsBetween == 0)
            {
                NativeHeap.GiveBack();
            }

            if (_options.StopAfter is { } limit && _options.Clock.GetElapsedTime(_begun) >= limit)
            {
                return;
            }
        }
    }

    private void RequireFinite(PictureStep step, StepOutcome outcome)
    {
        if (!outcome.IsFinite)
        {
            throw new CommSharpException(
                $"{_folder.Path}: step {step.Step} has a loss of {outcome.Loss:g4} and gradients of length {outcome.GradientNorm:g4}, and nothing was updated. "
                    + "A lower schedule.learningRate, a longer schedule.warmUp or a smaller optimizer.maxGradientNorm often helps.");
        }
    }

    private void Report(PictureStep step, IReadOnlyList<UnreadableSample> found, StepOutcome outcome, StepTimes times)
    {
        foreach (UnreadableSample unreadable in found)
        {
            _options.Note($"left out: {unreadable.What}: {unreadable.Reason}");
        }

        PretrainingRecipe recipe = _recipe.Recipe;
        double rate = recipe.Schedule.LearningRate * LearningRateSchedule.Of(recipe.Schedule, _state.TotalSteps).At(step.Step);
        _tracker.Step(new StepReport(
            step.Step,
            step.Epoch,
            outcome.Loss,
            outcome.GradientNorm,
            [new GroupRate("all", rate)],
            recipe.Batch.Size * recipe.Batch.Accumulation,
            0,
            0,
            _state.Unreadable.Count,
            Environment.WorkingSet,
            times));
    }

    private void ProbeWhenDue()
    {
        if (_probe is null
            || _state.ProbedStep == _state.Step
            || (_state.Step % _recipe.Recipe.Probe!.EverySteps != 0 && _state.Step != _state.TotalSteps))
        {
            return;
        }

        ProbeReport report = _probe.Run(_state.Step, _measures);
        _state = _state with { ProbedStep = _state.Step };
        _isBetweenSteps = false;
        _tracker.Probe(report);
        _isBetweenSteps = true;
        if (report.Warning is { } warning)
        {
            _options.Note($"WARNING: {warning}");
        }
    }

    private bool IsSaveDue(long saved) => CheckpointMoments.IsDue(_recipe.Recipe.Checkpoints, _state, _options.Clock.GetElapsedTime(saved));

    private void Save()
    {
        long start = Stopwatch.GetTimestamp();
        string checkpoint = _checkpoints.Save(_state, _objective, _optimizer);
        _tracker.Save(checkpoint, _state.Step);
        _saving += Stopwatch.GetElapsedTime(start);
    }
}
