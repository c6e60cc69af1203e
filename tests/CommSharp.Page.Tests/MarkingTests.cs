using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

public sealed class MarkingTests(Browser browser)
{
    [Fact]
    public async Task A_drawn_box_and_a_clicked_point_are_part_of_the_question()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        await DrawAsync(open, (40, 30), (200, 150));
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Abox 40, 30, 200, 150"]);
        (float x, float y) = await open.OnScreenAsync(250.5, 60.5);
        await open.Page.Mouse.ClickAsync(x, y);
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Abox 40, 30, 200, 150", "Bpoint 250, 60"]);
        await Expect(open.Page.Locator("#overlay .asked-place")).ToHaveCountAsync(2);
        await open.AskAsync("What is this?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        var parts = open.LastParts();
        Assert.Equal(["image_url", "text", "region", "region"], parts.Select(part => part.GetProperty("type").GetString()));
        Assert.Equal([40, 30, 200, 150], Numbers(parts[2].GetProperty("box")));
        Assert.Equal(0, parts[2].GetProperty("image_index").GetInt32());
        Assert.Equal([250, 60], Numbers(parts[3].GetProperty("point")));
        await Expect(open.Page.Locator("#regions li")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator(".question .place")).ToHaveTextAsync(["A", "B"]);
        await Expect(open.Page.Locator("#overlay .is-asked")).ToHaveCountAsync(2); // the turn's own places stay to be seen
    }

    [Fact]
    public async Task A_place_can_be_named_within_the_question_and_removed_again()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        await DrawAsync(open, (10, 10), (60, 60));
        await DrawAsync(open, (300, 200), (100, 100)); // from the lower right to the upper left
        await DrawAsync(open, (20, 20), (30, 30));
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove place C" }).ClickAsync();
        await open.AskAsync("Is [B] larger than [A] or [C]?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        var parts = open.LastParts();
        Assert.Equal(["image_url", "text", "region", "text", "region", "text"], parts.Select(part => part.GetProperty("type").GetString()));
        Assert.Equal([100, 100, 300, 200], Numbers(parts[2].GetProperty("box")));
        Assert.Equal([10, 10, 60, 60], Numbers(parts[4].GetProperty("box")));
        Assert.Equal(" or [C]?", parts[5].GetProperty("text").GetString()); // there is no such place: ordinary words
    }

    [Fact]
    public async Task Marking_works_above_an_answers_box_when_asked_for()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Reply(Pictures.TwoBoxes);
        await open.AskAsync("Where is the cup?");
        await Expect(open.Boxes).ToHaveCountAsync(2);
        await open.Page.Locator("#mark").ClickAsync();
        (float x, float y) = await open.OnScreenAsync(80.5, 70.5);
        await open.Page.Mouse.ClickAsync(x, y);
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Apoint 80, 70"]);
        await Expect(open.Page.Locator("#mark")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser);
        await TabToAsync(open, "button:has(img[alt='Circles and a ring'])");
        await open.Page.Keyboard.PressAsync("Enter"); // an example asks at once
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");

        await TabToAsync(open, "#stage", backwards: true);
        await open.Page.Keyboard.PressAsync("ArrowRight"); // shows the cursor: 84 pixels in the middle
        await open.Page.Keyboard.PressAsync("ArrowLeft");
        await open.Page.Keyboard.PressAsync("Control+ArrowUp");
        await open.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(open.Page.Locator("#overlay .is-cursor")).ToHaveAttributeAsync("aria-label", "Cursor: box 119, 125, 210, 209");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.Keyboard.PressAsync("p");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Abox 119, 125, 210, 209", "Bpoint 168, 168"]);
        await open.Page.Keyboard.PressAsync("ArrowUp");
        await open.Page.Keyboard.PressAsync("Escape"); // the cursor
        await Expect(open.Page.Locator("#regions li")).ToHaveCountAsync(2);
        await open.Page.Keyboard.PressAsync("Escape"); // the last mark
        await Expect(open.Page.Locator("#regions li")).ToHaveCountAsync(1);

        await TabToAsync(open, "#question");
        await open.Page.Keyboard.TypeAsync("What is this?");
        open.Server.Reply(ScriptedServer.Text("a ring[0.1,0.1,0.5,0.5]"), ScriptedServer.Box("a ring", 0, 6, 23, 33, 33, 168, 168));
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Chips).ToHaveCountAsync(1);
        Assert.Equal([119, 125, 210, 209], Numbers(open.LastParts()[^1].GetProperty("box")));
        await TabToAsync(open, ".chip", backwards: true);
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#status")).ToHaveTextAsync("Copied 33, 33, 168, 168");
        await TabToAsync(open, "#overlay .answer-place", backwards: true);
        await open.Page.Keyboard.PressAsync("Space");
        await Expect(open.Chips.First).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-lit"));
    }

    private static async Task TabToAsync(OpenPage open, string selector, bool backwards = false)
    {
        for (int i = 0; i < 40; i++)
        {
            await open.Page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            if (await open.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }

        Assert.Fail($"The tab key does not reach {selector}.");
    }

    private static async Task DrawAsync(OpenPage open, (double X, double Y) from, (double X, double Y) to)
    {
        (float x, float y) = await open.OnScreenAsync(from.X, from.Y);
        await open.Page.Mouse.MoveAsync(x, y);
        await open.Page.Mouse.DownAsync();
        (x, y) = await open.OnScreenAsync(to.X, to.Y);
        await open.Page.Mouse.MoveAsync(x, y, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
