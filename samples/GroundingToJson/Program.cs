// Asks where something is, and prints the boxes as JSON, in pixels of the picture.
// dotnet run --project samples/GroundingToJson -- MODEL PICTURE "the cup"
using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Chat;
using Microsoft.Extensions.AI;

using IChatClient client = CommChatClient.Load(args[0]);
var message = new ChatMessage(
    ChatRole.User,
    [await DataContent.LoadFromAsync(args[1]), new TextContent($"Where is {args[2]} in the picture? Answer with its coordinates.")]);

// The model is held to answer with boxes and nothing else.
var options = new ChatOptions { MaxOutputTokens = 64, RawRepresentationFactory = _ => new CommChatOptions { Boxes = BoxGuidance.Only } };
ChatResponse response = await client.GetResponseAsync([message], options);
AIAnnotation[] annotations = [.. response.Messages.SelectMany(each => each.Contents).SelectMany(content => content.Annotations ?? [])];
foreach (BoxAnnotation box in annotations.OfType<BoxAnnotation>())
{
    Console.WriteLine(JsonSerializer.Serialize(box, CommChatJson.Options));
}
