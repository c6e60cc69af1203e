using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CommSharp.Page.Tests;

/// <summary>
/// A conversation as docs/page.md shows it. <c>COMMSHARP_SCREENSHOTS=docs/images dotnet test --project tests/CommSharp.Page.Tests</c> takes its
/// pictures anew, in every look; pngquant then makes them small.
/// </summary>
public sealed class Screenshots(Browser browser)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("COMMSHARP_SCREENSHOTS");

    private static readonly (string File, BrowserNewContextOptions Options)[] Looks =
    [
        ("page-light.png", new() { ViewportSize = new() { Width = 1120, Height = 700 }, ColorScheme = ColorScheme.Light }),
        ("page-dark.png", new() { ViewportSize = new() { Width = 1120, Height = 700 }, ColorScheme = ColorScheme.Dark }),
        ("page-phone.png", new() { ViewportSize = new() { Width = 360, Height = 740 }, ColorScheme = ColorScheme.Light, HasTouch = true, IsMobile = true }),
    ];

    // The example's own labels stand for a model's answer, so that the pictures need none.
    private static readonly (string Words, double[] Pixels)[] Shapes =
    [
        ("There is a green star", [55.02, 193.1, 135.86, 272.17]),
        ("a purple drop", [139.13, 39.51, 197.21, 125.76]),
        ("a purple star", [144.68, 203.1, 255.79, 319.28]),
        ("and a big purple circle", [211.67, 12.11, 318.25, 118.7]),
    ];

    [Fact]
    public async Task The_conversation_of_the_documentation_can_be_had()
    {
        foreach ((string file, BrowserNewContextOptions options) in Folder is null ? Looks[..1] : Looks)
        {
            await TakeAsync(file, options);
        }
    }

    private async Task TakeAsync(string file, BrowserNewContextOptions options)
    {
        await using OpenPage open = await OpenPage.StartAsync(browser, options);
        var events = new List<string>();
        int at = 0;
        foreach ((string words, double[] pixels) in Shapes)
        {
            string mark = $"[{string.Join(',', pixels.Select(pixel => $"{pixel / 336:0.000}"))}]", gap = at == 0 ? "" : words.StartsWith("and", StringComparison.Ordinal) ? " " : ", ";
            events.Add(ScriptedServer.Text(gap + words + mark));
            int start = at + gap.Length, end = start + words.Length;
            events.Add(ScriptedServer.Box(words, start, end, end + mark.Length, pixels));
            at = end + mark.Length;
        }

        open.Server.Reply([.. events, ScriptedServer.Text(".")]);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Stars, a drop and a circle on blue" }).ClickAsync();
        await Expect(open.Boxes).ToHaveCountAsync(4);
        open.Server.Reply(ScriptedServer.Text("a purple drop[0.414,0.118,0.587,0.374]"), ScriptedServer.Box("a purple drop", 0, 13, 38, 139.13, 39.51, 197.21, 125.76));
        await open.Page.Locator("#mark").ClickAsync(); // an answer's box lies there
        (float x, float y) = await open.OnScreenAsync(168.5, 90);
        if (options.HasTouch == true)
        {
            await open.Page.Touchscreen.TapAsync(x, y);
        }
        else
        {
            await open.Page.Mouse.ClickAsync(x, y);
        }

        await open.AskAsync("What is this?");
        await Expect(open.Boxes).ToHaveCountAsync(1);
        if (options.HasTouch != true)
        {
            await open.Page.Locator(".turn").First.Locator(".question").ClickAsync();
            await open.Chips.Nth(2).HoverAsync();
        }

        await SaveAsync(open, file);
    }

    private static async Task SaveAsync(OpenPage open, string file)
    {
        if (Folder is not null)
        {
            await open.Page.WaitForTimeoutAsync(400); // what fades has faded
            await open.Page.ScreenshotAsync(new() { Path = Path.Combine(RepositoryRoot.Folder, Folder, file) });
        }
    }
}
