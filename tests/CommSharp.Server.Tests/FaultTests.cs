using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CommSharp.Answering.Engine;

namespace CommSharp.Server.Tests;

public sealed class FaultTests(LoadedEngine loaded)
{
    private const string Endless = "\"max_tokens\":400,\"stream\":true";

    private readonly AnswerEngine _engine = loaded.Engine;

    [Fact]
    public async Task Who_hangs_up_in_the_middle_of_a_stream_is_not_answered_further()
    {
        await using CommServer server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0 }, null, RunningServer.Cancellation);
        using var client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = server.Address }; // or it would read on for a while
        EngineMeasures before = _engine.Measures;
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = RunningServer.Json(RunningServer.Plain(Endless + ",\"temperature\":1,\"seed\":5")) })
        using (HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancellation))
        {
            using Stream stream = await response.Content.ReadAsStreamAsync(RunningServer.Cancellation);
            await stream.ReadExactlyAsync(new byte[10], RunningServer.Cancellation);
            Assert.Equal(1, _engine.Measures.Running);
        }

        await RunningServer.UntilAsync(() => _engine.Measures.GivenUp > before.GivenUp);
        long tokens = _engine.Measures.Tokens;
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 0);
        Assert.Equal(before.GivenUp + 1, _engine.Measures.GivenUp);
        Assert.Equal(before.Answered, _engine.Measures.Answered);
        Assert.InRange(_engine.Measures.Tokens, tokens, tokens + 1);
    }

    [Fact]
    public async Task Who_hangs_up_before_the_answer_is_not_answered_either()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        EngineMeasures before = _engine.Measures;
        using var patience = new CancellationTokenSource();

        Task<HttpResponseMessage> call = server.Client.PostAsync(
            "/v1/chat/completions", RunningServer.Json(RunningServer.Plain("\"max_tokens\":400,\"temperature\":1,\"seed\":5")), patience.Token);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 1);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 0);
        Assert.Equal(before.GivenUp + 1, _engine.Measures.GivenUp);
        Assert.Empty(server.Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"messages\":")]
    [InlineData("{\"messages\":\"Hi\"}")]
    [InlineData("{\"messages\":[{\"role\":5}]}")]
    [InlineData("{\"messages\":[{\"content\":\"no role\"}]}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"temperature\":\"hot\"}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1e99}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]} and more")]
    public async Task Malformed_JSON_is_the_callers_fault(string json)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        (await server.CompleteAsync(json)).RequireError(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Deep_JSON_and_bytes_that_are_no_text_are_the_callers_fault()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        string deep = new('[', 100_000);
        using var bytes = new ByteArrayContent([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
        bytes.Headers.ContentType = new("application/json");

        (await server.CompleteAsync($"{{\"messages\":{deep}")).RequireError(HttpStatusCode.BadRequest);
        (await server.CompleteAsync($"{{\"unknown\":{deep}")).RequireError(HttpStatusCode.BadRequest);
        (await server.PostAsync("/v1/chat/completions", bytes)).RequireError(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_100_MB_is_refused_without_being_read(bool declaresLength)
    {
        await using CommServer server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0, MaxRequestBytes = 1 << 20 }, null, RunningServer.Cancellation);
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, RunningServer.Cancellation);
        NetworkStream stream = socket.GetStream();
        string length = declaresLength ? "Content-Length: 100000000" : "Transfer-Encoding: chunked";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n"), RunningServer.Cancellation);
        long sent = 0;
        if (!declaresLength)
        {
            byte[] chunk = [.. "10000\r\n"u8, .. Enumerable.Repeat((byte)' ', 0x10000), .. "\r\n"u8];
            try
            {
                while (sent < 100_000_000 && !stream.DataAvailable)
                {
                    await stream.WriteAsync(chunk, RunningServer.Cancellation);
                    sent += chunk.Length;
                }
            }
            catch (IOException)
            {
                // the server has hung up, as it may
            }
        }

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(RunningServer.Cancellation));
        Assert.InRange(sent, 0, 20_000_000); // the limit, and what lies in the buffers between
    }

    [Fact]
    public async Task A_body_that_declares_too_much_ends_its_connection()
    {
        await using CommServer server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0, MaxRequestBytes = 1000 }, null, RunningServer.Cancellation);

        string[] refused = await RefusedAsync(server, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n");

        Assert.Equal("HTTP/1.1 413 Payload Too Large", refused[0]);
        Assert.Contains("Connection: close", refused);
    }

    [Fact]
    public async Task A_form_that_turns_out_too_large_is_refused_as_such()
    {
        await using CommServer server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0, MaxRequestBytes = 1000 }, null, RunningServer.Cancellation);
        string form = "--x\r\nContent-Disposition: form-data; name=\"phrase\"\r\n\r\n" + new string('a', 2000);

        string[] refused = await RefusedAsync(
            server,
            "POST /v1/ground HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{form.Length:x}\r\n{form}\r\n0\r\n\r\n");

        Assert.Equal("HTTP/1.1 413 Payload Too Large", refused[0]);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "application/json")]
    [InlineData("/v1/ground", "multipart/form-data; boundary=x")]
    public async Task A_body_that_does_not_come_is_refused_and_its_place_given_to_others(string path, string type)
    {
        var options = new ServerOptions { Port = 0, MaxConcurrent = 1, BodyTimeout = TimeSpan.FromSeconds(0.5) };
        await using CommServer server = await CommServer.StartAsync(_engine, options, null, RunningServer.Cancellation);
        using var client = new HttpClient { BaseAddress = server.Address };

        string[] refused = await RefusedAsync(server, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: 100\r\n\r\n-");
        using HttpContent question = RunningServer.Json(RunningServer.Plain());
        using HttpResponseMessage next = await client.PostAsync("/v1/chat/completions", question, RunningServer.Cancellation);

        Assert.Equal("HTTP/1.1 408 Request Timeout", refused[0]);
        Assert.Contains("Connection: close", refused);
        Assert.Equal("body_too_slow", JsonDocument.Parse(refused[^1]).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_full_queue_is_told_as_429_with_the_time_to_come_again()
    {
        using AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions { MaxQueue = 1, MaxRows = 1 });
        await using RunningServer server = await RunningServer.StartAsync(engine);
        using var end = new CancellationTokenSource();
        Task<HttpResponseMessage> running = LongAsync();
        await RunningServer.UntilAsync(() => engine.Measures.Running == 1);
        Task<HttpResponseMessage> waiting = LongAsync();
        await RunningServer.UntilAsync(() => engine.Measures.Waiting == 1);

        foreach (string stream in new[] { "false", "true" })
        {
            Reply refused = await server.CompleteAsync(RunningServer.Plain($"\"stream\":{stream}"));
            Assert.Equal("queue_full", refused.RequireError(HttpStatusCode.TooManyRequests).GetProperty("code").GetString());
            Assert.NotNull(refused.Response.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/readyz")).Status);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(running, waiting));

        Task<HttpResponseMessage> LongAsync() => server.Client.PostAsync("/v1/chat/completions", RunningServer.Json(RunningServer.Plain("\"max_tokens\":400,\"temperature\":1,\"seed\":5")), end.Token);
    }

    [Fact]
    public async Task More_requests_in_a_minute_than_allowed_are_told_when_to_come_again()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { RequestsPerMinute = 2 });
        (await server.CompleteAsync(RunningServer.Plain())).RequireSuccess();
        (await server.CompleteAsync("{")).RequireError(HttpStatusCode.BadRequest);

        Reply refused = await server.CompleteAsync(RunningServer.Plain());

        Assert.Equal("rate_limit_exceeded", refused.RequireError(HttpStatusCode.TooManyRequests).GetProperty("code").GetString());
        Assert.InRange(refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        (await server.GetAsync("/v1/models")).RequireSuccess();
    }

    [Fact]
    public async Task More_requests_at_once_than_allowed_are_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { MaxConcurrent = 1 });
        using var end = new CancellationTokenSource();
        Task<HttpResponseMessage> call = server.Client.PostAsync("/v1/chat/completions", RunningServer.Json(RunningServer.Plain("\"max_tokens\":400,\"temperature\":1,\"seed\":5")), end.Token);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 1);

        Assert.Equal("too_many_requests", (await server.CompleteAsync(RunningServer.Plain())).RequireError(HttpStatusCode.TooManyRequests).GetProperty("code").GetString());
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 0);
    }

    [Fact]
    public async Task Sixteen_callers_at_once_are_answered_or_told_to_come_again()
    {
        using AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions { MaxQueue = 4, MaxRows = 4 });
        await using RunningServer server = await RunningServer.StartAsync(engine);

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => server.CompleteAsync(RunningServer.Question($"Question {i}?", "\"max_tokens\":16"))));

        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, reply.Text));
        Assert.InRange(replies.Count(reply => reply.Status == HttpStatusCode.OK), 4, 16);
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task A_server_that_stops_finishes_what_it_is_at_and_after_its_grace_gives_it_up()
    {
        using AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions());
        foreach ((TimeSpan grace, bool isFinished) in new[] { (TimeSpan.FromSeconds(30), true), (TimeSpan.Zero, false) })
        {
            await using CommServer server = await CommServer.StartAsync(engine, new ServerOptions { Port = 0, Grace = grace }, null, RunningServer.Cancellation);
            using var client = new HttpClient { BaseAddress = server.Address };
            using HttpContent question = RunningServer.Json(RunningServer.Plain("\"max_tokens\":300,\"temperature\":1,\"seed\":5"));
            Task<HttpResponseMessage> call = client.PostAsync("/v1/chat/completions", question, RunningServer.Cancellation);
            await RunningServer.UntilAsync(() => engine.Measures.Running == 1);

            await server.StopAsync(RunningServer.Cancellation);

            if (isFinished)
            {
                Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
            }
            else
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => call);
                await RunningServer.UntilAsync(() => engine.Measures.Running == 0);
            }

            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/healthz", RunningServer.Cancellation));
        }
    }

    /// <summary>Sends what no library of clients would, and never ends the connection; the lines of the answer, of which the last is the error.</summary>
    private static async Task<string[]> RefusedAsync(CommServer server, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, RunningServer.Cancellation);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), RunningServer.Cancellation);
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (lines.Count == 0 || !lines[^1].StartsWith('{'))
        {
            lines.Add(await reader.ReadLineAsync(RunningServer.Cancellation) ?? throw new EndOfStreamException(string.Join('\n', lines)));
        }

        return [.. lines];
    }
}
