using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CommSharp.Answering.Engine;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Server;
using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

/// <summary>The page before the server that people start, with a model whose boxes mean something.</summary>
public sealed class TrainedModelTests(Browser browser) : IAsyncLifetime
{
    private const double Tolerance = 12; // pixels of 168; the model sees 56

    private AnswerEngine _engine = null!;
    private CommServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = AnswerEngine.Load(MultimodalFolder.Open(SquaresModel.Folder), TensorOptions.Default, new AnswerEngineOptions());
        _server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0, RequestsPerMinute = 0, MaxOutputTokens = 96 }); // fewer than the server allows by default: the page asks for no more by itself
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _engine.Dispose();
    }

    [Fact]
    public async Task A_thing_that_is_asked_for_is_framed_where_the_api_says_that_it_is()
    {
        const string question = "Where is the square?";
        await using OpenPage open = await OpenPage.AtAsync(browser, _server.Address);
        await Expect(open.Page.Locator("#server-state")).ToHaveTextAsync("squares");
        await open.DropAsync(SquaresModel.Picture, "image/png");
        await open.AskAsync(question);
        await Expect(open.Boxes).ToHaveCountAsync(1);
        double[] shown = await OpenPage.PixelsOfAsync(open.Boxes.Last);

        JsonElement message = await CompleteAsync(new JsonObject { ["type"] = "text", ["text"] = question });
        JsonElement box = Assert.Single(message.GetProperty("annotations").EnumerateArray(), each => each.GetProperty("type").GetString() == "box");
        double[] named = [.. box.GetProperty("pixels").EnumerateArray().Select(each => each.GetDouble())];
        Assert.All(named.Zip(shown), pair => Assert.InRange(pair.Second, pair.First - 0.2, pair.First + 0.2));
        Assert.All(SquaresModel.Square.Zip(shown), pair => Assert.InRange(pair.Second, pair.First - Tolerance, pair.First + Tolerance));

        // Asked again after a reload, the page begins anew and answers the same.
        await open.Page.ReloadAsync();
        await Expect(open.Page.Locator(".turn")).ToHaveCountAsync(0);
        await open.DropAsync(SquaresModel.Picture, "image/png");
        await open.AskAsync(question);
        await Expect(open.Boxes).ToHaveCountAsync(1);
        Assert.Equal(shown, await OpenPage.PixelsOfAsync(open.Boxes.Last));
    }

    [Fact]
    public async Task A_drawn_box_is_what_the_question_is_about()
    {
        await using OpenPage open = await OpenPage.AtAsync(browser, _server.Address);
        await open.DropAsync(SquaresModel.Picture, "image/png");
        (float left, float top) = await open.OnScreenAsync(80, 35);
        (float right, float bottom) = await open.OnScreenAsync(145, 100);
        await open.Page.Mouse.MoveAsync(left, top);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(right, bottom, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Abox 80, 35, 145, 100"]);
        await open.AskAsync("What is this?");
        await Expect(open.Page.Locator(".turn-state")).ToHaveTextAsync(new Regex("[0-9]+ tokens"));

        JsonElement message = await CompleteAsync(
            new JsonObject { ["type"] = "text", ["text"] = "What is this?" },
            new JsonObject { ["type"] = "region", ["box"] = new JsonArray(80, 35, 145, 100), ["image_index"] = 0 });
        string answer = message.GetProperty("content").GetString()!.Trim();
        Assert.Equal("the square", answer);
        await Expect(open.LastAnswer).ToHaveTextAsync(answer);
    }

    /// <summary>The message that the API answers the same question with.</summary>
    private async Task<JsonElement> CompleteAsync(params JsonObject[] question)
    {
        string picture = "data:image/png;base64," + Convert.ToBase64String(await File.ReadAllBytesAsync(SquaresModel.Picture, TestContext.Current.CancellationToken));
        var parts = new JsonArray(new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = picture } });
        Array.ForEach(question, parts.Add);
        var request = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = parts }) };
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync("v1/chat/completions", content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        using JsonDocument answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), default, TestContext.Current.CancellationToken);
        return answer.RootElement.GetProperty("choices")[0].GetProperty("message").Clone();
    }
}
