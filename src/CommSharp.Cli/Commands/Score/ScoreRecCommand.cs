using System.CommandLine;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Rec;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Rec;

namespace CommSharp.Cli.Commands.Score;

/// <summary>Referring expressions: whether the boxes of answers are where the words say.</summary>
internal sealed class ScoreRecCommand : ScoreVerb
{
    private static readonly Dictionary<string, RecConvention> Conventions = new(StringComparer.Ordinal)
    {
        ["shikra"] = RecConvention.Shikra,
        ["lmms-eval"] = RecConvention.LmmsEval,
        ["qwen-vl"] = RecConvention.QwenVl,
    };

    private readonly Argument<string> _answers = new("ANSWERS")
    {
        Description = "JSON lines with \"answer\" and either \"target\" (the right answer's text) or \"bbox\" (x1, y1, x2, y2 in pixels), \"width\" and \"height\".",
    };

    private readonly Option<string> _convention = ConventionOption("Which box of an answer counts, and where hits begin", [.. Conventions.Keys]);

    private readonly Option<double> _threshold = new("--threshold")
    {
        Description = "The IoU that makes a hit.",
        HelpName = "IOU",
        DefaultValueFactory = _ => RecConvention.Shikra.Threshold,
    };

    private readonly Option<bool> _inclusive = new("--inclusive") { Description = "Count an IoU equal to the threshold as a hit, as lmms-eval and Qwen-VL do." };
    private readonly Option<double[]> _also = new("--also") { Description = "Another IoU to give the accuracy at; may be repeated.", HelpName = "IOU", DefaultValueFactory = _ => [] };

    public ScoreRecCommand()
        : base("rec", "Accuracy on referring expressions (RefCOCO, RefCOCO+, RefCOCOg).", "commsharp score rec answers.jsonl --also 0.7 --also 0.9")
    {
        Arguments.Add(_answers);
        Options.Add(_convention);
        Options.Add(_threshold);
        Options.Add(_inclusive);
        Options.Add(_also);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        RecConvention chosen = Conventions[context.Value(_convention)!];
        RecConvention convention = chosen with
        {
            Threshold = Checked(context.Value(_threshold), "--threshold"),
            IsInclusive = chosen.IsInclusive || context.Value(_inclusive),
            MoreThresholds = [.. context.Value(_also)!.Select(threshold => Checked(threshold, "--also"))],
        };
        RecResult result = RecMetric.Evaluate(
            RecordCheck.Passing(RecAnswer.Read(context.Value(_answers)), pictures: null).Select(answer => Item(answer, convention)), convention);
        WriteItems(context, result.Items, CliJson.Default.RecItemScore);
        return result.Sheet;
    }

    private static double Checked(double threshold, string option) =>
        threshold is > 0 and <= 1 ? threshold : throw new UsageException($"{option} is an IoU above 0 and at most 1.");

    private static RecItem Item(RecAnswer answer, RecConvention convention) => new(
        answer.Id,
        answer.Answer,
        answer is { Box: { } box, StatedSize: { } size } ? RecTarget.FromPixels(box, size, convention) : RecTarget.FromText(answer.Target!, convention));
}
