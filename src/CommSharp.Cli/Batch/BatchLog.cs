using System.Text;
using System.Text.Json;

namespace CommSharp.Cli.Batch;

/// <summary>
/// The file of answers. Every line is on the disk before the next one begins; a line that was being written when the program was killed is cut off before
/// the file is gone on with, so that nothing in it is ever half-written for long.
/// </summary>
internal sealed class BatchLog : IDisposable
{
    private static readonly byte[] LineStart = [.. "{\"line\":"u8];

    private readonly FileStream _stream;
    private readonly long _end;

    private BatchLog(FileStream stream, IReadOnlyList<BatchAnswer> answers, long end) => (_stream, Answers, _end) = (stream, answers, end);

    /// <summary>The answers that were there when the file was opened.</summary>
    public IReadOnlyList<BatchAnswer> Answers { get; }

    /// <summary>Opens the file to go on with it; nothing in it is changed before <see cref="Begin"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fresh">Whether what it holds is to be thrown away.</param>
    /// <exception cref="CommSharpException">It cannot be written, or holds something else than answers.</exception>
    public static BatchLog Open(string path, bool fresh)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: cannot be written: {error.Message}", error);
        }

        try
        {
            (List<BatchAnswer> answers, long end) = fresh ? ([], 0) : ReadWhole(path, stream);
            return new BatchLog(stream, answers, end);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Takes away what is thrown away or half-written; to be called before the first line is added.</summary>
    /// <exception cref="CommSharpException">It cannot be written.</exception>
    public void Begin()
    {
        try
        {
            _stream.SetLength(_end);
            _stream.Seek(_end, SeekOrigin.Begin);
        }
        catch (IOException error)
        {
            throw new CommSharpException($"{_stream.Name}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="CommSharpException">It cannot be written.</exception>
    public void Append(BatchAnswer answer)
    {
        try
        {
            _stream.Write(BatchJson.Line(answer));
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            throw new CommSharpException($"{_stream.Name}: cannot be written: {error.Message}; the answers up to here are kept.", error);
        }
    }

    public void Dispose() => _stream.Dispose();

    private static (List<BatchAnswer> Answers, long End) ReadWhole(string path, FileStream stream)
    {
        var answers = new List<BatchAnswer>();
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        byte[] bytes = reader.ReadBytes((int)Math.Min(stream.Length, Array.MaxLength));
        int end = 0;
        for (int next = bytes.AsSpan().IndexOf((byte)'\n'); next >= 0; next = bytes.AsSpan(end).IndexOf((byte)'\n'))
        {
            answers.Add(Read(bytes.AsSpan(end, next), $"{path}, line {answers.Count + 1}"));
            end += next + 1;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(end);
        return rest.StartsWith(LineStart) || LineStart.AsSpan().StartsWith(rest)
            ? (answers, end)
            : throw new CommSharpException(NoAnswer($"{path}, line {answers.Count + 1}"));
    }

    private static BatchAnswer Read(ReadOnlySpan<byte> line, string place)
    {
        try
        {
            BatchAnswer? answer = JsonSerializer.Deserialize(line, BatchJson.Default.BatchAnswer);
            return answer is { Line: > 0 } && (answer.Text is null) != (answer.Error is null) ? answer : throw new JsonException("no answer");
        }
        catch (JsonException error)
        {
            throw new CommSharpException(NoAnswer(place), error);
        }
    }

    private static string NoAnswer(string place) => $"{place}: is no answer of this verb; name another file, or begin it anew with --fresh.";
}
