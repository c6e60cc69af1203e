using System.CommandLine;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Pope;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Pope;

namespace CommSharp.Cli.Commands.Score;

/// <summary>POPE: yes or no, is the object in the picture?</summary>
internal sealed class ScorePopeCommand : ScoreVerb
{
    private const string Official = "official", LmmsEval = "lmms-eval";

    private readonly Argument<string> _questions = new("QUESTIONS") { Description = "POPE's questions, such as coco_pope_random.json." };
    private readonly Argument<string> _answers = new("ANSWERS") { Description = "JSON lines with \"question\" and \"answer\", in the order of the questions." };
    private readonly Option<string> _convention = ConventionOption("How an answer is taken for yes or no", Official, LmmsEval);

    public ScorePopeCommand()
        : base("pope", "Accuracy, precision, recall, F1 and yes ratio on POPE.", "commsharp score pope coco_pope_random.json answers.jsonl")
    {
        Arguments.Add(_questions);
        Arguments.Add(_answers);
        Options.Add(_convention);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        IEnumerable<PopeQuestion> questions = RecordCheck.Passing(PopeQuestion.Read(context.Value(_questions)), pictures: null);
        PopeResult result = PopeMetric.Evaluate(
            PopeAnswer.Match(questions, PopeAnswer.Read(context.Value(_answers)))
                .Select(pair => new PopeItem(pair.Question.Id, pair.Question.IsYes, pair.Answer.Answer)),
            context.Value(_convention) == LmmsEval ? PopeConvention.LmmsEval : PopeConvention.Official);
        WriteItems(context, result.Items, CliJson.Default.PopeItemScore);
        return result.Sheet;
    }
}
