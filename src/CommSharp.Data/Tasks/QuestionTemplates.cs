using CommSharp.Data.Reading;

namespace CommSharp.Data.Tasks;

/// <summary>The wordings of a question, of which each sample takes one.</summary>
public sealed class QuestionTemplates
{
    private const string Folder = "templates/";

    private QuestionTemplates(TemplateKind kind, IReadOnlyList<QuestionTemplate> all) => (Kind, All) = (kind, all);

    /// <summary>What they ask for.</summary>
    public TemplateKind Kind { get; }

    /// <summary>The wordings; the first is the one of evaluations.</summary>
    public IReadOnlyList<QuestionTemplate> All { get; }

    /// <summary>The library's own wordings.</summary>
    public static QuestionTemplates BuiltIn(TemplateKind kind)
    {
        string name = $"{Folder}{kind}.txt";
        using Stream stream = typeof(QuestionTemplates).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind.");
        using var reader = new StreamReader(stream);
        return Parse(kind, new DataPlace(name), reader.ReadToEnd().Split('\n')
            .Select((text, i) => new TextLine(new DataPlace(name, Line: i + 1), text))
            .Where(line => !string.IsNullOrWhiteSpace(line.Text)));
    }

    /// <summary>Reads wordings from a text file, one a line.</summary>
    /// <param name="kind">What they ask for.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file cannot be read or is empty, or a line is no such template, or there twice.</exception>
    public static QuestionTemplates Read(TemplateKind kind, string path) => Parse(kind, new DataPlace(path), TextLines.Read(path));

    /// <summary>One wording for all samples.</summary>
    /// <param name="kind">What it asks for.</param>
    /// <param name="text">The wording with its placeholders.</param>
    /// <param name="source">What an error calls it, such as the option that gave it.</param>
    /// <exception cref="DataException">It is no such template.</exception>
    public static QuestionTemplates Only(TemplateKind kind, string text, string source = "the template") =>
        new(kind, [QuestionTemplate.Parse(new TextLine(new DataPlace(source), text), kind)]);

    /// <summary>The wording of a sample.</summary>
    public QuestionTemplate Choose(SampleChance chance) => All[chance.Below(All.Count)];

    /// <summary>The templates of a task: the given ones if they are of a kind that it asks with, or the built-in ones of the first kind.</summary>
    internal static QuestionTemplates Of(QuestionTemplates? given, params IReadOnlyList<TemplateKind> kinds) => given switch
    {
        null => BuiltIn(kinds[0]),
        _ when kinds.Contains(given.Kind) => given,
        _ => throw new ArgumentException($"The task asks with templates of the kind {string.Join(" or ", kinds)}, not {given.Kind}.", nameof(given)),
    };

    /// <summary>The templates of a task that fills in a question: the given ones, whatever answer they ask for, or the built-in ones.</summary>
    internal static QuestionTemplates OfQuestion(QuestionTemplates? given, TemplateKind kind) => Of(
        given, kind, TemplateKind.ShortAnswer, TemplateKind.ReasoningText, TemplateKind.ReasoningBoxes, TemplateKind.ReasoningPoints);

    private static QuestionTemplates Parse(TemplateKind kind, DataPlace file, IEnumerable<TextLine> lines)
    {
        var all = new List<QuestionTemplate>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (TextLine line in lines)
        {
            var template = QuestionTemplate.Parse(line, kind);
            all.Add(texts.Add(template.Text)
                ? template
                : throw new DataException(line.Place, "is there twice; each template is as likely as any other"));
        }

        return all.Count > 0 ? new QuestionTemplates(kind, all) : throw new DataException(file, "has no templates; write one a line");
    }
}
