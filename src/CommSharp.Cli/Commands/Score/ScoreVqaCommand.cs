using System.CommandLine;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Vqa;

namespace CommSharp.Cli.Commands.Score;

/// <summary>VQA accuracy, for VQAv2 and OK-VQA.</summary>
internal sealed class ScoreVqaCommand : ScoreVerb
{
    private const string Official = "official", LmmsEval = "lmms-eval";

    private readonly Argument<string> _annotations = new("ANNOTATIONS") { Description = "The annotations, such as v2_mscoco_val2014_annotations.json." };
    private readonly Argument<string> _results = new("RESULTS") { Description = "A list of \"question_id\" and \"answer\", as VQA's evaluation takes it." };
    private readonly Option<string> _convention = ConventionOption("When answers are made alike before they are compared", Official, LmmsEval);

    public ScoreVqaCommand()
        : base(
            "vqa",
            "Accuracy on VQAv2 or OK-VQA: overall, by type of question and by type of answer.",
            "commsharp score vqa v2_mscoco_val2014_annotations.json results.json")
    {
        Arguments.Add(_annotations);
        Arguments.Add(_results);
        Options.Add(_convention);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        VqaResult result = VqaMetric.Evaluate(
            VqaAnswer.Match(VqaAnnotation.Read(context.Value(_annotations)), VqaAnswer.Read(context.Value(_results)))
                .Select(pair => VqaItem.Of(pair.Annotation, pair.Answer)),
            context.Value(_convention) == LmmsEval ? VqaConvention.LmmsEval : VqaConvention.Official);
        WriteItems(context, result.Items, CliJson.Default.VqaItemScore);
        return result.Sheet;
    }
}
