using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CommSharp.Answering.Engine;
using CommSharp.Server.Pictures;
using CommSharp.Tests.Imaging;

namespace CommSharp.Server.Tests.Pictures;

public sealed class PictureTests(LoadedEngine loaded)
{
    /// <summary>The world's rules, but that the test's own web, which is on this machine, may be reached.</summary>
    private static readonly NetworkRules WithPictureWeb = new(
        (name, _) => Task.FromResult<IPAddress[]>([name == "pictures.test" ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]),
        address => address.Equals(IPAddress.Loopback) || AddressRules.IsPublic(address));

    private readonly AnswerEngine _engine = loaded.Engine;

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.128.0.0", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.255.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b:1::a00:1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001::7f00:1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Only_addresses_in_the_open_may_be_reached(string address, bool isPublic) => Assert.Equal(isPublic, AddressRules.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("pictures.example", "https://pictures.example/a.png", true)]
    [InlineData("pictures.example", "http://PICTURES.example./a.png", true)]
    [InlineData("pictures.example", "https://pictures.example:8443/a.png", false)]
    [InlineData("pictures.example:8443", "https://pictures.example:8443/a.png", true)]
    [InlineData("pictures.example", "https://a.pictures.example/a.png", false)]
    [InlineData("*.pictures.example", "https://a.pictures.example/a.png", true)]
    [InlineData("*.pictures.example", "https://pictures.example/a.png", false)]
    [InlineData("*.pictures.example", "https://badpictures.example/a.png", false)]
    [InlineData("pictures.example", "https://pictures.example.evil.example/a.png", false)]
    public void A_host_is_allowed_by_its_name_and_port(string allowed, string url, bool covers) => Assert.Equal(covers, AllowedHost.Parse(allowed).Covers(new Uri(url)));

