using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

public sealed class AnswerTests(Browser browser)
{
    [Fact]
    public async Task An_answer_streams_in_and_its_boxes_lie_on_the_pixels_that_the_server_named()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await Expect(open.Page.Locator("#server-state")).ToHaveTextAsync("tabletop");
        await open.DropAsync(Pictures.Breakfast);
        await Expect(open.Page.Locator("#picture-facts")).ToContainTextAsync("breakfast.png · 320 × 240 pixels");
        open.Server.Reply(Pictures.TwoBoxes);
        await open.AskAsync("Where is the cup?");

        await Expect(open.Boxes).ToHaveCountAsync(2);
        await Expect(open.Chips).ToHaveTextAsync(["1A cup", "2is left of a plate"]);
        await Expect(open.Page.Locator(".turn-state")).ToHaveTextAsync("24 tokens");
        string visible = await open.LastAnswer.InnerTextAsync();
        Assert.DoesNotContain("0.100", visible, StringComparison.Ordinal);
        await Expect(open.Page.Locator("#spoken")).ToHaveTextAsync("A cup is left of a plate.");

        // Small boxes are drawn above large ones.
        double[] plate = await OpenPage.PixelsOfAsync(open.Boxes.First), cup = await OpenPage.PixelsOfAsync(open.Boxes.Last);
        Near([160, 96, 288, 216], plate);
        Near([32, 24, 128.5, 120], cup);

