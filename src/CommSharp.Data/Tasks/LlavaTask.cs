using CommSharp.Data.Formats.Llava;
using CommSharp.Text;

namespace CommSharp.Data.Tasks;

/// <summary>
/// A conversation of LLaVA's files as it stands; no template is needed. What the model says before the first question is left out, and a second
/// mark of the picture in one turn, as LLaVA's own code does. Boxes in the words stay words, in LLaVA's form.
/// </summary>
/// <param name="captionsOnly">Whether the questions' words are left out and only the picture is shown: LLaVA's first stage of training.</param>
public sealed class LlavaTask(bool captionsOnly = false) : ISampleTask<LlavaRecord>
{
    /// <inheritdoc/>
    public TaskSample Make(LlavaRecord record, SampleChance chance)
    {
        SampleTurn[] turns = [.. record.Turns.SkipWhile(turn => turn.Role == TurnRole.Assistant).Select(AsTurn)];
        if (captionsOnly)
        {
            turns = turns.Length == 2 && turns[0].ImageCount == 1
                ? [SampleTurn.User(new SampleImage()), turns[1]]
                : throw new DataException(
                    record.Place.Of("conversations"), "is no picture with a caption: one question that shows it and one answer");
        }

        return new TaskSample { Place = record.Place, Picture = record.Picture, Turns = turns };
    }

    private static SampleTurn AsTurn(LlavaTurn turn)
    {
        var parts = new List<SamplePart>();
        foreach (string text in turn.Text.Split(LlavaRecord.ImageMark))
        {
            parts.Add(text);
            parts.Add(new SampleImage());
        }

        int first = parts.FindIndex(part => part is SampleImage);
        parts.RemoveAt(parts.Count - 1); // there is one picture less than texts
        return new SampleTurn(turn.Role, [.. parts.Where((part, i) => i == first || part is not SampleImage)]);
    }
}
