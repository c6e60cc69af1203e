using System.Text.Json;
using CommSharp.Chat;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Tests.Chat;

public sealed class CommChatJsonTests
{
    private static readonly ChatMessage Message = new(
        ChatRole.Assistant,
        [
            new TextContent("A cup[0.100,0.300,0.300,0.500]")
            {
                Annotations =
                [
                    new BoxAnnotation
                    {
                        Phrase = "A cup",
                        Box = new NormalizedBox(0.1, 0.3, 0.3, 0.5),
                        Pixels = new PixelBox(32, 56, 96, 120),
                        ImageIndex = 1,
                        Confidence = 0.5,
                        Mark = new TextSpan(5, 30),
                        AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = 0, EndIndex = 5 }],
                    },
                    new PointAnnotation { Phrase = "it", Pixels = new PixelPoint(1, 2), Confidence = 1, Mark = new TextSpan(1, 2) },
                    new BoxProblemAnnotation { Message = "cut off" },
                    new CitationAnnotation { Title = "known before" },
                ],
            },
            new RegionContent { Box = new PixelBox(1, 2, 3, 4), ImageIndex = 2 },
            new RegionContent { Point = new PixelPoint(5, 6) },
        ]);

    private static readonly JsonSerializerOptions OneLine = new(CommChatJson.Options) { WriteIndented = false };

    public static TheoryData<JsonSerializerOptions> OptionsOfKinds =>
    [
        CommChatJson.Options,
        CommChatJson.AddTo(new JsonSerializerOptions(AIJsonUtilities.DefaultOptions)),
        CommChatJson.AddTo(CommChatJson.AddTo(new JsonSerializerOptions(AIJsonUtilities.DefaultOptions))),
    ];

    [Theory]
    [MemberData(nameof(OptionsOfKinds))]
    public void Messages_go_through_JSON_and_come_back(JsonSerializerOptions options)
    {
        string json = JsonSerializer.Serialize(Message, options);
        ChatMessage back = JsonSerializer.Deserialize<ChatMessage>(json, options)!;
        Assert.Equal(json, JsonSerializer.Serialize(back, options));
        var box = Assert.IsType<BoxAnnotation>(back.Contents[0].Annotations![0]);
        Assert.Equal(
            (new NormalizedBox(0.1, 0.3, 0.3, 0.5), new PixelBox(32, 56, 96, 120), 1, 0.5, new TextSpan(5, 30), "A cup"),
            (box.Box, box.Pixels, box.ImageIndex, box.Confidence, box.Mark, box.Phrase));
        Assert.Equal((0, 5), Assert.IsType<TextSpanAnnotatedRegion>(box.AnnotatedRegions![0]) is var span ? (span.StartIndex, span.EndIndex) : default);
        Assert.Equal(new PixelPoint(1, 2), Assert.IsType<PointAnnotation>(back.Contents[0].Annotations![1]).Pixels);
        Assert.Equal("cut off", Assert.IsType<BoxProblemAnnotation>(back.Contents[0].Annotations![2]).Message);
        Assert.IsType<CitationAnnotation>(back.Contents[0].Annotations![3]);
        Assert.Equal((new PixelBox(1, 2, 3, 4), 2), Assert.IsType<RegionContent>(back.Contents[1]) is var region ? (region.Box!.Value, region.ImageIndex!.Value) : default);
        Assert.Equal(new PixelPoint(5, 6), Assert.IsType<RegionContent>(back.Contents[2]).Point);
    }

    [Fact]
    public void The_words_of_the_JSON_are_kept()
    {
        Assert.Equal(
            """
            {"role":"assistant","contents":[
            {"$type":"text","text":"A cup[0.100,0.300,0.300,0.500]","annotations":[
            {"$type":"box","phrase":"A cup","box":{"x1":0.1,"y1":0.3,"x2":0.3,"y2":0.5},"pixels":{"x1":32,"y1":56,"x2":96,"y2":120},"imageIndex":1,"confidence":0.5,"mark":{"start":5,"end":30},"annotatedRegions":[{"$type":"textSpan","start":0,"end":5}]},
            {"$type":"point","phrase":"it","pixels":{"x":1,"y":2},"imageIndex":0,"confidence":1,"mark":{"start":1,"end":2}},
            {"$type":"boxProblem","message":"cut off"},
            {"$type":"citation","title":"known before"}]},
            {"$type":"region","box":{"x1":1,"y1":2,"x2":3,"y2":4},"imageIndex":2},
            {"$type":"region","point":{"x":5,"y":6}}]}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(Message, OneLine));
    }
}
