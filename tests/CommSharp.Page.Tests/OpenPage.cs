using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace CommSharp.Page.Tests;

/// <summary>The page in the browser, as a person has it before them. When it is closed, it must not have complained about anything.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly ScriptedServer? _server;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private OpenPage(ScriptedServer? server, IBrowserContext context, IPage page) => (_server, _context, Page) = (server, context, page);

    public ScriptedServer Server => _server ?? throw new InvalidOperationException("The page is that of a real server.");

    public IPage Page { get; }

    public ILocator Question => Page.Locator("#question");

    public ILocator Boxes => Page.Locator("#overlay .answer-place");

    public ILocator Chips => Page.Locator(".turn .chip");

    public ILocator LastAnswer => Page.Locator(".turn").Last.Locator(".answer-text");

    public static async Task<OpenPage> StartAsync(Browser browser, BrowserNewContextOptions? options = null, ScriptedServer? server = null)
    {
        server ??= await ScriptedServer.StartAsync();
        return await OpenAsync(browser, options, server.Address, server);
    }

    /// <summary>The page of a server that stays its owner's.</summary>
    public static Task<OpenPage> AtAsync(Browser browser, Uri address) => OpenAsync(browser, options: null, address.ToString(), server: null);

    private static async Task<OpenPage> OpenAsync(Browser browser, BrowserNewContextOptions? options, string address, ScriptedServer? server)
    {
        IBrowserContext context = await browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"], new() { Origin = address });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(8000);
        var open = new OpenPage(server, context, page);
        page.Console += (_, message) => open.Hear(message);
        page.PageError += (_, error) => open._complaints.Enqueue(error);
        await page.GotoAsync(address);
        return open;
    }

    /// <summary>Lets a picture fall onto the page.</summary>
    public async Task DropAsync(string file, string type = "image/png")
    {
        IJSHandle transfer = await TransferAsync(file, type);
        foreach (string name in (string[])["dragover", "drop"])
        {
            await Page.Locator("main").DispatchEventAsync(name, new Dictionary<string, object> { ["dataTransfer"] = transfer });
        }
    }

    /// <summary>Pastes a picture as Ctrl+V does.</summary>
    public async Task PasteAsync(string file, string type = "image/png") => await Page.EvaluateAsync(
        "clipboardData => dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))", await TransferAsync(file, type));

    public async Task AskAsync(string question)
    {
        await Question.FillAsync(question);
        await Question.PressAsync("Enter");
    }

    /// <summary>Where a pixel of the picture is in the window.</summary>
    public async Task<(float X, float Y)> OnScreenAsync(double x, double y)
    {
        await Page.WaitForFunctionAsync("() => document.getElementById('image').naturalWidth > 0");
        double[] at = await Page.EvaluateAsync<double[]>(
            "([x, y]) => { const i = document.getElementById('image'), r = i.getBoundingClientRect(); return [r.left + x / i.naturalWidth * r.width, r.top + y / i.naturalHeight * r.height]; }",
            new[] { x, y });
        return ((float)at[0], (float)at[1]);
    }

    /// <summary>A box of the overlay, measured on the screen and brought back to pixels of the picture.</summary>
    public static Task<double[]> PixelsOfAsync(ILocator box) => box.Locator(".line").EvaluateAsync<double[]>(
        """
        shape => {
          const i = document.getElementById('image'), r = i.getBoundingClientRect(), b = shape.getBBox(), o = shape.ownerSVGElement.getBoundingClientRect();
          const x = v => (v + o.left - r.left) / r.width * i.naturalWidth, y = v => (v + o.top - r.top) / r.height * i.naturalHeight;
          return [x(b.x), y(b.y), x(b.x + b.width), y(b.y + b.height)];
        }
        """);

    /// <summary>The parts of the last message that was asked.</summary>
    public IReadOnlyList<JsonElement> LastParts() => [.. Server.Questions.Last().GetProperty("messages").EnumerateArray().Last().GetProperty("content").EnumerateArray()];

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Assert.Empty(_complaints);
    }

    /// <summary>Failed requests are logged by the browser itself, and are what some tests are about; everything else is a fault of the page.</summary>
    private void Hear(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
        {
            _complaints.Enqueue(message.Text);
        }
    }

    private async Task<IJSHandle> TransferAsync(string file, string type) => await Page.EvaluateHandleAsync(
        """
        ([bytes, name, type]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
          return transfer;
        }
        """,
        new[] { Convert.ToBase64String(await File.ReadAllBytesAsync(file)), Path.GetFileName(file), type });
}
