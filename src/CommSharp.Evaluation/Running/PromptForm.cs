using CommSharp.Evaluation.Benchmarks;
using CommSharp.Text;

namespace CommSharp.Evaluation.Running;

/// <summary>Questions made of templates. What is put into a template is words, whatever it looks like.</summary>
internal static class PromptForm
{
    /// <summary>Refuses a template that lacks a mark or has it twice.</summary>
    /// <exception cref="CommSharpException">Names the mark.</exception>
    public static void Require(string template, EvaluationTask task)
    {
        foreach (string mark in new[] { EvaluationTask.PictureMark, task.Mark }.OfType<string>())
        {
            int times = template.Split(mark).Length - 1;
            if (times != 1)
            {
                throw new CommSharpException($"The template \"{template}\" has the mark {mark} {times} times; it must stand there once.");
            }
        }
    }

    /// <summary>The question.</summary>
    /// <param name="template">The words around it.</param>
    /// <param name="mark">Where the filling goes; null for nowhere.</param>
    /// <param name="filling">What goes there.</param>
    public static Turn Turn(string template, string? mark, string filling)
    {
        Turn turn = CommSharp.Text.Turn.Parse(TurnRole.User, template, EvaluationTask.PictureMark);
        return mark is null
            ? turn
            : turn with { Parts = [.. turn.Parts.Select(part => part is TextPart text ? new TextPart(text.Text.Replace(mark, filling, StringComparison.Ordinal)) : part)] };
    }

    /// <summary>The question as a line of a log.</summary>
    public static string Text(Turn turn) => string.Concat(turn.Parts.Select(part => part is TextPart text ? text.Text : EvaluationTask.PictureMark));
}
