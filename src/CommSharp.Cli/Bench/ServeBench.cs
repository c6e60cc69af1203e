using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using CommSharp.Answering.Engine;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Server;

namespace CommSharp.Cli.Bench;

/// <summary>Many clients of a server in this process, over the loopback, against one client after the other.</summary>
/// <param name="Model">The folder of the model.</param>
/// <param name="Clients">How many clients ask at the same time, each again as soon as it is answered.</param>
/// <param name="Duration">How long they ask.</param>
internal sealed record ServeBench(string Model, int Clients, TimeSpan Duration)
{
    private const int Tokens = 32;
    private const int Pictures = 8;
    private const int PartAlone = 4; // one client is measured for a quarter of the time

    public async Task<BenchMeasurement> RunAsync(CancellationToken cancellationToken)
    {
        var folder = MultimodalFolder.Open(Model);
        using AnswerEngine engine = AnswerEngine.Load(folder, TensorOptions.Default with { Dtype = folder.StoredDtype() });
        await using CommServer server = await CommServer.StartAsync(
            engine, new ServerOptions { Port = 0, RequestsPerMinute = 0, MaxConcurrent = Clients + 1 }, cancellationToken: cancellationToken);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        byte[][] questions = [.. Enumerable.Range(0, Pictures).Select(Question)];

        await AskAsync(http, questions, 1, TimeSpan.FromMilliseconds(1), cancellationToken); // what happens once does not count
        Asked alone = await AskAsync(http, questions, 1, Duration / PartAlone, cancellationToken);
        long before = Memory();
        Asked together = await AskAsync(http, questions, Clients, Duration, cancellationToken);
        long after = Memory();
        double[] sorted = [.. together.Milliseconds.Order()];
        return new BenchMeasurement(
            $"{Clients} clients of {server.Model}, {Tokens} tokens each", Percentile(sorted, 0.5), together.TokensPerSecond, "tokens/s", "one client at a time", alone.TokensPerSecond)
        {
            Details =
            [
                new("answered", sorted.Length, ""),
                new("told to come again (429)", together.Refused, ""),
                new("failed", together.Failed, "") { Wanted = 0 },
                new("p50", Percentile(sorted, 0.5), "ms"),
                new("p95", Percentile(sorted, 0.95), "ms"),
                new("p99", Percentile(sorted, 0.99), "ms"),
                new("tokens", together.Tokens, ""),
                new("most answers together", engine.Measures.MostRows, ""),
                new("p50 of one client", Percentile([.. alone.Milliseconds.Order()], 0.5), "ms"),
                new("memory at the start", before / 1e6, "MB"),
                new("memory at the end", after / 1e6, "MB"),
            ],
        };
    }

    private static async Task<Asked> AskAsync(HttpClient http, byte[][] questions, int clients, TimeSpan duration, CancellationToken cancellationToken)
    {
        var asked = new Asked();
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            int number = client;
            do
            {
                await AskAsync(http, questions[number++ % questions.Length], asked, cancellationToken);
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
        }));
        asked.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return asked;
    }

    private static async Task AskAsync(HttpClient http, byte[] question, Asked asked, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(question);
        content.Headers.ContentType = new("application/json");
        long start = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await http.PostAsync("v1/chat/completions", content, cancellationToken);
            using JsonDocument answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                asked.Add(Stopwatch.GetElapsedTime(start), answer.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
            }
            else if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                asked.Refuse();
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellationToken);
            }
            else
            {
                asked.Fail();
            }
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            asked.Fail();
        }
    }

    private static byte[] Question(int number) => Encoding.UTF8.GetBytes($$$"""
        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,{{{Convert.ToBase64String(MadePhotograph.Jpeg(320, 240, number))}}}"}},
        {"type":"text","text":"Describe the picture."}]}],"max_tokens":{{{Tokens}}},"temperature":1,"seed":{{{number}}}}
        """);

    private static double Percentile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>What became of questions; written by all clients.</summary>
    private sealed class Asked
    {
        private readonly ConcurrentBag<double> _milliseconds = [];
        private long _tokens;
        private int _refused, _failed;

        public IReadOnlyCollection<double> Milliseconds => _milliseconds;

        public long Tokens => Interlocked.Read(ref _tokens);

        public int Refused => _refused;

        public int Failed => _failed;

        public double Seconds { get; set; }

        public double TokensPerSecond => Tokens / Seconds;

        public void Add(TimeSpan duration, long tokens)
        {
            _milliseconds.Add(duration.TotalMilliseconds);
            Interlocked.Add(ref _tokens, tokens);
        }

        public void Refuse() => Interlocked.Increment(ref _refused);

        public void Fail() => Interlocked.Increment(ref _failed);
    }
}
