// A web service that answers questions about pictures: a body of picture bytes, the question in the address.
// dotnet run --project samples/MinimalApi -- --model "$PWD/tests/Fixtures/tiny-comm" --urls http://localhost:5080
// curl --data-binary @photo.jpg -H "Content-Type: image/jpeg" "http://localhost:5080/ask?question=Where+is+the+cup?"
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using Microsoft.Extensions.AI;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddCommSharp(builder.Configuration["model"] ?? "");
builder.Services.AddHealthChecks().AddCheck<CommSharpHealthCheck>("commsharp");
WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/ask", async (string question, HttpRequest request, IChatClient client, CancellationToken cancellationToken) =>
{
    DataContent picture = await DataContent.LoadFromAsync(request.Body, request.ContentType, cancellationToken);
    var message = new ChatMessage(ChatRole.User, [picture, new TextContent(question)]);
    try
    {
        // Callers that come together are answered together; one that hangs up is not answered to the end.
        ChatResponse response = await client.GetResponseAsync([message], new ChatOptions { MaxOutputTokens = 64 }, cancellationToken);
        return Results.Json(response, CommChatJson.Options);
    }
    catch (EngineFullException full)
    {
        return Results.Text(full.Message, statusCode: StatusCodes.Status429TooManyRequests);
    }
});
app.Services.GetRequiredService<AnswerEngine>(); // loads the model now, not for the first caller
await app.RunAsync();
