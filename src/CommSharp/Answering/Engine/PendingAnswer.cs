using System.Threading.Channels;

namespace CommSharp.Answering.Engine;

/// <summary>An answer that an engine works at.</summary>
public sealed class PendingAnswer
{
    internal PendingAnswer(ChannelReader<AnswerPiece> pieces, Task<Answer> whole) => (Pieces, Whole) = (pieces, whole);

    /// <summary>
    /// The answer as it comes; together the pieces are the whole text and all of its phrases. The channel ends with the answer, and with the error that
    /// ended it: <see cref="OperationCanceledException"/> when it was cancelled, <see cref="EngineStoppedException"/> when the engine was disposed of.
    /// Nothing waits for a reader.
    /// </summary>
    public ChannelReader<AnswerPiece> Pieces { get; }

    /// <summary>The whole answer; fails as <see cref="Pieces"/> does.</summary>
    public Task<Answer> Whole { get; }
}
