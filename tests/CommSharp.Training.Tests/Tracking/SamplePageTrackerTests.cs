using System.Xml.Linq;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Training.Tracking;

namespace CommSharp.Training.Tests.Tracking;

public sealed class SamplePageTrackerTests : IDisposable
{
    private const string Hostile = "</dd><script>alert('x')</script><img src=x onerror=y> & \"q\" ]]> \0 \ud800 \u202e";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_sample_is_shown_small_with_true_boxes_in_green_and_answered_ones_in_orange()
    {
        var picture = new RgbImage(640, 320, new byte[640 * 320 * 3]);
        using SamplePageTracker tracker = Started();
        tracker.Validate(MadeUp.Validation(10, 2, MadeUp.Sample("cup", picture, [new PixelBox(0, 0, 200, 200)], [new PixelBox(300, 100, 600, 300)])));
        XElement tile = Assert.Single(Page().Descendants("article"));
        Assert.Equal(["Where? cup", "There. cup", "cup", "no", "0.2500"], tile.Descendants("dd").Select(text => text.Value));
        string source = tile.Descendants("img").Single().Attribute("src")!.Value;
        RgbImage shown = ImageDecoder.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
        Assert.Equal((320, 160), (shown.Width, shown.Height));
        Assert.Equal(new RgbColor(0, 158, 115), shown[50, 0]);
        Assert.Equal(new RgbColor(230, 159, 0), shown[200, 50]);
    }

    [Fact]
    public void Hostile_words_never_become_elements_in_the_newest_or_in_an_earlier_validation()
    {
        using SamplePageTracker tracker = new();
        tracker.Start(MadeUp.Start(_folder.Path) with { Name = Hostile });
        var picture = new RgbImage(20, 10, new byte[600]);
        AnsweredSample sample = MadeUp.Sample(Hostile, picture);
        sample = sample with { Answer = sample.Answer with { Problems = [new BoxProblem(default, Hostile)] } };
        tracker.Validate(MadeUp.Validation(1, 2, sample));
        tracker.Validate(MadeUp.Validation(2, 2, sample));
        XDocument page = Page();
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName == "script");
        Assert.Single(page.Descendants("img"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        string words = Hostile.Replace('\0', '\ufffd').Replace('\ud800', '\ufffd');
        Assert.Contains(words, page.Descendants("dd").Select(text => text.Value));
        Assert.Contains(words, page.Descendants("td").Select(text => text.Value));
    }

    [Fact]
    public void The_newest_validation_comes_first_and_a_few_earlier_ones_follow_in_short()
    {
        using SamplePageTracker tracker = Started();
        for (int step = 1; step <= 8; step++)
        {
            tracker.Validate(MadeUp.Validation(step, 9 - step, MadeUp.Sample($"answer {step}")));
        }

        XDocument page = Page();
        Assert.Equal([.. Enumerable.Range(3, 6).Reverse().Select(step => $"After step {step}")], page.Descendants("h2").Select(heading => heading.Value));
        Assert.Equal("answer 8", page.Descendants("dd").ElementAt(2).Value);
        Assert.Equal(5, page.Descendants("table").Count());
        Assert.Equal("Loss 1.0000, exact answers 75 %, mean IoU 0.5000, the best so far. Green: true boxes. Orange: answered boxes.", page.Descendants("p").First().Value);
        Assert.Equal([SamplePageTracker.FileName], _folder.Entries);
    }

    [Fact]
    public void A_training_that_goes_on_shows_the_validations_behind_it_once()
    {
        using (var log = new JsonLinesTracker(new ManualClock()))
        {
            log.Start(MadeUp.Start(_folder.Path));
            foreach (int step in new[] { 10, 20, 30 })
            {
                log.Validate(MadeUp.Validation(step, 1, MadeUp.Sample($"answer {step}")));
            }
        }

        using SamplePageTracker tracker = Started(20);
        tracker.Validate(MadeUp.Validation(20, 1, MadeUp.Sample("again")));
        Assert.Equal(["After step 20", "After step 10"], Page().Descendants("h2").Select(heading => heading.Value));
    }

    [Fact]
    public void The_page_loads_and_runs_nothing()
    {
        using SamplePageTracker tracker = Started();
        tracker.Validate(MadeUp.Validation(1, 2, MadeUp.Sample("no picture")));
        string html = File.ReadAllText(_folder[SamplePageTracker.FileName]);
        Assert.Contains("default-src 'none'; img-src data:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SamplePageTracker Started(long firstStep = 0)
    {
        var tracker = new SamplePageTracker();
        tracker.Start(MadeUp.Start(_folder.Path, firstStep));
        return tracker;
    }

    private XDocument Page() => XDocument.Parse(File.ReadAllText(_folder[SamplePageTracker.FileName]));
}
