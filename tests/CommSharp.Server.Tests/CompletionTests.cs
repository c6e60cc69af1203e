using System.Net;
using System.Text.Json;
using CommSharp.Answering.Engine;

namespace CommSharp.Server.Tests;

public sealed class CompletionTests(LoadedEngine loaded)
{
    private readonly AnswerEngine _engine = loaded.Engine;

    [Fact]
    public async Task An_answer_has_OpenAIs_shape_and_tells_the_pictures_tokens()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement answer = (await server.CompleteAsync(RunningServer.Question())).RequireSuccess().Json;

        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("tiny-comm", answer.GetProperty("model").GetString());
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.NotEmpty(choice.GetProperty("message").GetProperty("content").GetString()!);
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        JsonElement usage = answer.GetProperty("usage"), details = usage.GetProperty("prompt_tokens_details");
        Assert.Equal(8, usage.GetProperty("completion_tokens").GetInt64());
        Assert.Equal(16, details.GetProperty("image_tokens").GetInt64());
        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt64(), 16 + details.GetProperty("text_tokens").GetInt64());
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task A_streamed_answer_is_the_whole_one_with_its_boxes_and_ends_with_usage_and_DONE()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        const string Members = "\"max_tokens\":60,\"boxes\":\"only\"";

        JsonElement whole = (await server.CompleteAsync(RunningServer.Question(members: Members))).RequireSuccess().Json;
        Reply streamed = (await server.CompleteAsync(RunningServer.Question(members: Members + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))).RequireSuccess();

        Assert.Equal("text/event-stream", streamed.Response.Content.Headers.ContentType!.MediaType);
        (JsonElement[] chunks, string last) = Chunks(streamed.Text);
        Assert.Equal("[DONE]", last);
        JsonElement[] deltas = [.. chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("delta"))];
        string text = string.Concat(deltas.Select(delta => delta.TryGetProperty("content", out JsonElement piece) ? piece.GetString() : ""));
        string[] boxes = [.. deltas.SelectMany(delta => delta.TryGetProperty("annotations", out JsonElement list) ? list.EnumerateArray() : []).Select(each => each.GetRawText())];
        JsonElement message = whole.GetProperty("choices")[0].GetProperty("message");
        Assert.Equal(message.GetProperty("content").GetString(), text);
        Assert.Equal(message.GetProperty("annotations").EnumerateArray().Select(each => each.GetRawText()), boxes);
        Assert.Equal(whole.GetProperty("usage").GetRawText(), chunks[^1].GetProperty("usage").GetRawText());
        Assert.Empty(chunks[^1].GetProperty("choices").EnumerateArray());
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("finish_reason").GetString(), chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task A_box_is_told_in_the_square_and_in_pixels()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement answer = (await server.CompleteAsync(RunningServer.Question(members: "\"max_tokens\":60,\"boxes\":\"only\""))).RequireSuccess().Json;

        JsonElement message = answer.GetProperty("choices")[0].GetProperty("message");
        JsonElement box = message.GetProperty("annotations").EnumerateArray().First(each => each.GetProperty("type").GetString() == "box");
        double[] normalized = Numbers(box.GetProperty("normalized")), pixels = Numbers(box.GetProperty("pixels"));
        Assert.Equal(Math.Clamp(normalized[0] * 320, 0, 320), pixels[0], 0.01); // 320 x 240, padded above and below by 40
        Assert.Equal(Math.Clamp((normalized[1] * 320) - 40, 0, 240), pixels[1], 0.01);
        Assert.Equal(0, box.GetProperty("image_index").GetInt32());
        Assert.InRange(box.GetProperty("confidence").GetDouble(), 0, 1);
        string text = message.GetProperty("content").GetString()!;
        Assert.StartsWith("[", text[box.GetProperty("mark_start").GetInt32()..box.GetProperty("mark_end").GetInt32()], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_is_read_as_the_models_own_words()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        const string Format = """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"PICTURE"}},{"type":"text","text":"What is "},REGION,{"type":"text","text":"?"}]}],"max_tokens":20}""";
        string json = Format.Replace("PICTURE", RunningServer.Picture, StringComparison.Ordinal);

        Reply drawn = await server.CompleteAsync(json.Replace("REGION", """{"type":"region","box":[0,0,160,120],"image_index":0}""", StringComparison.Ordinal));
        Reply written = await server.CompleteAsync(json.Replace("REGION", """{"type":"text","text":"[0.000,0.125,0.500,0.500]"}""", StringComparison.Ordinal));
        Reply point = await server.CompleteAsync(json.Replace("REGION", """{"type":"region","point":[160,120]}""", StringComparison.Ordinal));
        Reply outside = await server.CompleteAsync(json.Replace("REGION", """{"type":"region","box":[0,0,1600,120]}""", StringComparison.Ordinal));

        Assert.Equal(Content(written), Content(drawn));
        point.RequireSuccess();
        outside.RequireError(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_seed_decides_what_is_drawn_and_a_stop_text_ends_the_answer()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        string one = Content(await server.CompleteAsync(RunningServer.Plain("\"max_tokens\":20,\"temperature\":1.5,\"top_p\":0.9,\"seed\":7")));
        string same = Content(await server.CompleteAsync(RunningServer.Plain("\"max_completion_tokens\":20,\"temperature\":1.5,\"top_p\":0.9,\"seed\":7")));
        string other = Content(await server.CompleteAsync(RunningServer.Plain("\"max_tokens\":20,\"temperature\":1.5,\"top_p\":0.9,\"seed\":8")));
        string stop = one[(one.Length / 2)..][..1];
        Reply stopped = await server.CompleteAsync(RunningServer.Plain($"\"max_tokens\":20,\"temperature\":1.5,\"top_p\":0.9,\"seed\":7,\"stop\":[{JsonSerializer.Serialize(stop)}]"));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.Equal(one[..one.IndexOf(stop, StringComparison.Ordinal)], Content(stopped));
        Assert.Equal("stop", stopped.Json.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tool_choice\":\"\\ud800\"", "tool_choice")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format")]
    [InlineData("\"response_format\":{\"type\":\"\\ud800\"}", "response_format")]
    [InlineData("\"response_format\":{\"type\":\"text\",\"\\ud800\":1}", "response_format")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"presence_penalty\":0.5", "presence_penalty")]
    [InlineData("\"logit_bias\":{\"5\":1}", "logit_bias")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities")]
    [InlineData("\"temperature\":3", "temperature")]
    [InlineData("\"temperature\":-1", "temperature")]
    [InlineData("\"top_p\":0", "top_p")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_tokens\":1000000", "max_tokens")]
    [InlineData("\"max_completion_tokens\":0", "max_completion_tokens")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop")]
    [InlineData("\"stop\":\"\"", "stop")]
    [InlineData("\"stop\":[\"\\ud800\"]", "stop")]
    [InlineData("\"boxes\":\"many\"", "boxes")]
    [InlineData("\"stream_options\":{\"include_usage\":true}", "stream_options")]
    public async Task What_cannot_be_honoured_is_refused_by_name(string members, string name)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement error = (await server.CompleteAsync(RunningServer.Plain(members))).RequireError(HttpStatusCode.BadRequest);

        Assert.Equal(name, error.GetProperty("param").GetString());
        Assert.Contains(name, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extras_that_change_nothing_are_tolerated()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        const string Extras =
            "\"max_tokens\":2,\"user\":\"me\",\"tools\":[],\"tool_choice\":\"auto\",\"n\":1,\"logprobs\":false,\"presence_penalty\":0,\"response_format\":{\"type\":\"text\"},"
            + "\"service_tier\":\"auto\",\"metadata\":{\"a\":\"b\"},\"seed\":null,\"stop\":null,\"store\":false,\"parallel_tool_calls\":true,\"never_heard_of\":{\"x\":[1]}";

        (await server.CompleteAsync(RunningServer.Plain(Extras))).RequireSuccess();
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":null}""", "messages")]
    [InlineData("""{"messages":[null]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"judge","content":"Hi"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"tool","content":"Hi"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"region","box":[1,2]}]}]}""", "messages[0].content[0]")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,%%%"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"nonsense"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"assistant","content":"Hi"}]}""", "messages")]
    public async Task What_is_wrong_with_messages_is_said_with_its_place(string json, string place)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement error = (await server.CompleteAsync(json)).RequireError(HttpStatusCode.BadRequest);

        Assert.Equal(place, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Another_model_is_not_found()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement error = (await server.CompleteAsync("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""")).RequireError(HttpStatusCode.NotFound);

        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused_as_such()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement error = (await server.CompleteAsync(RunningServer.Question(new string('x', 3000)))).RequireError(HttpStatusCode.BadRequest);

        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(each => each.GetDouble())];

    private static string Content(Reply reply) => reply.RequireSuccess().Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static (JsonElement[] Chunks, string Last) Chunks(string text)
    {
        string[] events = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(each => each["data: ".Length..])];
        return ([.. events[..^1].Select(each => JsonDocument.Parse(each).RootElement.Clone())], events[^1]);
    }
}
