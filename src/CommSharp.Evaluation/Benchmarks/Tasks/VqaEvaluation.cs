using System.Globalization;
using System.Text.Json;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.Vqa;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>What people answered to a question of VQAv2 or OK-VQA.</summary>
/// <param name="Annotation">The annotation.</param>
public sealed record VqaTarget(VqaAnnotation Annotation) : Target
{
    /// <inheritdoc/>
    public override string Text => string.Join('\0', Annotation.Answers.Select(answer => answer.Answer));
}

/// <summary>Questions with short answers, scored by how many people agree.</summary>
public sealed class VqaEvaluation : EvaluationTask
{
    private const int MostConstants = 20;

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.ShortAnswer;

    /// <inheritdoc/>
    public override int MaxTokens => 32;

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        VqaResult result = VqaMetric.Evaluate(items.Select((item, i) =>
        {
            VqaAnnotation annotation = ((VqaTarget)item.Target!).Annotation;
            return VqaItem.Of(annotation, new VqaAnswer(item.Place, item.Id, ShortReply.Of(answers[i])));
        }));
        ScoreSheet sheet = result.Sheet with { Conventions = [ShortReply.Convention, .. result.Sheet.Conventions] };
        return new Scoring(sheet, [.. result.Items.Select((score, i) => new Judgement(score.Compared, string.Join(" | ", People(items[i])), score.Accuracy))]);
    }

    /// <inheritdoc/>
    public override string? SortOf(EvaluationItem item) => ((VqaTarget)item.Target!).Annotation.QuestionType;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) =>
    [
        .. items.SelectMany(People).GroupBy(answer => answer, StringComparer.Ordinal).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Take(MostConstants).Select(group => group.Key),
    ];

    /// <summary>A results file in the official layout, for the splits whose answers only the server knows.</summary>
    public override string? Submission(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers)
    {
        if (items.All(item => item.Target is not null))
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach ((EvaluationItem item, string answer) in items.Zip(answers))
            {
                writer.WriteStartObject();
                if (long.TryParse(item.Id, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
                {
                    writer.WriteNumber("question_id", id);
                }
                else
                {
                    writer.WriteString("question_id", item.Id);
                }

                writer.WriteString("answer", ShortReply.Of(answer));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static IEnumerable<string> People(EvaluationItem item) => ((VqaTarget)item.Target!).Annotation.Answers.Select(each => each.Answer);
}
