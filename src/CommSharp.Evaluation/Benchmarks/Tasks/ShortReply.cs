using CommSharp.Grounding;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>The short answer in what a model said.</summary>
internal static class ShortReply
{
    internal const string Convention = "Where an answer says \"The answer is ...\" once, what follows is judged (Shikra); else all of it.";

    internal static string Of(string answer) => ShortAnswer.Read(answer) ?? answer;
}
