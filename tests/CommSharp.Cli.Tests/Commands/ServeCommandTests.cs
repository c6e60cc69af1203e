using System.CommandLine;
using System.Net;
using System.Text.Json;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Commands;

public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("MODEL and --model are the same; give one of them.", "here", "--model", "there")]
    [InlineData("The server's port is 70000, but must be within 0..65535.", "here", "--port", "70000")]
    [InlineData("The server's host is nowhere, but must be an IP address or localhost.", "here", "--host", "nowhere")]
    [InlineData("MaxQueue is 0, but must be at least 1.", "here", "--queue", "0")]
    [InlineData("--otlp is \"there\", which is no address; write one such as http://localhost:4317.", "here", "--otlp", "there")]
    [InlineData("The server's list of hosts of pictures is a/b, but must be name, name:port or *.domain each.", "here", "--image-host", "a/b")]
    public async Task A_command_line_that_cannot_be_meant_is_a_mistake(string message, params string[] arguments)
    {
        Outcome outcome = await CommandLine.RunAsync(new ServeCommand(), ["serve", .. arguments]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_where_it_listens_and_answers_there_until_it_is_stopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand();
        foreach (Option option in GlobalOptions.All)
        {
            root.Options.Add(option);
        }

        root.Subcommands.Add(new ServeCommand());
        var configuration = new InvocationConfiguration { Output = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error), EnableDefaultExceptionHandler = false };
        Task<int> running = root.Parse(["serve", BundledModel.Folder, "--port", "0", "--json"]).InvokeAsync(configuration, stop.Token);
        while (!output.ToString().EndsWith('\n'))
        {
            Assert.False(running.IsCompleted, error.ToString());
            await Task.Delay(10, stop.Token);
        }

        JsonElement ready = JsonDocument.Parse(output.ToString()).RootElement;
        using var client = new HttpClient { BaseAddress = new Uri(ready.GetProperty("address").GetString()!) };
        HttpResponseMessage models = await client.GetAsync("v1/models", stop.Token);
        await stop.CancelAsync();

        Assert.Equal(HttpStatusCode.OK, models.StatusCode);
        Assert.Equal("tiny-comm", ready.GetProperty("model").GetString());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running); // which the program's frame turns into 130
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("v1/models", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bench_serve_counts_what_became_of_every_question()
    {
        Outcome outcome = await CommandLine.RunAsync(
            new BenchCommand(), "bench", "serve", "--model", BundledModel.Folder, "--clients", "4", "--seconds", "1", "--json");

        Assert.Equal(0, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        JsonElement measurement = Assert.Single(json.RootElement.GetProperty("measurements").EnumerateArray());
        var details = measurement.GetProperty("details").EnumerateArray().ToDictionary(each => each.GetProperty("name").GetString()!, each => each.GetProperty("value").GetDouble());
        Assert.True(details["answered"] >= 4);
        Assert.Equal(0, details["failed"]);
        Assert.True(details["p50"] <= details["p95"] && details["p95"] <= details["p99"]);
    }
}
