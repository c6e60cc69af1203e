using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

public sealed class LookTests(Browser browser)
{
    [Fact]
    public async Task Light_and_dark_follow_the_system_until_the_switch_says_otherwise()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser, new() { ColorScheme = ColorScheme.Dark });
        const string dark = "rgb(15, 19, 25)", light = "rgb(243, 245, 248)";
        await Expect(open.Page.Locator("body")).ToHaveCSSAsync("background-color", dark);
        await Expect(open.Page.Locator("#theme")).ToHaveAttributeAsync("aria-pressed", "true");
        await open.Page.Locator("#theme").ClickAsync();
        await Expect(open.Page.Locator("body")).ToHaveCSSAsync("background-color", light);
        await open.Page.ReloadAsync();
        await Expect(open.Page.Locator("body")).ToHaveCSSAsync("background-color", light);
        await Expect(open.Page.Locator("#theme")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(740, 360)]
    public async Task Nothing_is_wider_than_a_phone(int width, int height)
    {
        await using OpenPage open = await OpenPage.StartAsync(
            browser, new() { ViewportSize = new() { Width = width, Height = height }, HasTouch = true, IsMobile = true, DeviceScaleFactor = 2 });
        await FitsAsync(open, width);
        await open.DropAsync(Pictures.Breakfast);
        open.Server.Reply([.. Pictures.TwoBoxes, ScriptedServer.Text(" " + new string('x', 200))]);
        await open.AskAsync("Where is the cup, and what stands beside it, before it and behind it on this table?");
        await Expect(open.Boxes).ToHaveCountAsync(2);
        await open.Page.Locator("#show-coordinates").CheckAsync();
        await open.Page.Locator(".settings summary").ClickAsync();
        await FitsAsync(open, width);

        await open.Page.Locator("#stage").ScrollIntoViewIfNeededAsync();

        // A finger: a tap sets a point, and lights a box that it meets, unless it was to mark.
        ILocator places = open.Page.Locator("#regions .region");
        await TapAsync(10, 230);
        await Expect(places).ToHaveCountAsync(1);
        await open.Page.Locator("#mark").TapAsync();
        await TapAsync(80, 70);
        await Expect(places).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("Apoint (9|10), (229|230)"), new System.Text.RegularExpressions.Regex("Bpoint (79|80), (69|70)")]);
        await Expect(open.Chips.First).Not.ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-lit"));
        await Expect(open.Page.Locator("#status")).ToBeEmptyAsync();
        await TapAsync(80, 70);
        await Expect(open.Chips.First).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-lit"));
        await Expect(places).ToHaveCountAsync(2);

        async Task TapAsync(double pictureX, double pictureY)
        {
            await open.Page.Locator("#stage").ScrollIntoViewIfNeededAsync();
            (float x, float y) = await open.OnScreenAsync(pictureX, pictureY);
            await open.Page.Touchscreen.TapAsync(x, y);
        }
    }

    [Fact]
    public async Task Several_models_can_be_chosen_from()
    {
        ScriptedServer server = await ScriptedServer.StartAsync();
        server.Models = ["small", "large"];
        await using OpenPage open = await OpenPage.StartAsync(browser, server: server);
        await open.Page.Locator("#model").SelectOptionAsync("large");
        await open.DropAsync(Pictures.Breakfast);
        await open.AskAsync("Is it morning?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Yes.");
        Assert.Equal("large", server.Questions.Single().GetProperty("model").GetString());
    }

    [Fact]
    public async Task Motion_is_left_out_where_it_is_not_wanted()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser, new() { ReducedMotion = ReducedMotion.Reduce });
        await open.DropAsync(Pictures.Breakfast);
        open.Server.ReplyAndStall(ScriptedServer.Text("Look"));
        await open.AskAsync("Is it morning?");
        await Expect(open.LastAnswer).ToHaveTextAsync("Look");
        Assert.Equal("none", await open.LastAnswer.EvaluateAsync<string>("answer => getComputedStyle(answer, '::after').animationName"));
    }

    [Fact]
    public async Task A_finger_scrolls_and_draws_when_it_is_told_to()
    {
        await using OpenPage open = await OpenPage.StartAsync(browser, new() { ViewportSize = new() { Width = 360, Height = 740 }, HasTouch = true, IsMobile = true });
        await open.DropAsync(Pictures.Breakfast);
        ICDPSession device = await open.Page.Context.NewCDPSessionAsync(open.Page);
        await StrokeAsync();
        await Expect(open.Page.Locator("#regions .region")).ToHaveCountAsync(0);
        await open.Page.Locator("#mark").TapAsync();
        await StrokeAsync();
        await Expect(open.Page.Locator("#regions .region")).ToHaveTextAsync(["Abox 40, 40, 200, 160"]);
        await Expect(open.Page.Locator("#mark")).ToHaveAttributeAsync("aria-pressed", "false");

        async Task StrokeAsync()
        {
            await open.Page.EvaluateAsync("() => scrollTo(0, 0)");
            await TouchAsync("touchStart", (40, 40));
            await TouchAsync("touchMove", (100, 100));
            await TouchAsync("touchMove", (200, 160));
            await TouchAsync("touchEnd", null);
        }

        async Task TouchAsync(string type, (double X, double Y)? at)
        {
            (float X, float Y)? place = at is var (x, y) ? await open.OnScreenAsync(x, y) : null;
            object[] points = place is var (left, top) ? [new { x = left, y = top }] : [];
            await device.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = points });
        }
    }

    /// <summary>A phone's window grows with what does not fit, so its own width is no measure.</summary>
    private static async Task FitsAsync(OpenPage open, int width) =>
        Assert.True(await open.Page.EvaluateAsync<bool>("width => innerWidth === width && document.documentElement.scrollWidth <= width", width));
}
