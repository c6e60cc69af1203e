using System.CommandLine;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Reg;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Cli.Commands.Score;

/// <summary>Captions of regions (referring expression generation), by COCO's evaluation.</summary>
internal sealed class ScoreRegCommand : ScoreVerb
{
    private readonly Option<string> _references = new("--references")
    {
        Description = "People's expressions: JSON lines with \"img_path\", \"bbox\" and \"expression\", such as Shikra's; each of its regions is scored.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _results = new("--results")
    {
        Description = "The captions to score: a list of \"img_path\", \"bbox\" and \"caption\", exactly one for each region.",
        HelpName = "FILE",
        Required = true,
    };

    public ScoreRegCommand()
        : base(
            "reg",
            "CIDEr, BLEU-1 to 4 and ROUGE_L of captions of regions. METEOR and SPICE are not counted.",
            "commsharp score reg --references REC_refcocog_umd_test.jsonl --results results.json")
    {
        Options.Add(_references);
        Options.Add(_results);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        RegReference[] references = [.. RecordCheck.Passing(RegReference.Read(context.Value(_references)!), pictures: null)];
        CaptionResult result = RegionCaptionMetric.Evaluate(
            references.Select(each => new RegionExpression(new PictureRegion(each.Picture, each.Box), each.Expression)),
            RegCaption.Match(references, RegCaption.Read(context.Value(_results)!))
                .ToDictionary(each => new PictureRegion(each.Key.Picture, each.Key.Box), each => each.Value.Caption),
            cancellationToken);
        WriteItems(context, result.Items, CliJson.Default.CaptionItemScore);
        return result.Sheet;
    }
}
