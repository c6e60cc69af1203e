using System.Diagnostics;
using System.Runtime.InteropServices;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Language;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Cards;

namespace CommSharp.Training.Running;

/// <summary>
/// A training from its recipe to its model. It goes on where its folder's last checkpoint stands; a run that was stopped or killed any number of times
/// ends with the same weights as one that was not, to the bit on a processor.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly RecipeFile _recipe;
    private readonly TrainingOptions _options;
    private readonly RunFolder _folder;
    private readonly TrainingModel _model;
    private readonly SampleSet _samples;
    private readonly SamplePreparer _preparer;
    private readonly HeldOutSamples? _validation;
    private readonly SampleSet? _heldOut;
    private readonly Optimizer _optimizer;
    private readonly CheckpointStore<TrainingState> _checkpoints;
    private readonly TimingTracker _timing;
    private readonly TrackerGroup _tracker;
    private readonly CancellationToken _cancellationToken;
    private readonly string _startingModel;
    private readonly IReadOnlyList<CardFile> _dataHashes;
    private TrainingState _state;
    private readonly long _begun;
    private TimeSpan _saving;
    private bool _isBetweenSteps = true; // weights, state and log speak of the same step

    private TrainingRun(RecipeFile recipe, RunFolder folder, TrainingOptions options, IEnumerable<ITrainingTracker> trackers, CancellationToken cancellationToken)
    {
        (_recipe, _folder, _options, _cancellationToken) = (recipe, folder, options, cancellationToken);
        _begun = options.Clock.GetTimestamp();
        TrainingRecipe settings = recipe.Recipe;
        try
        {
            _samples = SampleSet.Open(settings.Data, recipe.BaseFolder);
            _heldOut = settings.Validation is { } validation ? SampleSet.Open(validation.Data, recipe.BaseFolder) : null;
            _dataHashes = DataHashes.OfRun(
                _folder, settings.Validation is null ? [settings.Data] : [settings.Data, settings.Validation.Data], recipe.Locate);
            var start = StartingModel.Open(recipe, _folder.Path, cancellationToken);
            _startingModel = ModelFingerprint.Of(start);
            _checkpoints = new CheckpointStore<TrainingState>(_folder.Checkpoints, settings.Checkpoints.Keep);
            _state = Resume(_checkpoints.Recover(options.Note));
            _model = TrainingModel.Load(recipe, start, options.Device);
            _preparer = new SamplePreparer(
                start.Config, _model.Tokenizer, _model.Model.Vision.TokensPerImage, _model.Model.Vision.ImageSizes, settings.Batch.MaxTokens)
            {
                GuidedSide = settings.Guidance is { } guidance ? GuidedSideOf(guidance) : null,
            };
            _validation = _heldOut is null ? null : new HeldOutSamples(_heldOut, settings.Validation!, settings.Batch.Size, _preparer);
            _validation?.RequireUsable(cancellationToken);
            RequireTrainedProjector();
            _optimizer = new Optimizer(_model.Parameters, settings.Optimizer);
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
    /// <param name="trackers">Who is told of it besides the run's folder, such as a terminal; disposed of at the end.</param>
    /// <param name="cancellationToken">Ends the training after the step that is being done; its state is saved.</param>
    /// <exception cref="CommSharpException">The recipe, a file of data, the model or the folder cannot be used, or a loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the state is saved.</exception>
    public static TrainingResult Run(
        RecipeFile recipe, string folder, TrainingOptions options, IEnumerable<ITrainingTracker> trackers, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, RunFolder.ResultName)))
        {
            MemoryGuard.RequireRoom(recipe, options); // before the folder belongs to the recipe, so that a changed one can take it
        }

        using RunFolder opened = RunFolder.Open(folder, recipe.Resolved);
        ITrainingTracker[] told = [.. trackers];
        try
        {
            if (opened.Result is { } result)
            {
                return result;
            }

            using var run = new TrainingRun(recipe, opened, options, told, cancellationToken);
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
        _model?.Dispose();
        _heldOut?.Dispose();
        _samples?.Dispose();
    }

    private TrainingState Resume(TrainingState? last)
    {
        ScheduleSettings schedule = _recipe.Recipe.Schedule;
        long total = schedule.Steps ?? BatchStream.StepsIn(schedule.Epochs!.Value, _samples.EpochLength, _recipe.Recipe.Batch);
        var begun = last ?? new TrainingState { Identity = _recipe.Identity, StartingModel = _startingModel, Step = 0, TotalSteps = total };
        return begun.StartingModel != _startingModel
            ? throw new CommSharpException($"{_folder.Path}: the model that this run started from has changed since; bring it back, or start anew in another folder.")
            : begun.TotalSteps != total
            ? throw new CommSharpException(
                $"{_folder.Path}: this run was to have {begun.TotalSteps} steps, but the data now give {total}; bring the data back, or start anew in another folder.")
            : begun;
    }

    private TrainingResult Run()
    {
        if (_state.Step > 0)
        {
            _checkpoints.LoadLast(_model, _optimizer);
        }

        _tracker.Start(new TrainingStart(
            _recipe.Recipe.Name,
            _folder.Path,
            _state.Step,
            _state.TotalSteps,
            _model.Parameters.Sum(trained => trained.Parameter.numel()),
            _model.ParameterCount,
            _samples.EpochLength));
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
                $"{_folder.Path}: after step {_state.Step}: {error.Message.Split('\n')[0].Trim()} (where memory is short, a smaller batch.size with a larger "
                    + "batch.accumulation needs less of it, and so does recompute); the last checkpoint is untouched",
                error);
        }

        if (_state.Step > 0)
        {
            Save();
        }

        bool isComplete = _state.Step == _state.TotalSteps && !wasCancelled;
        (string? model, string? best) = isComplete ? RunExport.Write(_folder, _model, _checkpoints, _state, _options.Note, _cancellationToken) : (null, null);
        _tracker.Finish(new TrainingEnd(_state.Step, isComplete, model));
        RunCard.Write(_folder, _recipe.Recipe.Name, _recipe.Resolved, _recipe.Recipe.Seed, _dataHashes, _options.Device, _timing);
        if (wasCancelled)
        {
            _options.Note($"stopped after step {_state.Step} of {_state.TotalSteps}; the same command goes on from there");
        }

        _cancellationToken.ThrowIfCancellationRequested();
        TrainingResult result = ResultOf(isComplete, model, best);
        if (isComplete)
        {
            _folder.Complete(result);
        }

        return result;
    }

    private TrainingResult ResultOf(bool isComplete, string? model, string? best) => new()
    {
        Folder = _folder.Path,
        Step = _state.Step,
        TotalSteps = _state.TotalSteps,
        IsComplete = isComplete,
        Model = model,
        BestModel = best,
        Loss = _timing.Outcome.LastLosses is [.., var loss] ? loss : null,
        ValidationLoss = _timing.Outcome.LastValidation is { Loss: var heldOut } && double.IsFinite(heldOut) ? heldOut : null,
        ExactAnswers = _timing.Outcome.LastValidation?.ExactAnswers,
        MeanIoU = _timing.Outcome.LastValidation?.MeanIoU,
        Seconds = Math.Round(_timing.Totals.WallSeconds, 3),
    };

    private void Train()
    {
        TrainingRecipe recipe = _recipe.Recipe;
        var step = new TrainingStep(_model.Model, _optimizer, LearningRateSchedule.Of(recipe.Schedule, _state.TotalSteps), recipe.Seed, recipe.Guidance);
        using var stream = new BatchStream(
            _samples, _preparer, recipe.Batch, recipe.Loading, recipe.Augmentation, recipe.Seed, _state.Step, _state.TotalSteps, _state.Unreadable, _cancellationToken);
        ScoreWhenDue(); // a run may have been stopped before it came to that
        long saved = _options.Clock.GetTimestamp();
        TimeSpan tracking = TimeSpan.Zero;
        while (_state.Step < _state.TotalSteps)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            long waiting = Stopwatch.GetTimestamp();
            StepBatch batch = stream.Next();
            TimeSpan waited = Stopwatch.GetElapsedTime(waiting);
            if (_state.Step == 0 && recipe.Model.StandardizedTokens)
            {
                StandardizeTokens(batch);
            }

            StepOutcome outcome = FiniteStep.Run(step, batch, _folder, _model.Tokenizer);
            _isBetweenSteps = false;
            long reporting = Stopwatch.GetTimestamp();
            Report(step, batch, outcome, new StepTimes(waited + outcome.Transfer, outcome.Compute, outcome.Update, tracking, _saving));
            tracking = Stopwatch.GetElapsedTime(reporting);
            _state = _state with { Step = batch.Step, Unreadable = stream.Unreadable };
            _isBetweenSteps = true;
            _saving = TimeSpan.Zero;
            ScoreWhenDue();
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

    private int GuidedSideOf(GuidanceSettings guidance)
    {
        LlamaConfig decoder = _model.Model.Config.Language.Architecture;
        var check = new MemberCheck(_recipe.Source, "guidance.");
        check.Range("block", guidance.Block ?? 1, 1, decoder.Depth);
        check.Range("wordBlock", guidance.WordBlock ?? 1, 1, decoder.Depth);
        check.Range("head", guidance.Head, 0, decoder.Heads - 1);
        int tokens = _model.Model.Vision.TokensPerImage, side = (int)Math.Sqrt(tokens);
        return side * side == tokens
            ? side
            : throw new CommSharpException($"{_recipe.Source}: \"guidance\" needs a model whose image tokens are the patches of a square, but a picture has {tokens} of them.");
    }

    /// <summary>What is standardised has to be trained: neither checkpoints nor the model at the end hold what is not.</summary>
    private void RequireTrainedProjector()
    {
        string[] frozen = !_recipe.Recipe.Model.StandardizedTokens ? []
            : [.. _model.Model.named_parameters().Where(each => ParameterSelection.PartOf(each.name) == ModelPart.Projector && !each.parameter.requires_grad).Select(each => each.name)];
        if (frozen.Length > 0)
        {
            throw new CommSharpException(
                $"{_recipe.Source}: \"model.standardizedTokens\" changes the projector, but {Printable.Names(frozen)} would not be trained, and so not be saved; add the part \"projector\" to \"trained.groups\".");
        }
    }

    private void StandardizeTokens(StepBatch batch)
    {
        TrainingBatch shown = batch.Batches.FirstOrDefault(each => each.PictureCount > 0)
            ?? throw new CommSharpException($"{_recipe.Source}: \"model.standardizedTokens\" needs pictures in the first step, and it has none; mix more of them in.");
        using var tensors = new BatchTensors(shown, _model.Model.Options.Device, _model.Model.Options.ComputeDtype);
        _model.Model.Vision.Standardize(tensors.Images!);
    }

    private void Report(TrainingStep step, StepBatch batch, StepOutcome outcome, StepTimes times)
    {
        foreach (UnreadableSample unreadable in batch.NewlyUnreadable)
        {
            _options.Note($"left out: {unreadable.What}: {unreadable.Reason}");
        }

        _tracker.Step(new StepReport(
            batch.Step,
            batch.Epoch,
            outcome.Loss,
            outcome.GradientNorm,
            step.RatesAt(batch.Step),
            batch.Batches.Sum(each => each.Rows),
            batch.Batches.Sum(each => each.Tokens),
            batch.Batches.Sum(each => each.AnswerTokens),
            batch.Unreadable,
            Environment.WorkingSet,
            times)
        {
            Guidance = outcome.Guidance,
            WordGuidance = outcome.WordGuidance,
        });
    }

    private void ScoreWhenDue()
    {
        if (_recipe.Recipe.Validation is not { } settings
            || _state.Step == 0
            || _state.ScoredStep == _state.Step
            || (_state.Step % settings.EverySteps != 0 && _state.Step != _state.TotalSteps))
        {
            return;
        }

        ValidationReport report = _validation!.Score(_state.Step, _model, _state.BestLoss, _cancellationToken);
        _state = _state with { ScoredStep = _state.Step };
        if (report.IsBest)
        {
            _state = _state with { BestLoss = report.Loss, BestStep = _state.Step };
            _checkpoints.SaveBest(_state, _model);
        }

        _isBetweenSteps = false;
        _tracker.Validate(report);
        _isBetweenSteps = true;
    }

    private bool IsSaveDue(long saved) => CheckpointMoments.IsDue(_recipe.Recipe.Checkpoints, _state, _options.Clock.GetElapsedTime(saved));

    private void Save()
    {
        long start = Stopwatch.GetTimestamp();
        string checkpoint = _checkpoints.Save(_state, _model, _optimizer);
        _tracker.Save(checkpoint, _state.Step);
        _saving += Stopwatch.GetElapsedTime(start);
    }
}
