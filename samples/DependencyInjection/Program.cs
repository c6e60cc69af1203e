// An application whose services see: options that are validated at the start, logging and telemetry around the client, a health check.
// dotnet run --project samples/DependencyInjection -- --CommSharp:Model tests/Fixtures/tiny-comm --picture photo.jpg
using CommSharp.Chat;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddCommSharp(builder.Configuration.GetSection("CommSharp").Bind);
builder.Services.AddChatClient(services => services.GetRequiredService<CommChatClient>()).UseLogging().UseOpenTelemetry();
builder.Services.AddHealthChecks().AddCheck<CommSharpHealthCheck>("commsharp");
builder.Services.AddSingleton<Describer>();
using IHost host = builder.Build();
await host.StartAsync();
Console.WriteLine(await host.Services.GetRequiredService<Describer>().DescribeAsync(builder.Configuration["picture"]!));
Console.WriteLine((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
await host.StopAsync();

/// <summary>Knows no model, only that something chats.</summary>
internal sealed class Describer(IChatClient client)
{
    public async Task<string> DescribeAsync(string file)
    {
        var message = new ChatMessage(ChatRole.User, [await DataContent.LoadFromAsync(file), new TextContent("Describe the picture.")]);
        return (await client.GetResponseAsync([message], new ChatOptions { MaxOutputTokens = 32 })).Text;
    }
}
