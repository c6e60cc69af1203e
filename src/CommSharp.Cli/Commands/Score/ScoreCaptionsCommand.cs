using System.CommandLine;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Coco;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Cli.Commands.Score;

/// <summary>Captions of whole pictures, by COCO's evaluation.</summary>
internal sealed class ScoreCaptionsCommand : ScoreVerb
{
    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "People's captions in COCO's format, such as captions_val2014.json; each of its pictures is scored.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _results = new("--results")
    {
        Description = "The captions to score: a list of \"image_id\" and \"caption\", exactly one for each picture.",
        HelpName = "FILE",
        Required = true,
    };

    public ScoreCaptionsCommand()
        : base(
            "captions",
            "CIDEr, BLEU-1 to 4 and ROUGE_L of captions. METEOR and SPICE are not counted.",
            "commsharp score captions --annotations captions_val2014.json --results results.json")
    {
        Options.Add(_annotations);
        Options.Add(_results);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        IEnumerable<CocoCaptionImage> images = RecordCheck.Passing(CocoCaptionImage.Read(context.Value(_annotations)!), pictures: null);
        CaptionResult result = CaptionMetric.Evaluate(
            [
                .. CocoCaptionResult.Match(images, CocoCaptionResult.Read(context.Value(_results)!))
                    .Select(pair => new CaptionItem(pair.Image.Id, pair.Result.Caption, [.. pair.Image.Captions.Select(caption => caption.Text)])),
            ],
            CaptionWords.Ptb,
            cancellationToken);
        WriteItems(context, result.Items, CliJson.Default.CaptionItemScore);
        return result.Sheet;
    }
}