    [Theory]
    [InlineData("http://127.0.0.1/a.png")]
    [InlineData("http://2130706433/a.png")]
    [InlineData("http://0x7f.1/a.png")]
    [InlineData("http://[::ffff:127.0.0.1]/a.png")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://user@pictures.test/a.png")]
    [InlineData("http://elsewhere.test/a.png")]
    [InlineData("ftp://pictures.test/a.png")]
    [InlineData("http://inside.test/a.png")]
    [InlineData("http://mixed.test/a.png")]
    public async Task Addresses_inside_are_refused_whatever_they_are_called(string url)
    {
        var options = new ServerOptions { ImageHosts = ["pictures.test", "inside.test", "mixed.test", "127.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"] };
        Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>(
            name == "mixed.test" ? [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")] : [IPAddress.Parse("192.168.0.1")]);
        await using RunningServer server = await RunningServer.StartAsync(
            _engine, options, new ServerSurroundings { Network = new NetworkRules(ResolveAsync, AddressRules.IsPublic) });

        Reply reply = await server.CompleteAsync(RunningServer.Question(picture: url));

        Assert.Equal("image_not_fetched", reply.RequireError(HttpStatusCode.BadRequest).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("good", null)]
    [InlineData("hop", null)]
    [InlineData("inside", "its address is not in the open")]
    [InlineData("elsewhere", "does not fetch from there")]
    [InlineData("file", "does not fetch from there")]
    [InlineData("loop", "more than 3 redirects")]
    [InlineData("large", "is larger than 100000 bytes")]
    [InlineData("endless", "is larger than 100000 bytes")]
    [InlineData("slow", "took longer than 1 s")]
    [InlineData("text", "it is no picture")]
    [InlineData("missing", "status is 404")]
    [InlineData("closed", "cannot be reached")]
    public async Task Pictures_are_fetched_within_limits(string path, string? problem)
    {
        await using var web = new PictureWeb();
        var options = new ServerOptions { ImageHosts = [$"pictures.test:{web.Port}", "inside.test"], MaxImageBytes = 100_000, ImageTimeout = TimeSpan.FromSeconds(1) };
        await using RunningServer server = await RunningServer.StartAsync(_engine, options, new ServerSurroundings { Network = WithPictureWeb });

        Reply reply = await server.CompleteAsync(RunningServer.Question(picture: $"http://pictures.test:{web.Port}/{path}"));

        if (problem is null)
        {
            reply.RequireSuccess();
        }
        else
        {
            Assert.Contains(problem, reply.RequireError(HttpStatusCode.BadRequest).GetProperty("message").GetString()!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pictures_that_are_fetched_for_one_request_are_within_a_limit_together()
    {
        await using var web = new PictureWeb();
        var options = new ServerOptions { ImageHosts = [$"pictures.test:{web.Port}"], MaxRequestBytes = (2 * new FileInfo(BundledModel.Picture).Length) - 1 };
        await using RunningServer server = await RunningServer.StartAsync(_engine, options, new ServerSurroundings { Network = WithPictureWeb });
        string address = $"http://pictures.test:{web.Port}/good";
        string two = string.Join(',', Enumerable.Repeat($$$"""{"type":"image_url","image_url":{"url":"{{{address}}}"}}""", 2));

        Reply fetched = await server.CompleteAsync(RunningServer.Question(picture: address));
        JsonElement error = (await server.CompleteAsync($$$"""{"messages":[{"role":"user","content":[{{{two}}}]}]}""")).RequireError(HttpStatusCode.BadRequest);

        fetched.RequireSuccess();
        Assert.Equal(("messages[0].content[1].image_url.url", "image_not_fetched"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Contains("bytes together", error.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_by_default()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        Reply reply = await server.CompleteAsync(RunningServer.Question(picture: "https://example.org/a.png"));

        Assert.Contains("send the picture as a data URL", reply.RequireError(HttpStatusCode.BadRequest).GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decompression_bomb_a_broken_picture_and_too_many_are_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { MaxPictures = 2, MaxPixels = 1_000_000 });
        string bomb = Data(PngBytes.Black(60_000, 60_000, 10)), large = Data(PngBytes.Black(1001, 1000, 1000)), broken = Data([0x89, .. "PNG\r\n"u8]);
        string three = string.Join(',', Enumerable.Repeat($$$"""{"type":"image_url","image_url":{"url":"{{{RunningServer.Picture}}}"}}""", 3));

        foreach (string picture in new[] { bomb, large, broken })
        {
            Assert.Equal("invalid_image", (await server.CompleteAsync(RunningServer.Question(picture: picture))).RequireError(HttpStatusCode.BadRequest).GetProperty("code").GetString());
        }

        Reply many = await server.CompleteAsync($$$"""{"messages":[{"role":"user","content":[{{{three}}}]}]}""");
        Assert.Equal("too_many_pictures", many.RequireError(HttpStatusCode.BadRequest).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Pictures_that_take_too_much_memory_together_wait_outside()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { MaxPixelsTogether = (2 * 320 * 240) - 1 });
        using var end = new CancellationTokenSource();
        string endless = RunningServer.Question(members: "\"max_tokens\":300,\"temperature\":1,\"seed\":5");
        Task<HttpResponseMessage> call = server.Client.PostAsync("/v1/chat/completions", RunningServer.Json(endless), end.Token);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 1);

        Reply refused = await server.CompleteAsync(RunningServer.Question());
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await RunningServer.UntilAsync(() => _engine.Measures.Running == 0);

        Assert.Equal("too_many_pixels", refused.RequireError(HttpStatusCode.TooManyRequests).GetProperty("code").GetString());
        (await server.CompleteAsync(RunningServer.Question())).RequireSuccess();
        Reply two = await server.PostAsync("/v1/ground", RunningServer.Json($$"""{"image":"{{RunningServer.Picture}}","phrases":["1","2"]}"""));
        Assert.Equal("too_many_pixels", two.RequireError(HttpStatusCode.BadRequest).GetProperty("code").GetString());
    }

    private static string Data(byte[] bytes) => "data:image/png;base64," + Convert.ToBase64String(bytes);

    /// <summary>A few pages of pictures on this machine, well and badly behaved.</summary>
    private sealed class PictureWeb : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly Task _serving;

        public PictureWeb()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _listener.Dispose();
            await _serving;
            _end.Dispose();
        }

        private async Task ServeAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    using TcpClient caller = await _listener.AcceptTcpClientAsync(_end.Token);
                    await AnswerAsync(caller.GetStream());
                }
                catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
                {
                    // the caller has gone, or the test is over
                }
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            string path = (await reader.ReadLineAsync(_end.Token))!.Split(' ')[1];
            while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
            {
            }

            byte[] picture = await File.ReadAllBytesAsync(BundledModel.Picture, _end.Token);
            string Redirect(string to) => $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            string Head(string type, long? length) =>
                $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n{(length is null ? "" : $"Content-Length: {length}\r\n")}Connection: close\r\n\r\n";
            byte[] answer = path switch
            {
                "/good" => [.. Encoding.ASCII.GetBytes(Head("image/png", picture.Length)), .. picture],
                "/hop" => Encoding.ASCII.GetBytes(Redirect("/good")),
                "/inside" => Encoding.ASCII.GetBytes(Redirect("http://inside.test/secret")),
                "/elsewhere" => Encoding.ASCII.GetBytes(Redirect("http://127.0.0.1/secret")),
                "/file" => Encoding.ASCII.GetBytes(Redirect("file:///etc/passwd")),
                "/loop" => Encoding.ASCII.GetBytes(Redirect("/loop")),
                "/large" => [.. Encoding.ASCII.GetBytes(Head("image/png", 200_000)), .. new byte[200_000]],
                "/endless" => [.. Encoding.ASCII.GetBytes(Head("image/png", null)), .. new byte[500_000]],
                "/text" => [.. Encoding.ASCII.GetBytes(Head("text/html", 2)), .. "hi"u8],
                "/slow" or "/closed" => [],
                _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
            };
            if (path == "/slow")
            {
                await Task.Delay(TimeSpan.FromSeconds(3), _end.Token);
            }

            await stream.WriteAsync(answer, _end.Token);
        }
    }
}
