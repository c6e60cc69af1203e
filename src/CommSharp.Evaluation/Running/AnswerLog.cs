using System.Text;
using System.Text.Json;
using CommSharp.Data;

namespace CommSharp.Evaluation.Running;

/// <summary>What was asked and answered.</summary>
/// <param name="Index">The item's place in the benchmark, counted from 0.</param>
/// <param name="Id">The item's id.</param>
/// <param name="Picture">The picture that was shown.</param>
/// <param name="Prompt">What was asked, with a mark at the picture's place.</param>
/// <param name="Answer">What the model said.</param>
public sealed record LoggedAnswer(int Index, string Id, string Picture, string Prompt, string Answer);

/// <summary>
/// The answers of a run as JSON lines, written batch by batch so that a run can go on where it was stopped. A batch that was being written when the
/// run was killed is asked again: batches are then composed as they would have been, and so are the answers.
/// </summary>
public sealed class AnswerLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly List<LoggedAnswer> _answers;

    private AnswerLog(FileStream stream, List<LoggedAnswer> answers)
    {
        _stream = stream;
        _answers = answers;
    }

    /// <summary>The answers so far.</summary>
    public IReadOnlyList<LoggedAnswer> Answers => _answers;

    /// <summary>Opens a log, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="batch">How many answers are written at once.</param>
    /// <param name="total">How many there will be; the last batch may be smaller.</param>
    /// <exception cref="CommSharpException">The file cannot be written, or holds something else.</exception>
    public static AnswerLog Open(string path, int batch, int total)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: cannot be written ({error.Message}); is another run at work on this folder?", error);
        }

        try
        {
            (List<LoggedAnswer> answers, List<long> ends) = ReadWhole(path, stream);
            int kept = answers.Count >= total ? Math.Min(answers.Count, total) : answers.Count / batch * batch;
            stream.SetLength(kept == 0 ? 0 : ends[kept - 1]);
            stream.Seek(0, SeekOrigin.End);
            return new AnswerLog(stream, answers[..kept]);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a batch and makes sure that it is on the disk.</summary>
    /// <exception cref="CommSharpException">It cannot be written.</exception>
    public void Append(IReadOnlyList<LoggedAnswer> batch)
    {
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(string.Concat(batch.Select(answer => EvaluationJson.Line(answer) + "\n"))));
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw new CommSharpException($"{_stream.Name}: cannot be written: {error.Message}; the answers up to here are kept.", error);
        }

        _answers.AddRange(batch);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The answers whose lines are whole, and where each line ends.</summary>
    private static (List<LoggedAnswer> Answers, List<long> Ends) ReadWhole(string path, FileStream stream)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var answers = new List<LoggedAnswer>();
        var ends = new List<long>();
        int start = 0;
        for (int end = bytes.AsSpan().IndexOf((byte)'\n'); end >= 0; end = bytes.AsSpan(start).IndexOf((byte)'\n') is >= 0 and var next ? start + next : -1)
        {
            var place = new DataPlace(path, Line: answers.Count + 1);
            LoggedAnswer answer = Read(bytes.AsMemory(start, end - start), place);
            if (answer.Index != answers.Count)
            {
                throw new DataException(place, $"holds answer {answer.Index}, but answer {answers.Count} comes here; begin again in another folder");
            }

            answers.Add(answer);
            start = end + 1;
            ends.Add(start);
        }

        return (answers, ends);
    }

    private static LoggedAnswer Read(ReadOnlyMemory<byte> line, DataPlace place)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Span, EvaluationJson.Default.LoggedAnswer) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new DataException(place, "is no answer of a run; begin again in another folder", error);
        }
    }
}
