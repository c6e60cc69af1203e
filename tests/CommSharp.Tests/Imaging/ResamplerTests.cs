using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class ResamplerTests
{
    private static readonly RgbImage Pattern = FixturePictures.Read("pattern.png");

    public static TheoryData<ResampleFilter> Filters => [.. Enum.GetValues<ResampleFilter>()];

    [Theory]
    [MemberData(nameof(Filters))]
    public void Every_filter_is_that_of_pillow(ResampleFilter filter)
    {
        foreach ((int width, int height) in new[] { (13, 21), (61, 30), (90, 7), (1, 1) })
        {
            RgbImage expected = FixturePictures.Read("resized", $"{filter.ToString().ToLowerInvariant()}.{width}x{height}.png");

            Assert.True(Resampler.Resize(Pattern, width, height, filter).Pixels.SequenceEqual(expected.Pixels), $"{width} x {height}");
        }
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_window_holds_what_the_whole_has_there(ResampleFilter filter)
    {
        RgbImage whole = Resampler.Resize(Pattern, 57, 45, filter);

        RgbImage part = Resampler.Resize(Pattern, 57, 45, new PixelWindow(11, 7, 23, 30), filter);

        for (int y = 0; y < part.Height; y++)
        {
            Assert.True(part.Row(y).SequenceEqual(whole.Row(y + 7).Slice(33, 69)));
        }
    }

    [Fact]
    public void The_same_size_changes_nothing()
    {
        foreach (ResampleFilter filter in Enum.GetValues<ResampleFilter>())
        {
            Assert.True(Resampler.Resize(Pattern, Pattern.Width, Pattern.Height, filter).Pixels.SequenceEqual(Pattern.Pixels));
        }
    }

    [Fact]
    public void A_window_outside_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Resampler.Resize(Pattern, 10, 10, new PixelWindow(5, 0, 6, 10)));
}
