using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>
/// The words for the classes of a data set, whose own names, as "WBC" or "tvmonitor", are often none. A class that is not known is called by its name.
/// </summary>
public sealed class ClassWords
{
    /// <summary>The file in a data set's folder that gives its words.</summary>
    public const string FileName = "class-words.json";

    private readonly Dictionary<string, (ClassName Name, int Rank)> _names;

    private ClassWords(IEnumerable<KeyValuePair<string, ClassName>> names) =>
        _names = names.Select((pair, i) => (pair.Key, pair.Value, i)).ToDictionary(each => each.Key, each => (each.Value, each.i), StringComparer.Ordinal);

    /// <summary>The words for the twenty classes of Pascal VOC (VOC2007 to VOC2012) and for the three of the blood cells of BCCD.</summary>
    public static ClassWords BuiltIn { get; } = new(BuiltInNames());

    /// <summary>The words for a class: its own name, with a regular plural, where it has no other.</summary>
    /// <param name="name">The class as annotations name it.</param>
    public ClassName this[string name] => _names.TryGetValue(name, out var known) ? known.Name : ClassName.Regular(name);

    /// <summary>
    /// Reads words from a JSON object with a member for each class: <c>{ "WBC": { "singular": "white blood cell", "plural": "white blood cells" } }</c>.
    /// Without "plural" it is the regular one. Classes that the file leaves out keep the built-in words.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file cannot be read, or a member is not as it must be.</exception>
    public static ClassWords Read(string path)
    {
        var names = new OrderedDictionary<string, ClassName>(StringComparer.Ordinal);
        foreach ((string name, JsonField field) in JsonFile.Read(path).Members)
        {
            names[name] = ReadName(field);
        }

        foreach ((string name, ClassName words) in BuiltInNames())
        {
            names.TryAdd(name, words);
        }

        return new ClassWords(names);
    }

    /// <summary>The words of a data set: those of its file <see cref="FileName"/> where there is one, else the built-in ones.</summary>
    /// <param name="folder">The data set's folder.</param>
    /// <exception cref="DataException">The file cannot be read, or is not as it must be.</exception>
    public static ClassWords Of(string folder)
    {
        string file = Path.Combine(folder, FileName);
        return File.Exists(file) ? Read(file) : BuiltIn;
    }

    /// <summary>Classes in the order in which they are spoken of: known ones in the order of the words, then others by name; each once.</summary>
    /// <param name="names">The classes as annotations name them.</param>
    public IReadOnlyList<string> InOrder(IEnumerable<string> names) =>
    [
        .. names.Distinct(StringComparer.Ordinal)
            .OrderBy(name => _names.TryGetValue(name, out var known) ? known.Rank : int.MaxValue)
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    private static ClassName ReadName(JsonField field)
    {
        if (field.Members.FirstOrDefault(member => member.Name is not ("singular" or "plural")) is { Field: { } unknown })
        {
            throw unknown.Problem("is not known; a class has \"singular\" and may have \"plural\"");
        }

        string singular = field["singular"].FilledText;
        return field.Optional("plural") is { } plural ? new ClassName(singular, plural.FilledText) : ClassName.Regular(singular);
    }

    private static KeyValuePair<string, ClassName>[] BuiltInNames() =>
    [
        Named("RBC", "red blood cell"),
        Named("WBC", "white blood cell"),
        Named("Platelets", "platelet"),
        .. new[] { "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow" }.Select(name => Named(name, name)),
        Named("diningtable", "dining table"),
        .. new[] { "dog", "horse", "motorbike" }.Select(name => Named(name, name)),
        KeyValuePair.Create("person", new ClassName("person", "people")),
        Named("pottedplant", "potted plant"),
        KeyValuePair.Create("sheep", new ClassName("sheep", "sheep")),
        .. new[] { "sofa", "train" }.Select(name => Named(name, name)),
        Named("tvmonitor", "TV monitor"),
    ];

    private static KeyValuePair<string, ClassName> Named(string name, string singular) => KeyValuePair.Create(name, ClassName.Regular(singular));
}
