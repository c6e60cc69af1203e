using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A line of one of Shikra's files. Boxes and points are in pixels of the original picture.</summary>
public abstract record ShikraRecord : IDataRecord
{
    /// <inheritdoc/>
    public required DataPlace Place { get; init; }

    /// <inheritdoc/>
    public string? Id { get; init; }

    /// <summary>The picture's path below the folder of pictures.</summary>
    public required string Picture { get; init; }

    /// <inheritdoc/>
    public PictureSize? StatedSize { get; init; }

    /// <inheritdoc/>
    public virtual IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public virtual IEnumerable<RecordPoint> Points => [];

    /// <inheritdoc/>
    public virtual IEnumerable<RecordText> Texts => [];
}
