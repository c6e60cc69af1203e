using CommSharp.Chat;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Tests.Chat;

public sealed class RegionContentTests
{
    private static readonly DataContent Wide = new(PngFile.Encode(new RgbImage(320, 240, new byte[320 * 240 * 3])), "image/png");
    private static readonly DataContent Square = new(PngFile.Encode(new RgbImage(100, 100, new byte[100 * 100 * 3])), "image/png");

    [Fact]
    public void Places_are_written_in_the_square_of_the_picture_that_they_are_in()
    {
        Assert.Equal(
            ["<image>", "Who is at [0.500,0.500], beside [0.000,0.250,0.250,0.750]?"],
            Parts(Wide, Text("Who is at "), new RegionContent { Point = new PixelPoint(160, 120) }, Text(", beside "), new RegionContent { Box = new PixelBox(0, 40, 80, 200) }, Text("?")));
        Assert.Equal(
            ["<image>", "[0.500,0.500] ", "<image>", "[0.250,0.250] and [0.500,0.125]"],
            Parts(
                Wide,
                new RegionContent { Point = new PixelPoint(160, 120) },
                Text(" "),
                Square,
                new RegionContent { Point = new PixelPoint(25, 25) },
                Text(" and "),
                new RegionContent { Point = new PixelPoint(160, 0), ImageIndex = 0 }));
    }

    [Fact]
    public void What_a_crop_hides_is_refused()
    {
        Assert.Equal(["<image>", "[0.000,0.000,0.500,1.000]"], Parts(ImageGeometry.Crop(320, 240, 240), Wide, new RegionContent { Box = new PixelBox(0, 0, 160, 240) }));
        Assert.Contains("sees the middle", Refused(new RegionContent { Box = new PixelBox(0, 0, 40, 240) }), StringComparison.Ordinal);
        Assert.Contains("not in what the model sees", Refused(new RegionContent { Point = new PixelPoint(39, 120) }), StringComparison.Ordinal);

        static string Refused(RegionContent region) => Assert.Throws<ArgumentException>(() => Parts(ImageGeometry.Crop(320, 240, 240), Wide, region)).Message;
    }

    private static TextContent Text(string text) => new(text);

    private static string[] Parts(params AIContent[] contents) => Parts(null, contents);

    private static string[] Parts(ImageGeometry? geometry, params AIContent[] contents)
    {
        var reader = new ChatMessageReader(
            PromptTemplate.Vicuna, BoxFormat.Shikra, size => geometry ?? ImageGeometry.Pad(size.Width, size.Height, 32), ImageDecodingOptions.Default);
        (Conversation conversation, _) = reader.Read([new ChatMessage(ChatRole.User, [.. contents])], null);
        return [.. conversation.Turns[0].Parts.Select(part => part is TextPart text ? text.Text : "<image>")];
    }
}
