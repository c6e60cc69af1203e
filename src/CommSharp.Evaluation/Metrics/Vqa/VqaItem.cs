namespace CommSharp.Evaluation.Metrics.Vqa;

/// <summary>What a person answered. Two of them are the same only if they are so in every part.</summary>
/// <param name="Answer">The answer that is compared; of OK-VQA the stemmed one.</param>
/// <param name="Id">The annotator's number, 1 to 10.</param>
/// <param name="Confidence">How sure the annotator was: "yes", "maybe", "no"; null where the data set does not say.</param>
/// <param name="RawAnswer">The answer before it was stemmed, in OK-VQA; otherwise null.</param>
public sealed record VqaHumanAnswer(string Answer, long Id, string? Confidence = null, string? RawAnswer = null);

/// <summary>A question, what people answered, and what the model did.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="QuestionType">How the question begins, such as "what color is the"; of OK-VQA its subject.</param>
/// <param name="AnswerType">"yes/no", "number" or "other".</param>
/// <param name="HumanAnswers">The annotators' answers, ten as a rule.</param>
/// <param name="Answer">The model's answer.</param>
public sealed record VqaItem(string Id, string QuestionType, string AnswerType, IReadOnlyList<VqaHumanAnswer> HumanAnswers, string Answer);

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
