namespace CommSharp.Data.Reading;

/// <summary>Where an XML element stands. Names are put together only when a person is to read them: names and depth are the file's choice, and a text for every element could take many times the file's length.</summary>
/// <param name="File">The file.</param>
/// <param name="Parent">The element that it stands in; null for the root.</param>
/// <param name="Name">Its name.</param>
/// <param name="Line">Its line, counted from 1.</param>
internal sealed record XmlPath(DataPlace File, XmlPath? Parent, string Name, int? Line)
{
    /// <summary>The same for people; the field is the path of elements below the root.</summary>
    public DataPlace Place => Below with { Line = Line };

    private DataPlace Below => Parent is null ? File : Parent.Below.Of(Name);
}
