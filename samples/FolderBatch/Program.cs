// Describes every picture of a folder; the engine answers several at a time.
// dotnet run --project samples/FolderBatch -- MODEL FOLDER
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using Microsoft.Extensions.AI;

using IChatClient client = CommChatClient.Load(args[0], options: new AnswerEngineOptions { MaxRows = 8 });
string[] files = [.. Directory.EnumerateFiles(args[1]).Where(file => Path.GetExtension(file) is ".jpg" or ".jpeg" or ".png" or ".webp").Order()];
var limit = new ParallelOptions { MaxDegreeOfParallelism = 8 };
await Parallel.ForEachAsync(files, limit, async (file, cancellationToken) =>
{
    DataContent picture = await DataContent.LoadFromAsync(file, cancellationToken: cancellationToken);
    var message = new ChatMessage(ChatRole.User, [picture, new TextContent("Describe the picture.")]);
    ChatResponse response = await client.GetResponseAsync([message], new ChatOptions { MaxOutputTokens = 64 }, cancellationToken);
    Console.WriteLine($"{Path.GetFileName(file)}: {response.Text}");
});
EngineMeasures measures = client.GetService<AnswerEngine>()!.Measures;
Console.WriteLine($"{measures.Answered} pictures, {measures.Tokens} tokens in {measures.Steps} steps, up to {measures.MostRows} answers together");
