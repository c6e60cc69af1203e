using System.Net;
using System.Text;
using CommSharp.Answering.Engine;

namespace CommSharp.Server.Tests;

public sealed class MutationTests
{
    private const int Mutations = 10_000;
    private const int Together = 16;

    private static readonly string[] Words =
    [
        "null", "true", "-1", "1e400", "0", "{}", "[]", "\"\"", "\"\\ud800\"", ",", ":", "\"", "\\", "[", "]", "{", "}", "\u0000", "data:image/png;base64,", "http://127.0.0.1/",
        "\"n\":2,", "\"stream\":true,", "\"tools\":[{}],", "\"role\":\"system\",", "9999999999999999999999", "0.5", "\"type\":\"region\",\"box\":[0,0,9,9],",
    ];

    [Fact]
    public async Task Ten_thousand_broken_requests_break_nothing()
    {
        using AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions { MaxQueue = 64, MaxRows = 16 });
        await using RunningServer server = await RunningServer.StartAsync(engine, new ServerOptions { RequestsPerMinute = 0, MaxOutputTokens = 8 });
        byte[] tiny = CommSharp.Tests.Imaging.PngBytes.Black(20, 10, 10);
        string picture = "data:image/png;base64," + Convert.ToBase64String(tiny);
        string region = $$$"""{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{picture}}}","detail":"low"}},{"type":"text","text":"What is "},{"type":"region","box":[0,0,8,8],"image_index":0}]}],"max_tokens":2,"temperature":0.5,"seed":3,"stop":["x"]}""";
        (string Path, string Body)[] valid =
        [
            ("/v1/chat/completions", RunningServer.Question("Hi", "\"max_tokens\":2", picture)),
            ("/v1/chat/completions", region),
            ("/v1/chat/completions", RunningServer.Plain("\"max_tokens\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"top_p\":0.9,\"n\":1")),
            ("/v1/ground", $$"""{"image":"{{picture}}","phrases":["the cup"],"max_tokens":2}"""),
        ];
        foreach ((string path, string body) in valid)
        {
            (await server.PostAsync(path, RunningServer.Json(body))).RequireSuccess();
        }

        await RunningServer.UntilAsync(() => engine.Measures.Running == 0);
        (long tensors, long pictures) = (engine.TensorsWhenIdle, engine.Measures.VisionCalls);
        var statuses = new Dictionary<HttpStatusCode, int>();
        var random = new Random(1);
        for (int i = 0; i < Mutations; i += Together)
        {
            (string Path, byte[] Body)[] broken = [.. Enumerable.Range(i, Together).Select(j => (valid[j % valid.Length].Path, Mutate(valid[j % valid.Length].Body, random)))];
            Reply[] replies = await Task.WhenAll(broken.Select(each => SendAsync(server, each.Path, each.Body)));
            for (int j = 0; j < replies.Length; j++)
            {
                Reply reply = replies[j];
                statuses[reply.Status] = statuses.GetValueOrDefault(reply.Status) + 1;
                if (reply.Status != HttpStatusCode.OK)
                {
                    Assert.True((int)reply.Status is >= 400 and < 500, $"{reply.Status}: {reply.Text}\n{Encoding.UTF8.GetString(broken[j].Body)}");
                    reply.RequireError(reply.Status);
                }
            }
        }

        Assert.Empty(server.Faults);
        Assert.Equal(0, engine.Measures.Failed);
        Assert.True(statuses.Keys.All(status => status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound), string.Join(", ", statuses));
        Assert.InRange(statuses[HttpStatusCode.BadRequest], Mutations / 4, Mutations);
        await RunningServer.UntilAsync(() => engine.Measures is { Running: 0, Waiting: 0 });

        // What lives on beside the model are the tokens of pictures, one tensor each.
        Assert.Equal(tensors + engine.Measures.VisionCalls - pictures, engine.TensorsWhenIdle);
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", statuses));
    }

    private static async Task<Reply> SendAsync(RunningServer server, string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return await server.PostAsync(path, content);
    }

    private static byte[] Mutate(string valid, Random random)
    {
        var body = new List<byte>(Encoding.UTF8.GetBytes(valid));
        for (int i = random.Next(1, 4); i > 0 && body.Count > 1; i--)
        {
            int at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 20), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 40), body.Count - at)));
                    break;
                case 4:
                    body.RemoveRange(at, body.Count - at);
                    break;
                default:
                    ReplaceValue(body, at, random);
                    break;
            }
        }

        return [.. body];
    }

    /// <summary>Puts another value behind a colon, so that what follows is often still JSON.</summary>
    private static void ReplaceValue(List<byte> body, int at, Random random)
    {
        int colon = body.IndexOf((byte)':', at);
        int end = colon < 0 ? -1 : body.FindIndex(colon, each => each is (byte)',' or (byte)'}');
        if (end > colon && colon > 0)
        {
            body.RemoveRange(colon + 1, end - colon - 1);
            body.InsertRange(colon + 1, Encoding.UTF8.GetBytes(Words[random.Next(10)]));
        }
    }
}
