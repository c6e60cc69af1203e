using CommSharp.Imaging;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Plots;

namespace CommSharp.Training.Tests.Tracking;

public sealed class LossPlotTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void Both_plots_are_drawn_in_full_size_with_ink_on_white()
    {
        using LossPlotTracker tracker = new();
        tracker.Start(MadeUp.Start(_folder.Path, totalSteps: 600));
        Tell(tracker, 1, 600);
        tracker.Finish(new TrainingEnd(600, true, null));
        Assert.Equal([LossPlotTracker.LayersName, LossPlotTracker.LossName], _folder.Entries);
        foreach (string name in new[] { LossPlotTracker.LossName, LossPlotTracker.LayersName })
        {
            RgbImage picture = Decoded(name);
            Assert.Equal((1200, 675), (picture.Width, picture.Height));
            double white = Share(picture, color => color == new RgbColor(255, 255, 255));
            Assert.InRange(white, 0.7, 0.995);
        }

        // The curve of training is blue, the held-out losses are vermilion.
        Assert.True(Share(Decoded(LossPlotTracker.LossName), color => color == new RgbColor(0, 0x72, 0xb2)) > 0.001);
        Assert.True(Share(Decoded(LossPlotTracker.LossName), color => color == new RgbColor(0xd5, 0x5e, 0)) > 0.0005);
    }

    [Fact]
    public void A_training_that_goes_on_draws_what_the_log_says_of_the_steps_behind_it()
    {
        using (var log = new JsonLinesTracker(_clock))
        {
            log.Start(MadeUp.Start(_folder.Path));
            Tell(log, 1, 80);
        }

        byte[] whole = Drawn(tracker => tracker.Start(MadeUp.Start(_folder.Path)), tracker => Tell(tracker, 1, 100));
        byte[] continued = Drawn(tracker => tracker.Start(MadeUp.Start(_folder.Path, firstStep: 60)), tracker => Tell(tracker, 61, 100));
        byte[] forgotten = Drawn(tracker => tracker.Start(MadeUp.Start(_folder.Path)), tracker => Tell(tracker, 61, 100));
        Assert.Equal(whole, continued);
        Assert.NotEqual(whole, forgotten);
    }

    [Fact]
    public void A_training_of_no_steps_or_of_losses_that_are_no_numbers_draws_without_complaint()
    {
        using LossPlotTracker tracker = new();
        tracker.Start(MadeUp.Start(_folder.Path));
        tracker.Finish(new TrainingEnd(0, false, null));
        Assert.Empty(_folder.Entries);
        tracker.Step(MadeUp.Step(1, double.NaN));
        tracker.Validate(MadeUp.Validation(1, double.PositiveInfinity) with { LayerWeights = [new("1-clip", [1, 2], [double.NaN, double.NaN])] });
        tracker.Step(MadeUp.Step(2, 0));
        tracker.Validate(MadeUp.Validation(2, 0) with { LayerWeights = [] });
        Assert.Equal([LossPlotTracker.LayersName, LossPlotTracker.LossName], _folder.Entries);
    }

    [Fact]
    public void Names_of_recipes_and_branches_may_be_anything()
    {
        using LossPlotTracker tracker = new();
        tracker.Start(MadeUp.Start(_folder.Path) with { Name = "\0 <b> {0} 汉字 \ud800" + new string('x', 500) });
        tracker.Step(MadeUp.Step(1));
        tracker.Validate(MadeUp.Validation(1, 1) with { LayerWeights = [new("\n\t<", [1], [0.5])] });
        Assert.Equal(2, _folder.Entries.Count());
    }

    [Fact]
    public void Long_curves_are_thinned_to_means_and_short_ones_left()
    {
        CurvePoint[] points = [.. Enumerable.Range(1, 3000).Select(i => new CurvePoint(i, i % 2))];
        IReadOnlyList<CurvePoint> thinned = LossCurve.Thinned(points);
        Assert.Equal(1500, thinned.Count);
        Assert.Equal(new CurvePoint(1.5, 0.5), thinned[0]);
        Assert.Empty(LossCurve.Thinned([]));
        Assert.Equal(points[..1500], LossCurve.Thinned(points[..1500]));
    }

    [Fact]
    public void A_mean_around_each_point_neither_lags_nor_leaves_the_ends_out()
    {
        CurvePoint[] points = [new(1, 9), new(2, 6), new(3, 3), new(4, 0)];
        Assert.Equal([7.5, 6, 3, 1.5], LossCurve.Means(points, 1).Select(point => point.Value));
        Assert.Equal(points, LossCurve.Means(points, 0));
        Assert.Empty(LossCurve.Means([], 3));
    }

    public void Dispose() => _folder.Dispose();

    private static void Tell(ITrainingTracker tracker, long from, long to)
    {
        for (long step = from; step <= to; step++)
        {
            double noise = Math.Sin(step * 12.9898) * 0.3;
            double rate = 1e-4 * (step < 20 ? step / 20.0 : 0.5 * (1 + Math.Cos(Math.PI * step / 600.0)));
            double loss = 0.4 + (3 * Math.Exp(-step / 120.0));
            tracker.Step(MadeUp.Step(step, loss + (noise * loss)) with { Rates = [new("projector", rate / 5), new("merges", rate)] });
            if (step % 50 == 0)
            {
                tracker.Validate(MadeUp.Validation(step, loss * 1.05) with { LayerWeights = Weights(step) });
            }
        }
    }

    private static LayerWeights[] Weights(long step)
    {
        double moved = 1 - Math.Exp(-step / 200.0);
        int[] clip = [.. Enumerable.Range(1, 24)], dino = [.. Enumerable.Range(19, 6)];
        return
        [
            new("1-clip", clip, [.. clip.Select(layer => (1 / 24.0) + (moved * 0.05 * Math.Sin(layer / 3.0)))]),
            new("2-dinov2", dino, [.. dino.Select(layer => (1 / 6.0) + (moved * 0.02 * (layer - 21)))]),
        ];
    }

    private byte[] Drawn(Action<LossPlotTracker> start, Action<LossPlotTracker> go)
    {
        using LossPlotTracker tracker = new();
        start(tracker);
        go(tracker);
        tracker.Finish(new TrainingEnd(100, true, null));
        return File.ReadAllBytes(_folder[LossPlotTracker.LossName]);
    }

    private RgbImage Decoded(string name) => ImageDecoder.Decode(File.ReadAllBytes(_folder[name]));

    private static double Share(RgbImage picture, Func<RgbColor, bool> counts)
    {
        int count = Enumerable.Range(0, picture.Height).Sum(y => Enumerable.Range(0, picture.Width).Count(x => counts(picture[x, y])));
        return (double)count / (picture.Width * picture.Height);
    }
}
