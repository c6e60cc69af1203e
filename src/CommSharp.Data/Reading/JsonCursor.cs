using System.Text.Json;

namespace CommSharp.Data.Reading;

/// <summary>Walks through a JSON file token by token with a buffer of bounded size, and stops at the elements of one list.</summary>
internal sealed class JsonCursor(string path, string? member) : IDisposable
{
    private const int LongestElement = 256 << 20; // bytes

    private readonly ByteSource _source = new(path);
    private readonly DataPlace _file = new(path);
    private JsonReaderState _state;
    private JsonTokenType _token;
    private string? _name; // of the member at depth 1 that was named last
    private string? _text; // the token's, when it is a text at depth 1
    private int _depth;

    /// <summary>Goes to the list's start.</summary>
    public void Enter()
    {
        if (member is null)
        {
            Read();
            Require(JsonTokenType.StartArray, _file, "is not a list; the format is one list of records");
            return;
        }

        EnterMember(member);
        Require(JsonTokenType.StartArray, _file.Of(member), "is not a list");
    }

    /// <summary>The text that the wanted member is; nothing after it is looked at.</summary>
    public string ReadText(string name)
    {
        EnterMember(name);
        Require(JsonTokenType.String, _file.Of(name), "is not a text");
        return _text!;
    }

    /// <summary>The next element's bytes, valid until the next call; null at the list's end.</summary>
    public ReadOnlyMemory<byte>? TryNext()
    {
        while (true)
        {
            if (TrySkipElement(out int start, out int length, out bool isEnd))
            {
                ReadOnlyMemory<byte> bytes = _source.Unread[start..length];
                _source.Advance(length);
                return isEnd ? new ReadOnlyMemory<byte>?() : bytes;
            }

            ReadMore();
        }
    }

    /// <summary>Goes to the file's end, which a file that was cut does not have.</summary>
    public void Leave()
    {
        if (member is not null && SeekMember())
        {
            throw new DataException(_file, $"has the member '{member}' twice");
        }

        while (TryRead())
        {
            // Only white space may follow, and the reader says so.
        }
    }

    public void Dispose() => _source.Dispose();

    /// <summary>Looks at the next element in what is in memory; nothing is used up. False when it is not there in full.</summary>
    private bool TrySkipElement(out int start, out int length, out bool isEnd)
    {
        (start, length, isEnd) = (0, 0, false);
        var reader = new Utf8JsonReader(_source.Unread.Span, _source.IsAtEnd, _state);
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            isEnd = reader.TokenType == JsonTokenType.EndArray;
            start = (int)reader.TokenStartIndex;
            if (!isEnd && !reader.TrySkip())
            {
                return false;
            }
        }
        catch (JsonException error)
        {
            throw Broken(error, reader.BytesConsumed);
        }

        length = (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        _depth = reader.CurrentDepth;
        _token = reader.TokenType;
        return true;
    }

    /// <summary>Goes to the value of the wanted member, which must be there.</summary>
    private void EnterMember(string name)
    {
        Read();
        Require(JsonTokenType.StartObject, _file, "is not an object; the format is one object with lists in it");
        if (!SeekMember())
        {
            throw new DataException(_file, $"has no member '{name}'; the format requires it");
        }
    }

    /// <summary>Goes on to the value of the wanted member of the file's object; false at the object's end.</summary>
    private bool SeekMember()
    {
        while (TryRead())
        {
            if (_depth == 1 && _token == JsonTokenType.PropertyName && _name == member)
            {
                Read();
                return true;
            }

            if (_depth == 0)
            {
                return false;
            }
        }

        return false;
    }

    private void Require(JsonTokenType token, DataPlace place, string problem)
    {
        if (_token != token)
        {
            throw new DataException(place, problem);
        }
    }

    private void Read()
    {
        if (!TryRead())
        {
            throw new DataException(_file, "is empty");
        }
    }

    /// <summary>Reads a token; false at the file's end.</summary>
    private bool TryRead()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_source.Unread.Span, _source.IsAtEnd, _state);
            try
            {
                if (reader.Read())
                {
                    _token = reader.TokenType;
                    _depth = reader.CurrentDepth;
                    _name = _token == JsonTokenType.PropertyName && _depth == 1 ? reader.GetString() : _name;
                    _text = _token == JsonTokenType.String && _depth == 1 ? reader.GetString() : null;
                    _state = reader.CurrentState;
                    _source.Advance((int)reader.BytesConsumed);
                    return true;
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                if (_source.IsAtEnd && _source.Unread.Span.Trim(" \t\r\n"u8).IsEmpty && _token == JsonTokenType.None)
                {
                    return false;
                }

                throw Broken(error, reader.BytesConsumed);
            }

            if (_source.IsAtEnd)
            {
                return false;
            }

            ReadMore();
        }
    }

    private void ReadMore() => _source.TryRead(LongestElement, _file);

    private DataException Broken(Exception error, long consumed)
    {
        // A number is the one value whose end nothing marks: cut there, it is used up and then missed.
        bool isCut = _source.IsAtEnd && (consumed >= _source.Unread.Length
            || error.Message.Contains("end of data", StringComparison.Ordinal)
            || error.Message.Contains("at the end of the JSON", StringComparison.Ordinal));
        return isCut
            ? new DataException(_file, $"ends too early, after {_source.Position + _source.Unread.Length} bytes: it was cut off; get the whole file", error)
            : new DataException(_file, $"is not valid JSON at byte {_source.Position + consumed}: {StrictElement.Plain(error)}", error);
    }
}