        // The same holds at another size of the window and of the picture.
        await open.Page.SetViewportSizeAsync(1000, 520);
        Near([32, 24, 128.5, 120], await OpenPage.PixelsOfAsync(open.Boxes.Last));
        await open.Page.Locator("#zoom-in").ClickAsync();
        await open.Page.Locator("#zoom-in").ClickAsync();
        Near([32, 24, 128.5, 120], await OpenPage.PixelsOfAsync(open.Boxes.Last));
    }

    [Fact]
    public async Task A_question_carries_the_picture_as_it_is_and_the_settings()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast, "application/octet-stream"); // its first bytes tell what it is
        await open.Page.Locator(".settings summary").ClickAsync();
        await open.Page.Locator("#max-tokens").FillAsync("40");
        await open.Page.Locator("#temperature").FillAsync("0.7");
        await open.Page.Locator("#seed").FillAsync("5");
        await open.Page.Locator("#boxes").SelectOptionAsync("constrained");
        await open.AskAsync("Is it morning?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        var request = open.Server.Questions.Single();
        Assert.Equal("tabletop", request.GetProperty("model").GetString());
        Assert.True(request.GetProperty("stream").GetBoolean());
        Assert.True(request.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(40, request.GetProperty("max_tokens").GetInt32());
        Assert.Equal(0.7, request.GetProperty("temperature").GetDouble());
        Assert.Equal(5, request.GetProperty("seed").GetInt32());
        Assert.Equal("constrained", request.GetProperty("boxes").GetString());
        var parts = open.LastParts();
        Assert.Equal(["image_url", "text"], parts.Select(part => part.GetProperty("type").GetString()));
        string picture = parts[0].GetProperty("image_url").GetProperty("url").GetString()!;
        Assert.StartsWith("data:image/png;base64,", picture, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(Pictures.Breakfast, TestContext.Current.CancellationToken), Convert.FromBase64String(picture[22..]));
        Assert.Equal("Is it morning?", parts[1].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_phrase_and_its_box_light_up_together_and_a_click_copies_the_pixels()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Reply(Pictures.TwoBoxes);
        await open.AskAsync("Where is the cup?");
        await Expect(open.Boxes).ToHaveCountAsync(2);
        var (chip, box) = (open.Chips.First, open.Boxes.Last);
        var lit = new System.Text.RegularExpressions.Regex("is-lit");

        await chip.HoverAsync();
        await Expect(box).ToHaveClassAsync(lit);
        await Expect(open.Boxes.First).Not.ToHaveClassAsync(lit);
        await box.HoverAsync();
        await Expect(chip).ToHaveClassAsync(lit);
        await Expect(open.Page.Locator(".tag.is-lit .tag-phrase")).ToHaveTextAsync("A cup");
        await open.Page.Locator(".bar h1").HoverAsync();
        await Expect(chip).Not.ToHaveClassAsync(lit);
        await chip.FocusAsync();
        await Expect(box).ToHaveClassAsync(lit);

        await box.ClickAsync();
        await Expect(open.Page.Locator("#status")).ToHaveTextAsync("Copied 32, 24, 128.5, 120");
        await Expect(open.Page.Locator("#regions li")).ToHaveCountAsync(0); // a box takes its click; no point is set
        await open.Chips.Last.PressAsync("Enter");
        await Expect(open.Page.Locator("#status")).ToHaveTextAsync("Copied 160, 96, 288, 216");
        Assert.Equal("160, 96, 288, 216", await open.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));

        await open.Page.Locator("#show-coordinates").CheckAsync();
        await Expect(open.LastAnswer).ToContainTextAsync("[0.100,0.200,0.400,0.500]");
        await Expect(open.Page.Locator(".coordinates")).ToContainTextAsync("1 A cup: 32, 24, 128.5, 120 (confidence 0.87)");
        Assert.Contains("0.100", await open.LastAnswer.InnerTextAsync(), StringComparison.Ordinal);
        await open.Page.Locator("#show-boxes").ClickAsync();
        await Expect(open.Boxes).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Several_turns_are_one_conversation_and_each_shows_its_own_boxes()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Reply(Pictures.TwoBoxes);
        await open.AskAsync("Where is the cup?");
        await Expect(open.Boxes).ToHaveCountAsync(2);
        open.Server.Reply(ScriptedServer.Text("[0.1,0.1,0.5,0.5]"), ScriptedServer.Box("", 0, 0, 17, 10, 10, 50, 50));
        await open.AskAsync("And the spoon?");
        await Expect(open.Boxes).ToHaveCountAsync(1);
        await Expect(open.Chips.Last).ToHaveTextAsync("1the box"); // a box without words

        var messages = open.Server.Questions.Last().GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal(["user", "assistant", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("A cup[0.100,0.200,0.400,0.500] is left of a plate[0.500,0.500,0.900,0.900].", messages[1].GetProperty("content").GetString());
        Assert.Equal(["text"], open.LastParts().Select(part => part.GetProperty("type").GetString())); // the picture goes once

        await open.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Show its boxes: question 1" }).ClickAsync();
        await Expect(open.Boxes).ToHaveCountAsync(2);
        await Expect(open.Page.Locator(".turn[aria-current=true] .question")).ToContainTextAsync("Where is the cup?");
        await open.Page.Locator("#new-conversation").ClickAsync();
        await Expect(open.Page.Locator(".turn")).ToHaveCountAsync(0);
        await Expect(open.Boxes).ToHaveCountAsync(0);
        await open.AskAsync("Anew?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
        Assert.Single(open.Server.Questions.Last().GetProperty("messages").EnumerateArray());
    }

    [Fact]
    public async Task A_phrase_may_have_several_boxes_and_a_point_is_drawn_too()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        const string text = "Zwei Töpfe ☕[0.1,0.1,0.2,0.2;0.5,0.5,0.6,0.6] beside <ref>a lid</ref><box>(1,2),(3,4)</box> and a tip[0.5,0.5].[0.9,0.1";
        int Of(string part) => text.IndexOf(part, StringComparison.Ordinal);
        const string cups = "Zwei Töpfe ☕";
        int cupsEnd = Of(" beside"), tip = Of("[0.5,0.5].");
        open.Server.Reply(
            ScriptedServer.Text(text),
            ScriptedServer.Box(cups, 0, cups.Length, cupsEnd, 32, 24, 64, 48),
            ScriptedServer.Box(cups, 0, cups.Length, cupsEnd, 160, 120, 192, 144),
            ScriptedServer.Box("a lid", Of("a lid"), Of("<box>"), Of(" and a tip"), 1, 2, 3, 4),
            ScriptedServer.Box("and a tip", Of("and a tip"), tip, tip + 9, 160, 120).Replace("\"box\"", "\"point\"", StringComparison.Ordinal),
            ScriptedServer.Box("an unknown kind", 0, 1, 1, 1, 2, 3).Replace("\"box\"", "\"outline\"", StringComparison.Ordinal),
            """{"choices":[{"delta":{"annotations":[{"type":"box_problem","start":START,"end":END,"message":"The box is cut off."}]}}]}"""
                .Replace("START", $"{tip + 10}", StringComparison.Ordinal).Replace("END", $"{text.Length}", StringComparison.Ordinal));
        await open.AskAsync("What is there?");
        await Expect(open.Boxes).ToHaveCountAsync(4);
        await Expect(open.Chips).ToHaveTextAsync(["1" + cups, "2a lid", "3and a tip"]);
        await Expect(open.Page.Locator("#spoken")).ToHaveTextAsync(cups + " beside a lid and a tip.");
        await Expect(open.Page.GetByTitle("The box is cut off.")).ToHaveTextAsync("[0.9,0.1");
        Assert.DoesNotContain("ref", await open.LastAnswer.InnerTextAsync(), StringComparison.Ordinal);
        await open.Chips.First.ClickAsync();
        await Expect(open.Page.Locator("#overlay .is-lit")).ToHaveCountAsync(2);
        await Expect(open.Page.Locator("#status")).ToHaveTextAsync("Copied 32, 24, 64, 48; 160, 120, 192, 144");
        Assert.Equal("32, 24, 64, 48\n160, 120, 192, 144", await open.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await Expect(open.Page.Locator("#overlay .answer-place circle.dot")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_the_model_says_is_never_markup()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Stars, "image/jpeg");
        const string hostile = "<img src=x onerror=alert(1)> <b>bold</b> & [0.1";
        open.Server.Reply(ScriptedServer.Text(hostile), ScriptedServer.Box("<img src=x onerror=alert(1)>", 0, 28, 28, 0, 0, 5, 5));
        await open.AskAsync("<script>alert(2)</script>");
        await Expect(open.Page.Locator(".turn-state")).ToHaveTextAsync("24 tokens");
        await Expect(open.LastAnswer).ToHaveTextAsync("1" + hostile);
        await Expect(open.Page.Locator(".question")).ToContainTextAsync("<script>alert(2)</script>");
        await Expect(open.Page.Locator("#turns img, #turns b, #turns script, #tags img")).ToHaveCountAsync(0);
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - 0.2, expected[i] + 0.2);
        }
    }
}
