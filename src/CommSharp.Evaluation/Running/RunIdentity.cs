namespace CommSharp.Evaluation.Running;

/// <summary>What a run is. A folder of answers can be gone on with only by the same run.</summary>
/// <param name="Version">The version of CommSharp.</param>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Model">The model's folder, as it was given.</param>
/// <param name="ModelFingerprint">Identifies the model: a hash of its configs, its tokenizer and of the ends and sizes of its weight files.</param>
/// <param name="DataFingerprint">Identifies the items: a hash of their ids, pictures, questions and targets.</param>
/// <param name="Items">How many items are asked.</param>
/// <param name="Batch">How many are asked together.</param>
/// <param name="MaxTokens">The longest answer.</param>
/// <param name="Template">The question, with marks for what an item puts into it.</param>
/// <param name="Conventions">How pictures, boxes and decoding are done, a sentence each.</param>
public sealed record RunIdentity(
    string Version,
    string Benchmark,
    string Model,
    string ModelFingerprint,
    string DataFingerprint,
    int Items,
    int Batch,
    int MaxTokens,
    string Template,
    IReadOnlyList<string> Conventions)
{
    /// <summary>The first thing in which two runs differ, for a message; null when they are the same run. Where a model lies does not matter.</summary>
    /// <param name="other">The other run.</param>
    public string? DifferenceFrom(RunIdentity other)
    {
        (string Name, object Mine, object Other)[] members =
        [
            ("version", Version, other.Version),
            ("benchmark", Benchmark, other.Benchmark),
            ("model", ModelFingerprint, other.ModelFingerprint),
            ("data", DataFingerprint, other.DataFingerprint),
            ("number of items", Items, other.Items),
            ("batch", Batch, other.Batch),
            ("longest answer", MaxTokens, other.MaxTokens),
            ("template", Template, other.Template),
            ("conventions", string.Join(' ', Conventions), string.Join(' ', other.Conventions)),
        ];
        return members.Where(member => !member.Mine.Equals(member.Other)).Select(member => $"{member.Name}: {member.Mine} there, {member.Other} now").FirstOrDefault();
    }
}
