using System.Text;
using System.Xml;
using CommSharp.Checkpoints;

namespace CommSharp.Data.Reading;

/// <summary>
/// Reads small XML files, such as the annotations of one picture, as data: UTF-8, no document type definition, nothing fetched, and bounds on
/// size, depth and number of elements, so that a hostile file costs no more than its own length.
/// </summary>
internal static class XmlFile
{
    private const int MostBytes = 16 << 20;
    private const int MostElements = 200_000;
    private const int Deepest = 32;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = MostBytes,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">What its root must be called.</param>
    /// <exception cref="DataException">The file cannot be read, is not UTF-8, not XML, larger than any annotation, or another kind of file.</exception>
    public static XmlField Read(string path, string root)
    {
        var file = new DataPlace(path);
        using var reader = XmlReader.Create(new StringReader(ReadText(file)), Settings);
        try
        {
            XmlField element = ReadElements(reader, file);
            return element.Name == root ? element : throw element.Problem($"is a file of {Printable.Name(element.Name)}; one of '{root}' is needed");
        }
        catch (XmlException error)
        {
            throw new DataException(file with { Line = error.LineNumber > 0 ? error.LineNumber : null }, Plain(error), error);
        }
    }

    private static string ReadText(DataPlace file)
    {
        using var source = new ByteSource(file.File);
        do
        {
            if (source.Unread.Length > MostBytes)
            {
                throw new DataException(file, $"is larger than {MostBytes} bytes, more than the annotations of a picture take");
            }
        }
        while (source.TryRead(int.MaxValue, file));

        return TextLines.Decode(file, source.Unread.Span);
    }

    /// <summary>Without recursion: how deep elements nest is the file's choice.</summary>
    private static XmlField ReadElements(XmlReader reader, DataPlace file)
    {
        var open = new Stack<Draft>();
        XmlField? root = null;
        int count = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var path = new XmlPath(file, open.TryPeek(out Draft? parent) ? parent.Path : null, reader.Name, Line(reader));
                    if (open.Count == Deepest || ++count > MostElements)
                    {
                        throw new DataException(path.Place, $"there are more than {MostElements} elements, or they nest deeper than {Deepest}; this is no annotation");
                    }

                    open.Push(new Draft(path));
                    if (reader.IsEmptyElement)
                    {
                        root = Close(open);
                    }

                    break;
                case XmlNodeType.EndElement:
                    root = Close(open);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    open.Peek().Text.Append(reader.Value);
                    break;
                default:
                    break;
            }
        }

        return root!; // the reader itself refuses a file without a root
    }

    private static XmlField Close(Stack<Draft> open)
    {
        Draft draft = open.Pop();
        var element = new XmlField(draft.Path, draft.Text.ToString().Trim(), draft.Children);
        if (open.TryPeek(out Draft? parent))
        {
            parent.Children.Add(element);
        }

        return element;
    }

    private static int? Line(XmlReader reader) => reader is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : null;

    /// <summary>What the parser says, without its own count of lines and without advice to programmers.</summary>
    private static string Plain(XmlException error)
    {
        if (error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            return "has a document type definition, which is refused; remove it";
        }

        int place = error.Message.IndexOf(" Line ", StringComparison.Ordinal);
        return $"is not valid XML: {Printable.Line((place < 0 ? error.Message : error.Message[..place]).TrimEnd('.', ' '))}";
    }

    private sealed record Draft(XmlPath Path)
    {
        public StringBuilder Text { get; } = new();

        public List<XmlField> Children { get; } = [];
    }
}
