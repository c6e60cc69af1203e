using CommSharp.Answering;
using CommSharp.Data.Tasks;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>Samples that training never sees: their loss, and the model's own answers to some of them. Always the same samples in the same wording.</summary>
/// <param name="samples">The samples.</param>
/// <param name="settings">How many, and how long answers may be.</param>
/// <param name="batchSize">How many go through the model together.</param>
/// <param name="preparer">How they are prepared.</param>
internal sealed class HeldOutSamples(SampleSet samples, ValidationSettings settings, int batchSize, SamplePreparer preparer)
{
    /// <summary>Scores the model as it is.</summary>
    /// <param name="step">After which step.</param>
    /// <param name="model">The model; it is back in training mode afterwards.</param>
    /// <param name="bestLoss">The lowest loss so far.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="CommSharpException">A sample cannot be read.</exception>
    public ValidationReport Score(long step, TrainingModel model, double? bestLoss, CancellationToken cancellationToken)
    {
        model.SetMode(training: false);
        try
        {
            using var unrecorded = no_grad();
            double loss = Loss(model, cancellationToken);
            List<AnsweredSample> answers = Answers(model, cancellationToken);
            double[] overlaps = [.. answers.Where(answer => answer.IoU is not null).Select(answer => answer.IoU!.Value)];
            return new ValidationReport(
                step,
                loss,
                answers.Count == 0 ? null : answers.Average(answer => answer.Exact ? 1.0 : 0),
                overlaps.Length == 0 ? null : overlaps.Average(),
                answers,
                LayerWeightsOf(model),
                IsBest: double.IsFinite(loss) && (bestLoss is null || loss < bestLoss));
        }
        finally
        {
            model.SetMode(training: true);
        }
    }

    /// <summary>Prepares every sample that will be needed, so that a bad one is known before the first step and not at the first validation.</summary>
    /// <param name="cancellationToken">Looked at between samples.</param>
    /// <exception cref="CommSharpException">A sample cannot be made, its picture cannot be read, or it does not fit.</exception>
    public void RequireUsable(CancellationToken cancellationToken)
    {
        foreach (SampleReference reference in samples.Spread(settings.Samples).Union(samples.Spread(settings.Answers)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Prepare(reference);
        }
    }

    /// <summary>What the merges have learned.</summary>
    public static IReadOnlyList<LayerWeights> LayerWeightsOf(TrainingModel model) =>
    [
        .. model.Model.Vision.Branches.Select((branch, i) => (Branch: branch, Name: $"{i + 1}-{branch.Config.Family}"))
            .Where(each => each.Branch.Merge.LayerWeights.Count > 0)
            .Select(each => new LayerWeights(each.Name, each.Branch.Layers, each.Branch.Merge.LayerWeights)),
    ];

    private double Loss(TrainingModel model, CancellationToken cancellationToken)
    {
        double sum = 0;
        long tokens = 0;
        foreach (SampleReference[] chunk in samples.Spread(settings.Samples).Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrainingBatch batch = ((IReadOnlyList<PreparedSample>)[.. chunk.Select(Prepare)]).ToBatch();
            using DisposeScope scope = NewDisposeScope();
            using var tensors = new BatchTensors(batch, model.Model.Options.Device, model.Model.Options.ComputeDtype);
            sum += model.Model.AnswerLoss(tensors.Images, tensors.Ids, tensors.Labels, tensors.Questions).item<float>();
            tokens += batch.AnswerTokens;
        }

        return sum / tokens;
    }

    private PreparedSample Prepare(SampleReference reference) => preparer.Prepare(samples, reference, augmentation: null, SampleChance.None);

    private List<AnsweredSample> Answers(TrainingModel model, CancellationToken cancellationToken)
    {
        var answers = new List<AnsweredSample>();
        using Assistant assistant = Assistant.Around(model.Model, model.Tokenizer);
        foreach (SampleReference[] chunk in samples.Spread(settings.Answers).Chunk(batchSize))
        {
            Asked[] asked = [.. chunk.Select(reference => Ask(reference, assistant))];
            IReadOnlyList<Answer> given = assistant.AskTogether([.. asked.Select(each => each.Question)], cancellationToken);
            answers.AddRange(asked.Zip(given, (each, answer) => each.Compare(answer)));
        }

        return answers;
    }

    private Asked Ask(SampleReference reference, Assistant assistant)
    {
        TaskSample sample = samples.Make(reference, SampleChance.None).Separate()[0]; // of questions that stand apart the first
        RgbImage? picture = samples.ReadPicture(reference, sample);
        ImageGeometry? geometry = picture is null ? null : assistant.GeometryOf(picture);
        var question = new Question
        {
            Conversation = sample.AsQuestion().Write(assistant.Config.Boxes, geometry),
            Images = picture is null ? [] : [picture],
            Options = new GenerationOptions { MaxTokens = settings.MaxTokens },
        };
        return new Asked(sample, picture, geometry, question, TextOf(sample.Turns[^1].Write(assistant.Config.Boxes, geometry)));
    }

    private static string TextOf(Turn turn) => string.Concat(turn.Parts.OfType<TextPart>().Select(part => part.Text)).Trim();

    /// <summary>A sample that waits for the model's answer.</summary>
    private sealed record Asked(TaskSample Sample, RgbImage? Picture, ImageGeometry? Geometry, Question Question, string Truth)
    {
        public AnsweredSample Compare(Answer answer)
        {
            PixelBox[] boxes = [.. Sample.Turns[^1].Parts.OfType<SampleBoxes>().SelectMany(part => part.Boxes)];
            return new AnsweredSample(
                Sample.Place.ToString(),
                Picture,
                TextOf(Question.Conversation.Turns[^1]),
                Truth,
                boxes,
                answer,
                answer.Text.Trim() == Truth,
                boxes.Length == 0 ? null : Overlap(boxes[0], answer));
        }

        private double Overlap(PixelBox truth, Answer answer) =>
            answer.Phrases.SelectMany(phrase => phrase.Regions).FirstOrDefault() is { } region
                && BoxOverlap.PreciseIntersectionOverUnion(region.Normalized, Geometry!.ToModel(truth)) is var overlap && double.IsFinite(overlap)
                ? overlap
                : 0;
    }
}
