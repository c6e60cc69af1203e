using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

public sealed class MishapTests(Browser browser)
{
    [Fact]
    public async Task An_answer_can_be_stopped_and_what_came_is_kept()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.ReplyAndStall(Pictures.TwoBoxes[..4]);
        await open.AskAsync("Where is the cup?");
        await Expect(open.LastAnswer).ToContainTextAsync("is left of a pla");
        await open.Page.Locator("#stop").ClickAsync();
        await Expect(open.Page.Locator(".turn-state")).ToHaveTextAsync("Stopped.");
        await open.Server.HungUp.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await Expect(open.Boxes).ToHaveCountAsync(1);
        await Expect(open.Question).ToBeFocusedAsync();
        await open.AskAsync("Go on?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
    }

    [Fact]
    public async Task A_question_may_be_written_and_asked_while_its_picture_is_read()
    {
        const string goOn = "() => { const goOn = window.goOn; delete window.goOn; goOn?.(); return goOn !== undefined; }"; // the picture may not have come so far yet
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.Page.EvaluateAsync("""
            () => {
              const decode = HTMLImageElement.prototype.decode;
              HTMLImageElement.prototype.decode = async function () {
                await new Promise((done) => { window.goOn = done; });
                return decode.call(this);
              };
            }
            """);
        await open.DropAsync(Pictures.Breakfast);
        await open.Question.FillAsync("Is it");
        await open.Page.WaitForFunctionAsync(goOn);
        await Expect(open.Page.Locator("#image")).ToBeVisibleAsync();
        await Expect(open.Question).ToHaveValueAsync("Is it");

        await open.DropAsync(Pictures.Breakfast);
        await open.AskAsync("Is it morning?");
        await open.Page.WaitForFunctionAsync(goOn);
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
        await Expect(open.Question).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_says_so_and_keeps_what_came()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.ReplyAndBreak(Pictures.TwoBoxes[..4]);
        await open.AskAsync("Where is the cup?");
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The answer broke off. What came so far is kept.");
        await Expect(open.LastAnswer).ToContainTextAsync("is left of a pla");
        await Expect(open.Boxes).ToHaveCountAsync(1);

        open.Server.Reply(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                http.Response, $"data: {ScriptedServer.Text("A c")}\n\ndata: {{\"error\":{{\"message\":\"Out of memory.\"}}}}\n\n");
        });
        await open.Page.Locator(".problem button").ClickAsync();
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The server says: Out of memory.");
        await Expect(open.LastAnswer).ToHaveTextAsync("A c");
        open.Server.Reply(Pictures.TwoBoxes);
        await open.Page.Locator(".problem button").ClickAsync();
        await Expect(open.Boxes).ToHaveCountAsync(2);
        await Expect(open.Page.Locator(".problem")).ToBeEmptyAsync();
        await Expect(open.Page.Locator(".turn")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_server_with_a_key_is_asked_again_with_the_key()
    {
        ScriptedServer server = await ScriptedServer.StartAsync();
        server.Key = "open sesame";
        await using OpenPage open = await OpenPage.StartAsync(browser, server: server);
        ILocator dialog = open.Page.GetByRole(AriaRole.Dialog, new() { Name = "This server asks for an API key" });
        await Expect(dialog).ToBeVisibleAsync();
        await open.Page.Locator("#key").FillAsync("wrong");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#key-reason")).ToContainTextAsync("did not accept the key");
        await open.Page.Locator("#key").FillAsync("open sesame");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#server-state")).ToHaveTextAsync("tabletop");

        await open.DropAsync(Pictures.Breakfast);
        await open.AskAsync("Is it morning?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
        server.Key = "another"; // changed while the page is open
        await open.AskAsync("Still?");
        await Expect(dialog).ToBeVisibleAsync();
        await open.Page.Locator("#key").FillAsync("another");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        await open.Page.ReloadAsync(); // the tab remembers it, and nothing but the tab
        await Expect(open.Page.Locator("#server-state")).ToHaveTextAsync("tabletop");
        Assert.Equal(0, await open.Page.EvaluateAsync<int>("() => localStorage.length"));
        Assert.Equal("", await open.Page.EvaluateAsync<string>("() => document.cookie"));
    }

    [Fact]
    public async Task A_busy_server_is_left_alone_for_as_long_as_it_asks()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Refuse(429, "Too many.", "2");
        await open.AskAsync("Is it morning?");
        ILocator again = open.Page.Locator(".problem button");
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("too many questions");
        await Expect(again).ToHaveTextAsync("Try again in 2 s");
        await Expect(again).ToBeDisabledAsync();
        await Expect(again).ToHaveTextAsync("Try again in 1 s");
        await Expect(again).ToHaveTextAsync("Try again");
        open.Server.Refuse(503, "The server is stopping.", "10");
        await again.ClickAsync();
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The server is not ready to answer. The server says: The server is stopping.");
        await Expect(again).ToHaveTextAsync("Try again in 10 s");
    }

    [Fact]
    public async Task Other_failures_are_said_in_words_and_can_be_tried_again()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Refuse(413, "1 MB is the limit.");
        await open.AskAsync("Is it morning?");
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The picture is too large for this server. Choose a smaller one. The server says: 1 MB is the limit.");
        ILocator again = open.Page.Locator(".problem button");
        open.Server.Refuse(400, "The prompt has 5000 tokens, and 4096 are the most.");
        await again.ClickAsync();
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("does not take this question: The prompt has 5000 tokens");
        open.Server.Refuse(500, "It failed.");
        await again.ClickAsync();
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The server failed (500). The server says: It failed.");
        await open.Page.Context.SetOfflineAsync(true);
        await again.ClickAsync();
        await Expect(open.Page.Locator(".problem")).ToContainTextAsync("The server cannot be reached.");
        await open.Page.Context.SetOfflineAsync(false);
        await again.ClickAsync();
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        // A question that was never answered is not part of the conversation.
        open.Server.Refuse(500, "It failed.");
        await open.AskAsync("Lost?");
        await Expect(open.Page.Locator(".problem").Last).ToContainTextAsync("500");
        await open.AskAsync("And now?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
        Assert.Equal(3, open.Server.Questions.Last().GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_in_words()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.AskAsync("Is it morning?");
        await Expect(open.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Give a picture first");
        await open.DropAsync(Path.Combine(ScriptedServer.PageFolder, "index.html"), "image/png"); // it claims to be one
        await Expect(open.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is no picture that can be used");
        string cut = Path.Combine(Path.GetTempPath(), $"cut-{Guid.NewGuid():n}.png");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Pictures.Breakfast, TestContext.Current.CancellationToken))[..20], TestContext.Current.CancellationToken);
        try
        {
            await open.DropAsync(cut);
            await Expect(open.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This picture is damaged");
        }
        finally
        {
            File.Delete(cut);
        }

        await open.PasteAsync(Pictures.Breakfast);
        await Expect(open.Page.Locator("#picture-facts")).ToContainTextAsync("320 × 240");
        await Expect(open.Page.Locator("#notice")).ToBeHiddenAsync();
        await open.Page.Locator("#file").SetInputFilesAsync(Pictures.Stars);
        await Expect(open.Page.Locator("#picture-facts")).ToContainTextAsync("stars.jpg · 336 × 336");
    }
}
