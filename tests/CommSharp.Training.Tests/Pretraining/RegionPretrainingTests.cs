using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives.Clip;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking.Logs;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class RegionPretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RegionPretrainingTests() => TwoSquares.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Regions_and_phrases_learn_to_find_each_other()
    {
        Pretrainings.Complete(TwoSquares.Recipe(_folder.Path, Pretrainings.Clip, steps: 60), _folder["run"]);
        double[] losses = Pretrainings.Losses(_folder["run"]);
        Assert.True(losses[^5..].Average() < 0.8 * losses[0], $"{losses[0]} to {losses[^5..].Average()}");
        ProbeRecord[] probes = [.. TrainingLog.Read(Path.Combine(_folder["run"], TrainingLog.FileName)).OfType<ProbeRecord>()];
        double before = probes[0].Value("phraseOfRegion@1"), after = probes[^1].Value("phraseOfRegion@1");
        Assert.InRange(before, 0, 0.6);
        Assert.InRange(after, 0.9, 1);
        Assert.InRange(losses.Average() - probes[^1].Value("captions") - probes[^1].Value("regions"), -1e-4, 1e-4); // the parts of the loss
    }

    [Fact]
    public void They_do_so_with_half_of_the_patches_and_by_muon()
    {
        PretrainingRecipe recipe = TwoSquares.Recipe(_folder.Path, Pretrainings.Clip with { MaskRatio = 0.5 }, steps: 60);
        Pretrainings.Complete(recipe with { Optimizer = recipe.Optimizer with { Matrices = MatrixRule.Muon } }, _folder["run"]);
        Assert.InRange(Pretrainings.LastProbe(_folder["run"]).Value("phraseOfRegion@1"), 0.9, 1); // by whole pictures
    }

    [Fact]
    public void A_stopped_run_with_patches_left_out_and_muon_ends_with_the_same_bits()
    {
        PretrainingRecipe recipe = TwoSquares.Recipe(_folder.Path, Pretrainings.Clip with { MaskRatio = 0.5 }, steps: 6, batch: 8);
        Pretrainings.RequireSameAfterStops(recipe with { Optimizer = recipe.Optimizer with { Matrices = MatrixRule.Muon } }, _folder, 2, 3);
    }

    [Fact]
    public void Without_a_weight_regions_are_looked_at_but_not_learned()
    {
        CaptionSource pictures = TwoSquares.Source(_folder.Path, "train");
        PretrainingRecipe recipe = TwoSquares.Recipe(_folder.Path, Pretrainings.Clip with { RegionWeight = 0 }, steps: 3, batch: 8);
        Pretrainings.Complete(recipe, _folder["zero"]);
        Pretrainings.Complete(recipe with { Data = pictures with { Regions = null } }, _folder["none"]);
        Assert.Equal(Pretrainings.Losses(_folder["none"]), Pretrainings.Losses(_folder["zero"]));
        Assert.InRange(Pretrainings.LastProbe(_folder["zero"]).Value("phraseOfRegion@1"), 0, 1);
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bits()
    {
        PretrainingRecipe recipe = TwoSquares.Recipe(_folder.Path, Pretrainings.Clip with { View = new ViewSettings { SmallestCrop = 0.6, Flip = 0.5 } }, steps: 6, batch: 8);
        Pretrainings.RequireSameAfterStops(recipe with { Data = TwoSquares.Source(_folder.Path, "train") with { MostRegions = 1 } }, _folder, 2, 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void Steps_leave_no_tensors_behind(double maskRatio)
    {
        ClipSettings settings = Pretrainings.Clip with { MaskRatio = maskRatio };
        using var objective = new ClipObjective(settings, Pretrainings.File(TwoSquares.Recipe(_folder.Path, settings, 60)), CPU);
        Pretrainings.RequireNoLeaks(objective, new([new byte[3 * 28 * 28 * 3]], ["a", "b", "c"], [])
        {
            Regions = [Region(0, "the red star"), Region(0, "the ring"), Region(2, "the small red star"), Region(2, "the ring")],
        });
    }

    [Fact]
    public void The_shares_of_a_box_on_patches_are_what_a_hand_computes()
    {
        var grid = new PatchGrid(2, 2);
        Equal([0, 0, 0.5, 0.5], RegionPooling.Shares(new NormalizedBox(0.25, 0.5, 0.75, 1), grid));
        Equal([1.0 / 3, 1.0 / 6, 1.0 / 3, 1.0 / 6], RegionPooling.Shares(new NormalizedBox(0, 0.25, 0.75, 0.75), grid));
        Equal([0, 1, 0, 0, 0, 0], RegionPooling.Shares(new NormalizedBox(0.4, 0.1, 0.5, 0.2), new PatchGrid(2, 3)));
    }

    [Fact]
    public void A_region_is_the_mean_of_its_own_pictures_patches()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor patches = tensor(new float[] { 1, 2, 3, 4, 10, 20, 30, 40 }, [2, 4, 1]);
        SeenRegion[] regions =
        [
            new(1, new NormalizedBox(0, 0, 1, 1), "all of the second"),
            new(0, new NormalizedBox(0, 0, 0.5, 0.5), "the first corner of the first"),
            new(1, new NormalizedBox(0, 0.25, 0.75, 0.75), "a part of the second"),
        ];
        float[] means = RegionPooling.Means(patches, regions, new PatchGrid(2, 2)).data<float>().ToArray();
        Equal([25, 1, (10.0 / 3) + (20.0 / 6) + (30.0 / 3) + (40.0 / 6)], means);
    }

    [Fact]
    public void Boxes_follow_crop_and_mirror()
    {
        var box = new PixelBox(40, 6, 60, 26);
        RgbImage picture = Rectangle(64, 48, box);
        var settings = new ViewSettings { SmallestCrop = 0.3, Flip = 0.5 };
        int kept = 0, dropped = 0, mirrored = 0;
        for (int i = 0; i < 60; i++)
        {
            var view = PictureView.Make(picture, 56, settings, mayFlip: true, SampleChance.Of(3, i));
            SeenRegion[] seen = [.. view.Regions([new PictureRegion(box, "the thing")], 5)];
            Assert.Equal(box.Intersect(view.Seen).Area >= box.Area / 2 ? 1 : 0, seen.Length);
            dropped += 1 - seen.Length;
            foreach (SeenRegion region in seen)
            {
                (kept, mirrored) = (kept + 1, mirrored + (view.IsMirrored ? 1 : 0));
                Assert.Equal((5, "the thing"), (region.Picture, region.Phrase));
                RequireAt(region.Box, view.Pixels);
            }
        }

        Assert.True(kept > 10 && dropped > 5 && mirrored > 3 && mirrored < kept, $"{kept}, {dropped}, {mirrored}");
    }

    [Fact]
    public void The_whole_view_shows_boxes_where_they_are()
    {
        var box = new PixelBox(20, 10, 40, 30);
        var view = PictureView.Whole(Rectangle(64, 48, box), 56);
        RequireAt(Assert.Single(view.Regions([new PictureRegion(box, "the thing")], 0)).Box, view.Pixels);
        Assert.Empty(view.Regions([new PictureRegion(new PixelBox(0, 0, 10, 40), "at the end"), new PictureRegion(new PixelBox(20, 20, 20, 30), "nothing")], 0));
    }

    [Theory]
    [InlineData("the ring at the left", "a star", false)]
    [InlineData("the ring", "a star at the left", false)]
    [InlineData("the ring", "a star", true)]
    public void A_picture_is_never_mirrored_where_a_phrase_names_a_side(string phrase, string caption, bool mayFlip)
    {
        var pictures = new OnePicture(new PretrainingPicture(new RgbImage(8, 8, new byte[8 * 8 * 3]), caption, null)
        {
            Regions = [new PictureRegion(new PixelBox(0, 0, 2, 8), phrase)],
        });
        var loader = new PictureLoader(pictures, [new ViewGroup(8, [new ViewSettings { Flip = 1 }])], 2, 1, new LoadingSettings(), 1);
        var box = mayFlip ? new NormalizedBox(0.75, 0, 1, 1) : new NormalizedBox(0, 0, 0.25, 1);
        Assert.Equal([new SeenRegion(0, box, phrase), new SeenRegion(1, box, phrase)], loader.Load(1).Batches[0].Regions);
    }

    [Theory]
    [InlineData("the red star", "the small red star", true)]
    [InlineData("The small, red star", "the red star", true)]
    [InlineData("the small red star", "the red small star", true)]
    [InlineData("an arrow", "the small arrow", true)]
    [InlineData("the red star", "the red star", false)]
    [InlineData("the red star", "the small red ring", false)]
    [InlineData("the red star", "the red starfish", false)]
    public void A_phrase_whose_words_all_occur_in_another_one_may_mean_the_same(string phrase, string other, bool mayMeanTheSame)
    {
        Assert.Equal(mayMeanTheSame, RegionNegatives.MayMeanTheSame(phrase, other));
        Assert.Equal(mayMeanTheSame, RegionNegatives.MayMeanTheSame(other, phrase));
    }

    [Fact]
    public void Pairs_that_may_be_right_are_left_out_of_the_loss()
    {
        using DisposeScope scope = NewDisposeScope();
        SeenRegion[] regions = [Region(0, "the red star"), Region(1, "the small red star"), Region(2, "the ring"), Region(2, "what is round")];
        float[] scores = [3, 9, 1, 0, 9, 2, 0, 1, 1, 0, 2, 9, 0, 1, 9, 3];
        double row0 = -3 + Log(3, 1, 0), row1 = -2 + Log(2, 0, 1), row2 = -2 + Log(2, 1, 0), row3 = -3 + Log(3, 0, 1); // the nines are left out
        double expected = (row0 + row1 + row2 + row3) / 4; // the scores are the same from both sides
        Tensor logits = tensor(scores, [4, 4]), targets = ContrastiveLoss.Targets([.. regions.Select(region => region.Phrase)], CPU);
        Assert.Equal(expected, ContrastiveLoss.Of(RegionNegatives.LeaveOut(logits, regions), targets).item<float>(), 1e-5);

        static double Log(params ReadOnlySpan<double> values)
        {
            double sum = 0;
            foreach (double value in values)
            {
                sum += Math.Exp(value);
            }

            return Math.Log(sum);
        }
    }

    [Fact]
    public void Regions_are_the_records_own_words_and_no_more_of_them_than_asked_for()
    {
        CaptionSource source = TwoSquares.Source(_folder.Path, "train");
        using IPretrainingPictures all = Open(source), one = Open(source with { MostRegions = 1 });
        Assert.True(all.HasRegions);
        IReadOnlyList<PictureRegion> both = all.Read(3, SampleChance.None).Regions;
        Assert.Equal(2, both.Count);
        Assert.All(both, region => Assert.Matches("^the (blue|green|red|yellow) square$", region.Phrase));
        PictureRegion[] chosen = [.. Enumerable.Range(0, 40).Select(i => Assert.Single(one.Read(3, SampleChance.Of(1, i)).Regions))];
        Assert.Equal(both.Select(region => region.Phrase).Order(), chosen.Select(region => region.Phrase).Distinct().Order());
        Assert.Equal(both[0], Assert.Single(one.Read(3, SampleChance.None).Regions));
    }

    [Fact]
    public void A_picture_without_regions_has_its_caption_alone()
    {
        using IPretrainingPictures pictures = Open(TwoSquares.Source(_folder.Path, "train") with { Regions = TwoSquares.Regions(_folder.Path, "train") with { Limit = 2 } });
        Assert.Equal([2, 0], new[] { 0, 1 }.Select(i => pictures.Read(i, SampleChance.None).Regions.Count));
        Assert.Equal(64, pictures.Count);
    }

    [Fact]
    public void Regions_of_other_pictures_or_another_task_are_refused()
    {
        CaptionSource source = TwoSquares.Source(_folder.Path, "train");
        Assert.Contains("none of which has a caption", Refusal(source with { Regions = TwoSquares.Regions(_folder.Path, "val") }), StringComparison.Ordinal);
        Assert.Contains("has the task rec", Refusal(source with { Regions = TwoSquares.Regions(_folder.Path, "train") with { Task = "rec" } }), StringComparison.Ordinal);

        string Refusal(CaptionSource refused) => Assert.Throws<DataException>(() => Open(refused).Dispose()).Message;
    }

    [Fact]
    public void Pictures_whose_name_no_file_can_have_are_named_by_their_record()
    {
        CaptionSource source = TwoSquares.Source(_folder.Path, "train");
        Damage.EditLine(_folder["train.jsonl"], 1, record => record["img_path"] = "0\0.png");
        using (IPretrainingPictures pictures = Open(source))
        {
            Assert.Contains("train.jsonl, line 1: names the picture '0\\u0000.png'", Assert.Throws<DataException>(() => pictures.Read(0, SampleChance.None)).Message, StringComparison.Ordinal);
        }

        Damage.EditLine(_folder["train-regions.jsonl"], 2, record => record["img_path"] = "0\0.png");
        Assert.Contains(
            "train-regions.jsonl, line 2: names the picture '0\\u0000.png'", Assert.Throws<DataException>(() => Open(source).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_cannot_be_meant_are_named()
    {
        CaptionSource source = TwoSquares.Source(_folder.Path, "train");
        DataMixture conversations = new ConcatPart { Parts = [new ConversationPart { Parts = [source.Regions!] }] };
        Assert.Contains("\"objective.regionWeight\" is -1", Refusal(Pretrainings.Clip with { RegionWeight = -1 }, source), StringComparison.Ordinal);
        Assert.Contains("\"objective.maskRatio\" is 0.99", Refusal(Pretrainings.Clip with { MaskRatio = 0.99 }, source), StringComparison.Ordinal);
        Assert.Contains("\"data.mostRegions\" is 0", Refusal(Pretrainings.Clip, source with { MostRegions = 0 }), StringComparison.Ordinal);
        Assert.Contains("\"data.regions\" is of conversations", Refusal(Pretrainings.Clip, source with { Regions = conversations }), StringComparison.Ordinal);
        Assert.Contains("CLIP alone learns regions", Refusal(Pretrainings.Mae, source), StringComparison.Ordinal);

        string Refusal(ObjectiveSettings objective, CaptionSource data) => Assert.ThrowsAny<CommSharpException>(
            () => PretrainingCheck.Validate(Pretrainings.Recipe(_folder.Path, objective, 2) with { Data = data }, "mine.json")).Message;
    }

    private static IPretrainingPictures Open(CaptionSource source) => PretrainingPictures.Open(source, "", new DataPlace("mine.json", Field: "data"));

    private static SeenRegion Region(int picture, string phrase) => new(picture, new NormalizedBox(0.1, 0.2, 0.6, 0.9), phrase);

    private static void Equal(double[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>White on black.</summary>
    private static RgbImage Rectangle(int width, int height, PixelBox box)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width;
            pixels[i] = x >= box.X1 && x < box.X2 && y >= box.Y1 && y < box.Y2 ? byte.MaxValue : byte.MinValue;
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>The white of a view is where a box says it is, to within a pixel of the view.</summary>
    private static void RequireAt(NormalizedBox box, RgbImage view)
    {
        ReadOnlySpan<byte> pixels = view.Pixels;
        int left = view.Width, top = view.Height, right = 0, bottom = 0;
        for (int i = 0; i < view.Width * view.Height; i++)
        {
            if (pixels[3 * i] >= 128)
            {
                (int x, int y) = (i % view.Width, i / view.Width);
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        Assert.Equal(left, box.X1 * view.Width, 1.0);
        Assert.Equal(top, box.Y1 * view.Height, 1.0);
        Assert.Equal(right, box.X2 * view.Width, 1.0);
        Assert.Equal(bottom, box.Y2 * view.Height, 1.0);
    }

    private sealed class OnePicture(PretrainingPicture picture) : IPretrainingPictures
    {
        public long Count => 2;

        public bool HasCaptions => true;

        public bool HasRegions => true;

        public IReadOnlyList<string>? Classes => null;

        public PretrainingPicture Read(long index, SampleChance chance) => picture;

        public string PlaceOf(long index) => "here";

        public void Dispose()
        {
        }
    }
}
