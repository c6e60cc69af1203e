using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Flickr30k;

/// <summary>Flickr30k's own file of captions, results_20130124.token: "name.jpg#0", a tab and the caption on each line.</summary>
public static class Flickr30kTokenFile
{
    /// <summary>Reads the pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes pictures with a bad line, as one problem each; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad picture is not borne.</exception>
    public static IEnumerable<Flickr30kPicture> Read(string path, DataProblems? problems = null) =>
        Flickr30kLines.Read(TextLines.Read(path), NameLength, Parse, problems);

    private static int NameLength(string line) => line.IndexOf('\t') is >= 0 and var tab ? line.LastIndexOf('#', tab) : line.IndexOf('#');

    private static Flickr30kLine Parse(TextLine line)
    {
        int tab = line.Text.IndexOf('\t'), sign = tab < 0 ? -1 : line.Text.LastIndexOf('#', tab);
        return sign < 0
            ? throw new DataException(line.Place, "is not name.jpg#number, a tab and a caption")
            : Flickr30kLines.Line(line, line.Text[..sign], line.Text.AsSpan((sign + 1)..tab), line.Text[(tab + 1)..].Trim());
    }
}
