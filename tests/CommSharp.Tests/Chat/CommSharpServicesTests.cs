using System.Diagnostics;
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using CommSharp.Imaging;
using CommSharp.Tests.Answering.Engine;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CommSharp.Tests.Chat;

public sealed class CommSharpServicesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_asks_for_a_chat_client_and_gets_one_engine_for_all()
    {
        await using ServiceProvider services = Services(options => options.MaxRows = 3);
        IChatClient client = services.GetRequiredService<IChatClient>();
        ChatResponse response = await client.GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 3 }, Cancellation);
        Assert.Equal(3, response.Usage!.OutputTokenCount);
        AnswerEngine engine = services.GetRequiredService<AnswerEngine>();
        Assert.Same(engine, client.GetService<AnswerEngine>());
        Assert.Equal(3, engine.Options.MaxRows);
        await services.DisposeAsync();
        Assert.False(engine.IsRunning);
    }

    [Fact]
    public async Task What_is_wrong_with_options_is_told_all_at_once_when_the_application_starts()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddCommSharp(options =>
        {
            options.Model = "/nowhere";
            options.Device = "gpu";
            options.Dtype = "int8";
            options.MaxQueue = 0;
            options.MaxRows = -1;
            options.ImageCacheBytes = -1;
            options.MaxPixels = 0;
            options.MaxImageBytes = 0;
        });
        using IHost host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        string[] members = ["Model: /nowhere", "Device: 'gpu'", "Dtype: 'int8'", "MaxQueue is 0", "MaxRows is -1", "ImageCacheBytes is -1", "MaxPixels is 0", "MaxImageBytes is 0"];
        Assert.Equal(members.Length, error.Failures.Count());
        Assert.All(members, member => Assert.Contains(error.Failures, failure => failure.StartsWith(member, StringComparison.Ordinal)));
        await using ServiceProvider nameless = Services(options => options.Model = " ");
        Assert.Contains("Model is missing", Assert.Throws<OptionsValidationException>(nameless.GetRequiredService<IChatClient>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_large_pictures_are_refused_as_the_options_say()
    {
        await using ServiceProvider services = Services(options => options.MaxPixels = 1000);
        var picture = new DataContent(await File.ReadAllBytesAsync(BundledModel.Picture, Cancellation), "image/png");
        await Assert.ThrowsAsync<ImageException>(() => services.GetRequiredService<IChatClient>().GetResponseAsync([new(ChatRole.User, [picture])], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task The_health_check_tells_a_full_queue_and_a_stopped_engine()
    {
        await using ServiceProvider services = Services(options => (options.MaxRows, options.MaxQueue) = (1, 1));
        HealthCheckService health = services.GetRequiredService<HealthCheckService>();
        AnswerEngine engine = services.GetRequiredService<AnswerEngine>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancellation)).Status);
        using var source = new CancellationTokenSource();
        PendingAnswer running = engine.Submit(EngineFixture.Endless(), source.Token);
        await running.Pieces.ReadAsync(Cancellation);
        engine.Submit(EngineFixture.Endless(), source.Token);
        HealthReport full = await health.CheckHealthAsync(Cancellation);
        Assert.Equal(HealthStatus.Degraded, full.Status);
        Assert.Equal(1, full.Entries["commsharp"].Data["waiting"]);
        await source.CancelAsync();
        engine.Dispose();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(Cancellation)).Status);
    }

    /// <summary>The abstractions' own middleware finds all that it reports, and the engine's activity lies within the chat's.</summary>
    [Fact]
    public async Task OpenTelemetry_sees_the_chat_and_the_answer()
    {
        var stopped = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "chats" or CommSharpTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (stopped)
                {
                    stopped.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using AnswerEngine engine = EngineFixture.Load();
        using IChatClient client = new ChatClientBuilder(new CommChatClient(engine)).UseOpenTelemetry(sourceName: "chats").Build();
        await client.GetStreamingResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 3 }, Cancellation).ToChatResponseAsync(Cancellation);
        Activity chat = stopped.Single(activity => activity.Source.Name == "chats"), answer = stopped.Single(activity => activity.OperationName == "commsharp.answer");
        Assert.Equal("commsharp", chat.GetTagItem("gen_ai.provider.name"));
        Assert.Equal(3, chat.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Equal(chat.SpanId, answer.ParentSpanId);
        Assert.Equal(3, answer.GetTagItem("commsharp.tokens.answer"));
    }

    private static ServiceProvider Services(Action<CommSharpOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCommSharp(BundledModel.Folder);
        services.Configure(configure);
        services.AddHealthChecks().AddCheck<CommSharpHealthCheck>("commsharp");
        return services.BuildServiceProvider();
    }
}
