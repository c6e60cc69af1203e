using CommSharp.Data.Formats.Vqa;

namespace CommSharp.Evaluation.Metrics.Vqa;

/// <summary>A question, what people answered, and what the model did.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="QuestionType">How the question begins, such as "what color is the"; of OK-VQA its subject.</param>
/// <param name="AnswerType">"yes/no", "number" or "other".</param>
/// <param name="HumanAnswers">The annotators' answers, ten as a rule.</param>
/// <param name="Answer">The model's answer.</param>
public sealed record VqaItem(string Id, string QuestionType, string AnswerType, IReadOnlyList<VqaAnnotatorAnswer> HumanAnswers, string Answer)
{
    /// <summary>An item out of the files of the data set and of the results.</summary>
    /// <param name="annotation">The annotation.</param>
    /// <param name="answer">The model's answer to its question.</param>
    public static VqaItem Of(VqaAnnotation annotation, VqaAnswer answer) =>
        new(annotation.Id, annotation.QuestionType, annotation.AnswerType, annotation.Answers, answer.Answer);
}

/// <summary>What became of one question.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="QuestionType">Its type.</param>
/// <param name="AnswerType">Its answers' type.</param>
/// <param name="Compared">The model's answer as it was compared.</param>
/// <param name="Normalized">Whether the annotators' answers were made alike first.</param>
/// <param name="Accuracy">0 to 1.</param>
public sealed record VqaItemScore(string Id, string QuestionType, string AnswerType, string Compared, bool Normalized, double Accuracy);

/// <summary>The outcome over all questions.</summary>
/// <param name="Items">Question by question.</param>
/// <param name="Sheet">The scores, in percent with two decimals.</param>
public sealed record VqaResult(IReadOnlyList<VqaItemScore> Items, ScoreSheet Sheet);
