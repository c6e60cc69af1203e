using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Data.Reading;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Cli.Batch;

/// <summary>Puts the lines of a file to an engine, some at a time, and writes their answers in the order of the lines.</summary>
/// <param name="engine">The engine.</param>
/// <param name="read">Reads a picture by its path.</param>
/// <param name="options">How answers are generated where a line says nothing.</param>
/// <param name="boxes">What is done so that boxes can be read where a line says nothing.</param>
internal sealed class BatchRun(AnswerEngine engine, Func<string, RgbImage> read, GenerationOptions options, BoxGuidance boxes)
{
    /// <summary>Answers lines.</summary>
    /// <param name="lines">Those that are not answered yet.</param>
    /// <param name="log">Takes the answers.</param>
    /// <param name="onAnswer">Called with every answer, once it is written.</param>
    /// <param name="cancellationToken">Ends the run between two answers.</param>
    public async Task CompleteAsync(IEnumerable<TextLine> lines, BatchLog log, Action<BatchAnswer> onAnswer, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new Queue<Task<BatchAnswer>>();
        try
        {
            foreach (TextLine line in lines)
            {
                // The next pictures are decoded while the engine works at the last ones.
                asked.Enqueue(AskAsync(line, stopping.Token));
                if (asked.Count >= engine.Options.MaxQueue)
                {
                    await WriteNextAsync();
                }
            }

            while (asked.Count > 0)
            {
                await WriteNextAsync();
            }
        }
        finally
        {
            await stopping.CancelAsync();
        }

        async Task WriteNextAsync()
        {
            BatchAnswer answer = await asked.Dequeue();
            log.Append(answer);
            onAnswer(answer);
        }
    }

    private async Task<BatchAnswer> AskAsync(TextLine line, CancellationToken cancellationToken)
    {
        int number = line.Place.Line ?? 0;
        try
        {
            var question = BatchQuestion.Read(line.Text, options, boxes);
            Answer answer = await engine.AskAsync(Prepare(question), cancellationToken);
            return BatchAnswer.Of(number, question, answer);
        }
        catch (CommSharpException error) when (error is not EngineStoppedException)
        {
            return new BatchAnswer(number, BatchQuestion.IdOf(line.Text), Error: error.Message);
        }
    }

    private Question Prepare(BatchQuestion question)
    {
        RgbImage[] images = [.. question.Images.Select(read)];
        ImageGeometry? geometry = images.Length > 0 ? engine.GeometryOf(PictureSize.Of(images[^1])) : null;
        string text = PlacedQuestion.Parse(question.Text).Write(engine.Config.Boxes, geometry);
        return new Question
        {
            Conversation = new Conversation([new Turn(TurnRole.User, [.. images.Select(_ => new ImagePart()), new TextPart(text)])]),
            Images = images,
            Options = question.Options,
            Boxes = question.Boxes,
        };
    }
}
