// Talks about a picture, turn by turn; answers appear as they are generated.
// dotnet run --project samples/ConsoleChat -- MODEL PICTURE
using CommSharp.Chat;
using Microsoft.Extensions.AI;

using IChatClient client = CommChatClient.Load(args[0]);
DataContent picture = await DataContent.LoadFromAsync(args[1]);
var conversation = new List<ChatMessage>();
Console.Write("> ");
while (Console.ReadLine() is { Length: > 0 } line)
{
    List<AIContent> contents = conversation.Count == 0 ? [picture, new TextContent(line)] : [new TextContent(line)];
    conversation.Add(new ChatMessage(ChatRole.User, contents));
    var updates = new List<ChatResponseUpdate>();
    await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(conversation, new ChatOptions { MaxOutputTokens = 128 }))
    {
        Console.Write(update.Text);
        updates.Add(update);
    }

    conversation.AddMessages(updates);
    Console.Write("\n> ");
}
