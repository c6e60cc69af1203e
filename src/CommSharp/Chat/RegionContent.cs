using CommSharp.Imaging;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>
/// A place in a picture that a user's message points at, such as a box drawn on a page. It stands among the message's texts where its words would:
/// <c>[new TextContent("Who stands beside "), new RegionContent { Box = box }, new TextContent("?")]</c>. The model reads it in its own square and
/// notation. It has either a <see cref="Box"/> or a <see cref="Point"/>.
/// </summary>
public sealed class RegionContent : AIContent
{
    /// <summary>A box in pixels of the original picture, as people see it (after its EXIF orientation); within the picture, and with an area.</summary>
    public PixelBox? Box { get; set; }

    /// <summary>A point in pixels of the original picture; within it.</summary>
    public PixelPoint? Point { get; set; }

    /// <summary>Which of the conversation's pictures it is in, counted from 0; the last one shown so far when null.</summary>
    public int? ImageIndex { get; set; }
}
