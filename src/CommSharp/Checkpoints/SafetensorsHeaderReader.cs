using System.Text.Json;

namespace CommSharp.Checkpoints;

/// <summary>Reads a header's JSON token by token: duplicate names, which a document would merge, are seen, and nothing is kept twice.</summary>
internal ref struct SafetensorsHeaderReader
{
    private const int MostDimensions = 64;

    private readonly string _path;
    private Utf8JsonReader _json;

    private SafetensorsHeaderReader(string path, ReadOnlySpan<byte> json)
    {
        _path = path;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 });
    }

    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="InvalidOperationException">Not valid UTF-8, or half a surrogate pair.</exception>
    public static (OrderedDictionary<string, SafetensorsEntry>, IReadOnlyDictionary<string, string>) Read(string path, ReadOnlySpan<byte> json) =>
        new SafetensorsHeaderReader(path, json).Read();

    private (OrderedDictionary<string, SafetensorsEntry>, IReadOnlyDictionary<string, string>) Read()
    {
        var tensors = new OrderedDictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        Dictionary<string, string>? metadata = null;
        _json.Read();
        while (NextMember() is { } name)
        {
            if (name == SafetensorsHeader.MetadataName)
            {
                if (metadata is not null)
                {
                    throw Wrong($"has two members {SafetensorsHeader.MetadataName}");
                }

                metadata = ReadMetadata();
            }
            else if (!tensors.TryAdd(name, ReadTensor(name)))
            {
                throw Wrong($"has two tensors named {Printable.Name(name)}");
            }
        }

        _json.Read(); // Throws when anything but white space follows.
        return (tensors, metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Next(JsonTokenType.StartObject))
        {
            throw Wrong($"has a {SafetensorsHeader.MetadataName} that is not an object");
        }

        while (NextMember() is { } key)
        {
            if (!Next(JsonTokenType.String))
            {
                throw Wrong($"has metadata {Printable.Name(key)} that is not text");
            }

            if (!metadata.TryAdd(key, _json.GetString()!))
            {
                throw Wrong($"has metadata {Printable.Name(key)} twice");
            }
        }

        return metadata;
    }

    private SafetensorsEntry ReadTensor(string name)
    {
        StoredDtype? dtype = null;
        List<long>? shape = null, offsets = null;
        if (!Next(JsonTokenType.StartObject))
        {
            throw Wrong("is not described by an object", name);
        }

        while (NextMember() is { } member)
        {
            switch (member)
            {
                case "dtype" when dtype is null: dtype = ReadDtype(name); break;
                case "shape" when shape is null: shape = ReadNumbers(name, member, MostDimensions); break;
                case "data_offsets" when offsets is null: offsets = ReadNumbers(name, member, 2); break;
                default: throw Wrong($"has an unknown or repeated member {Printable.Name(member)}", name);
            }
        }

        if (dtype is null || shape is null || offsets is not [var begin, var end])
        {
            throw Wrong("needs a dtype, a shape and two data_offsets", name);
        }

        if (begin > end)
        {
            throw Wrong($"starts at byte {begin}, after its end at {end}", name);
        }

        long size = dtype.Size(shape) ?? throw Wrong($"has the impossible shape {Printable.Shape(shape)}", name);
        if (size != end - begin)
        {
            throw Wrong($"of shape {Printable.Shape(shape)} and dtype {dtype.SafetensorsName} needs {size} bytes, "
                + $"but its data_offsets span {end - begin}", name);
        }

        return new SafetensorsEntry(name, dtype, shape, begin, end);
    }

    private StoredDtype ReadDtype(string tensor)
    {
        if (!Next(JsonTokenType.String))
        {
            throw Wrong("has a dtype that is not text", tensor);
        }

        string dtype = _json.GetString()!;
        return StoredDtype.FindSafetensors(dtype) ?? throw new CheckpointException(_path,
            $"tensor {Printable.Name(tensor)} has dtype {Printable.Name(dtype)}, which is not supported; convert it to one of "
            + string.Join(", ", StoredDtype.All.Select(d => d.SafetensorsName)), tensor);
    }

    private List<long> ReadNumbers(string tensor, string member, int most)
    {
        var numbers = new List<long>();
        if (!Next(JsonTokenType.StartArray))
        {
            throw Wrong($"has a {member} that is not a list", tensor);
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long number) || number < 0)
            {
                throw Wrong($"has a {member} with something other than whole numbers from 0 to 2^63 - 1", tensor);
            }

            if (numbers.Count == most)
            {
                throw Wrong($"has a {member} of more than {most} numbers", tensor);
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private bool Next(JsonTokenType type) => _json.Read() && _json.TokenType == type;

    private string? NextMember() => Next(JsonTokenType.PropertyName) ? _json.GetString() : null;

    private readonly CheckpointException Wrong(string problem, string? tensor = null) =>
        new(_path, $"{(tensor is null ? "its header" : $"tensor {Printable.Name(tensor)}")} {problem}; the file is damaged", tensor);
}
