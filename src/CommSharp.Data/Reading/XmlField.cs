using System.Globalization;
using CommSharp.Checkpoints;

namespace CommSharp.Data.Reading;

/// <summary>An XML element and where it stands. Asked for what it should be, it gives that or an error that names file, line and element.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Text">Its own text without blanks around it.</param>
/// <param name="Children">The elements in it, in their order.</param>
internal sealed record XmlField(XmlPath Path, string Text, IReadOnlyList<XmlField> Children)
{
    /// <summary>Its name.</summary>
    public string Name => Path.Name;

    /// <summary>Where it stands; the field is the path of elements below the root.</summary>
    public DataPlace Place => Path.Place;

    /// <summary>A child that must be there, once.</summary>
    /// <exception cref="DataException">It is missing, or there twice.</exception>
    public XmlField this[string name] => Optional(name) ?? throw Problem($"has no element {Printable.Name(name)}; the format requires it");

    /// <summary>A text with something in it.</summary>
    /// <exception cref="DataException">It is empty, or elements stand where text is needed.</exception>
    public string FilledText => Children.Count == 0 && Text.Length > 0 ? Text : throw Problem("is empty or no plain text");

    /// <summary>A finite number.</summary>
    /// <exception cref="DataException">This is none.</exception>
    public double Number => double.TryParse(FilledText, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
        ? number
        : throw Not("a number");

    /// <summary>A side of a picture: a whole number above 0.</summary>
    /// <exception cref="DataException">This is none.</exception>
    public int Side => int.TryParse(FilledText, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side > 0
        ? side
        : throw Not("a picture's side in whole pixels");

    /// <summary>Yes or no, written as 1 or 0.</summary>
    /// <exception cref="DataException">This is neither.</exception>
    public bool Flag => FilledText switch
    {
        "0" => false,
        "1" => true,
        _ => throw Not("0 or 1"),
    };

    /// <summary>A child, or null when it is missing.</summary>
    /// <exception cref="DataException">It is there twice.</exception>
    public XmlField? Optional(string name)
    {
        XmlField[] found = [.. All(name).Take(2)];
        return found.Length < 2 ? found.FirstOrDefault() : throw found[1].Problem("stands there twice");
    }

    /// <summary>All children of a name.</summary>
    public IEnumerable<XmlField> All(string name) => Children.Where(child => child.Name == name);

    /// <summary>An error about this element.</summary>
    /// <param name="problem">What is wrong.</param>
    public DataException Problem(string problem) => new(Place, problem);

    private DataException Not(string wanted) => Problem($"is {Printable.Name(Text)}; {wanted} is needed");
}
