using System.Text.RegularExpressions;
using CommSharp.Data.Formats.Shikra;
using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>
/// A question of GQA, with places in it or without, answered shortly, with reasons, or with the question's program. Shikra's variants are q-a
/// (<see cref="AnswerForm.Brief"/>), q-c (<see cref="AnswerForm.Text"/>), q-bc (<see cref="AnswerForm.Boxes"/>), q-s and q-bs (the same with a
/// program), and qb- instead of q- for places in the question.
/// </summary>
/// <param name="form">How much the answer says.</param>
/// <param name="templates">The wordings, of a kind that holds a question; the built-in ones for the form when null.</param>
public sealed partial class GqaTask(AnswerForm form, QuestionTemplates? templates = null) : ISampleTask<GqaQuestion>
{
    private readonly QuestionTemplates _templates = QuestionTemplates.OfQuestion(templates, form.Templates());

    /// <summary>Whether the question's program in words takes the place of the reasons.</summary>
    public bool AsProgram { get; init; }

    /// <summary>How often the things that a question names have boxes in it: 0 never, 1 always.</summary>
    public double BoxedQuestions { get; init; }

    /// <summary>The scene graphs, which programs with places and boxed questions need.</summary>
    public SceneGraphs? Graphs { get; init; }

    /// <inheritdoc/>
    public TaskSample Make(GqaQuestion record, SampleChance chance) => TaskSample.Of(
        record,
        _templates.Choose(chance).Fill(chance.Happens(BoxedQuestions) ? BoxedQuestion(record) : [record.Question]),
        form == AnswerForm.Brief ? [$"The answer is {record.Answer}."]
        : AsProgram ? [.. ProgramOf(record), $". The answer is {record.Answer}."]
        : record.Reasoning?.AsParts(form) ?? throw TaskSample.Missing(record, "cot"),
        form == AnswerForm.Brief && record.ReasoningBoxes.Count > 0 ? record.ReasoningBoxes : null);

    /// <summary>The boxes stand behind the last word of what they mean; the words are joined by single blanks, as Shikra joins them.</summary>
    private List<SamplePart> BoxedQuestion(GqaQuestion record)
    {
        IReadOnlyList<GqaReference> references = record.References ?? throw TaskSample.Missing(record, "annotations.question");
        string[] words = GqaQuestion.WordsOf(record.Question);
        var parts = new List<SamplePart>();
        for (int i = 0; i < words.Length; i++)
        {
            parts.Add(i == 0 ? words[i] : " " + words[i]);
            parts.AddRange(references.Where(reference => reference.LastWord == i)
                .Select(reference => new SampleBoxes(Find(record, reference.Objects, reference.Place))));
        }

        return parts;
    }

    /// <summary>"select: shape (100) -&gt;query: color [0]" with the ids in brackets replaced by the objects' boxes, or "(-)" by nothing.</summary>
    private List<SamplePart> ProgramOf(GqaQuestion record)
    {
        string program = record.Program ?? throw TaskSample.Missing(record, "semanticStr");
        var parts = new List<SamplePart>();
        int at = 0;
        foreach (Match match in Ids.Matches(program))
        {
            parts.Add(program[at..match.Index]);
            at = match.Index + match.Length;
            if (form != AnswerForm.Text && match.Groups["ids"].Value is not "-" and var ids)
            {
                parts.Add(AnswerForms.AsPart("", Find(record, ids.Split(','), record.Place.Of("semanticStr")), form));
            }
        }

        parts.Add(program[at..]);
        return parts;
    }

    private PixelBox[] Find(GqaQuestion record, IReadOnlyList<string> ids, DataPlace place)
    {
        SceneGraphs graphs = Graphs ?? throw new InvalidOperationException("Places in questions and in programs need the scene graphs.");
        SceneGraph graph = graphs.Find(record.ImageId, place);
        return [.. ids.Select(id => graph.Find(id, place))];
    }

    [GeneratedRegex(@"\s\((?<ids>[0-9]+(?:,[0-9]+)*|-)\)\s?")]
    private static partial Regex Ids { get; }
}
