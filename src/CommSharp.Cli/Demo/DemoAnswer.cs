using CommSharp.Answering;

namespace CommSharp.Cli.Demo;

/// <summary>A question of the demonstration and its answer.</summary>
internal sealed record DemoAnswer(DemoQuestion Question, Answer Answer)
{
    /// <summary>Whether the answer is right.</summary>
    public bool IsRight => Question.IsRight(Answer);
}
