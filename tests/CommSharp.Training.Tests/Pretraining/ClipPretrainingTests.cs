using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Objectives.Clip;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class ClipPretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ClipPretrainingTests() => ColouredSquares.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_and_captions_learn_to_find_each_other()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 60);
        Pretrainings.Complete(recipe, _folder["run"]);
        double[] losses = Pretrainings.Losses(_folder["run"]);
        Assert.True(losses[^5..].Average() < 0.75 * losses[0], $"{losses[0]} to {losses[^5..].Average()}");
        var probe = Pretrainings.LastProbe(_folder["run"]);
        Assert.True(probe.Value("captionOfPicture@1") > 0.8, $"{probe.Value("captionOfPicture@1")}");
        Assert.True(probe.Value("pictureOfCaption@1") > 0.8, $"{probe.Value("pictureOfCaption@1")}");
        Assert.Null(probe.Warning);
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bits()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip with { View = new ViewSettings { SmallestCrop = 0.8, Brightness = 0.1 } }, steps: 6, batch: 4);
        Pretrainings.RequireSameAfterStops(recipe, _folder, 2, 3);
    }

    [Fact]
    public void The_loss_of_a_three_by_three_case_is_what_a_hand_computes_and_the_same_from_both_sides()
    {
        using DisposeScope scope = NewDisposeScope();
        double[,] scores = { { 2, 0, 1 }, { 0, 3, 1 }, { 1, 0, 1 } };
        Tensor logits = tensor(scores, ScalarType.Float32), targets = ContrastiveLoss.Targets(["a", "b", "c"], CPU);
        double expected = 0;
        for (int i = 0; i < 3; i++)
        {
            double row = Enumerable.Range(0, 3).Sum(j => Math.Exp(scores[i, j])), column = Enumerable.Range(0, 3).Sum(j => Math.Exp(scores[j, i]));
            expected += (Math.Log(row) + Math.Log(column) - (2 * scores[i, i])) / 6;
        }

        Assert.Equal(expected, ContrastiveLoss.Of(logits, targets).item<float>(), 1e-6);
        Assert.Equal(expected, ContrastiveLoss.Of(logits.t(), targets).item<float>(), 1e-6);
    }

    [Fact]
    public void Equal_captions_are_right_for_each_others_pictures()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor targets = ContrastiveLoss.Targets(["a", "b", "a"], CPU);
        Assert.Equal([0.5f, 0, 0.5f, 0, 1, 0, 0.5f, 0, 0.5f], targets.data<float>().ToArray());

        // Where both captions score alike for both pictures no more than the confusion of the two is left.
        Tensor logits = tensor(new float[,] { { 50, 0, 50 }, { 0, 50, 0 }, { 50, 0, 50 } });
        Assert.Equal(2 * Math.Log(2) / 3, ContrastiveLoss.Of(logits, targets).item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    public void The_model_loads_like_anybodys(ScalarType dtype)
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 2, batch: 4) with { Probe = null };
        string model = Pretrainings.Complete(recipe, _folder["run"], dtype).Model!;
        Assert.Equal("clip", Assert.IsType<TowerFolder>(ModelFolder.Open(model)).Family.Name);
        using DisposeScope scope = NewDisposeScope();
        Assert.Empty(ExportedTowers.Differences(_folder["run"], model, "clip", "vision.", dtype));
        Assert.Equal(["added_tokens.json", "config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.model", "tokenizer_config.json"],
            Directory.GetFiles(model).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_training_goes_on_from_a_clip_that_is_there()
    {
        string first = Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 60) with { Probe = null }, _folder["first"]).Model!;
        double begun = Pretrainings.Losses(_folder["first"])[0], ended = Pretrainings.Losses(_folder["first"])[^5..].Average();
        Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip with { Start = first }, steps: 2, rate: 1e-6) with { Probe = null }, _folder["second"]);
        Assert.InRange(Pretrainings.Losses(_folder["second"])[0], 0, (begun + ended) / 2);
        string second = Path.Combine(_folder["second"], "model");
        using ITensorSource before = Checkpoint.Open(first), after = Checkpoint.Open(second);
        using DisposeScope scope = NewDisposeScope();
        Assert.All(before.Names, name => Assert.InRange(before.Read(name).sub(after.Read(name)).abs().max().item<float>(), 0, 1e-5));
    }

    [Fact]
    public void A_start_of_another_size_is_refused()
    {
        string folder = Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 1, batch: 4) with { Probe = null }, _folder["run"]).Model!;
        Assert.Contains("\"vision_config\" has 2 attention heads, but the recipe's has 4", Refusal(Pretrainings.Clip with { Tower = Pretrainings.Tower with { Heads = 4 } }), StringComparison.Ordinal);
        Assert.Contains("\"text_config\" has 2 attention heads, but the recipe's has 1", Refusal(Pretrainings.Clip with { Text = Pretrainings.Clip.Text with { Heads = 1 } }), StringComparison.Ordinal);
        Assert.Contains("visual_projection.weight", Refusal(Pretrainings.Clip with { ProjectionWidth = 8 }), StringComparison.Ordinal);

        string Refusal(ClipSettings settings) => Assert.ThrowsAny<CommSharpException>(
            () => new ClipObjective(settings with { Start = folder }, Pretrainings.File(Pretrainings.Recipe(_folder.Path, settings, 1)), CPU)).Message;
    }

    /// <summary>The weights would fit, and mean something else.</summary>
    [Theory]
    [InlineData("vision_config")]
    [InlineData("text_config")]
    public void A_start_that_computes_in_another_way_is_refused(string section)
    {
        string folder = Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 1, batch: 4) with { Probe = null }, _folder["run"]).Model!;
        string file = Path.Combine(folder, "config.json"), was = File.ReadAllText(file);
        ClipSettings settings = Pretrainings.Clip with { Start = folder };
        Make().Dispose();
        Assert.Contains($"the \"hidden_act\" of \"{section}\" is gelu, but a pretraining computes with quick_gelu", Refusal("hidden_act", "gelu"), StringComparison.Ordinal);
        Assert.Contains($"the \"layer_norm_eps\" of \"{section}\" is 1E-06, but a pretraining computes with 1E-05", Refusal("layer_norm_eps", 1e-6), StringComparison.Ordinal);

        string Refusal(string member, JsonNode? value)
        {
            File.WriteAllText(file, was);
            Damage.Edit(file, root => root[section]![member] = value);
            return Assert.Throws<CommSharpException>(() => Make().Dispose()).Message;
        }

        ClipObjective Make() => new(settings, Pretrainings.File(Pretrainings.Recipe(_folder.Path, settings, 1)), CPU);
    }

    [Fact]
    public void Of_a_start_without_words_the_vision_tower_is_taken()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 3) with { Probe = null };
        string whole = Pretrainings.Complete(recipe, _folder["first"]).Model!, tower = Path.Combine(_folder.Path, "tower");
        Directory.CreateDirectory(tower);
        File.Copy(Path.Combine(whole, "config.json"), Path.Combine(tower, "config.json"));
        using ITensorSource first = Checkpoint.Open(whole);
        string[] seeing = [.. first.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal))];
        SafetensorsWriter.Write(
            Path.Combine(tower, "model.safetensors"), seeing.Select(name => new TensorEntry(name, ScalarType.Float32, first.Describe(name).Shape)),
            entry => first.Read(entry.Name),
            cancellationToken: TestContext.Current.CancellationToken);
        Pretrainings.Complete(
            Pretrainings.Recipe(_folder.Path, Pretrainings.Clip with { Start = tower }, steps: 1, rate: 1e-9) with { Probe = null, Seed = 99 }, _folder["second"]);
        using ITensorSource second = Checkpoint.Open(Path.Combine(_folder["second"], "model"));
        using DisposeScope scope = NewDisposeScope();
        Assert.All(seeing, name => Assert.InRange(Difference(name), 0, 1e-5));
        Assert.True(Difference("text_model.embeddings.token_embedding.weight") > 1e-3);

        float Difference(string name) => first.Read(name).sub(second.Read(name)).abs().max().item<float>();
    }

    [Fact]
    public void A_tower_of_another_size_is_refused() => Assert.Contains(
        "\"vision_config\" has 3 attention heads",
        Assert.ThrowsAny<CommSharpException>(() => new ClipObjective(
            Pretrainings.Clip with { Start = Path.Combine(BundledModel.Folder, "vision", "1-clip") }, Pretrainings.File(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, 1)), CPU)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_end_mark_has_the_highest_id_and_ends_captions_that_are_too_long()
    {
        var tokens = new CaptionTokens(TokenizerSource.Open(TokenizerSource.Small), contextLength: 6);
        (long[] ids, int length) = tokens.Encode(["a", "one two three four five six seven eight"]);
        Assert.Equal(6, length);
        Assert.Equal(tokens.EndOfText, ids[11]);
        Assert.Equal(1, ids.Take(6).Count(id => id == tokens.EndOfText));
        Assert.All(ids, id => Assert.InRange(id, 0, tokens.EndOfText));
        Assert.Equal(tokens.VocabularySize - 1, tokens.EndOfText);
    }

    [Fact]
    public void Accumulation_is_refused_with_its_reason()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, 2) with { Batch = new PictureBatchSettings { Size = 4, Accumulation = 2 } };
        CommSharpException error = Assert.Throws<Configuration.ConfigurationException>(() => PretrainingCheck.Validate(recipe, "mine.json"));
        Assert.Contains("\"batch.accumulation\" is 2, but must be 1 for CLIP", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scale_of_the_logits_never_grows_beyond_100()
    {
        using ClipObjective objective = Objective();
        using DisposeScope scope = NewDisposeScope();
        Tensor scale = objective.Parameters.Single(trained => trained.Name == "logitScale").Parameter;
        Assert.Equal(0.07, objective.StateMeasures.Single().Value, 1e-6);
        using (no_grad())
        {
            scale.fill_(7);
        }

        objective.AfterUpdate(new StepPlace(1, 1, 2, 0, 1));
        Assert.Equal(0.01, objective.StateMeasures.Single().Value, 1e-7);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using ClipObjective objective = Objective();
        Pretrainings.RequireNoLeaks(objective, new([new byte[4 * 28 * 28 * 3]], ["a", "b", "a", "a red square"], []));
    }

    [Fact]
    public void The_number_of_threads_that_read_pictures_changes_nothing()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, steps: 4, batch: 4) with { Probe = null };
        Pretrainings.Complete(recipe with { Loading = new LoadingSettings { Workers = 1, Ahead = 1 } }, _folder["one"]);
        Pretrainings.Complete(recipe with { Loading = new LoadingSettings { Workers = 5 } }, _folder["five"]);
        Assert.Equal(Pretrainings.Losses(_folder["one"]), Pretrainings.Losses(_folder["five"]));
    }

    [Fact]
    public void A_picture_whose_caption_names_a_side_is_never_mirrored()
    {
        byte[] pixels = [255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255]; // red left of blue
        var picture = new RgbImage(2, 2, pixels);
        var settings = new ViewSettings { Flip = 1 };
        Assert.Equal(picture.Pixels.ToArray(), PictureView.Make(picture, 2, settings, mayFlip: false, SampleChance.Of(1, 1)).Pixels.Pixels.ToArray());
        Assert.NotEqual(picture.Pixels.ToArray(), PictureView.Make(picture, 2, settings, mayFlip: true, SampleChance.Of(1, 1)).Pixels.Pixels.ToArray());
        Assert.True(SampleWords.ForbidFlip("the star left of the ring"));
        Assert.False(SampleWords.ForbidFlip("a bright star and a ring"));
    }

    private ClipObjective Objective() => new(Pretrainings.Clip, Pretrainings.File(Pretrainings.Recipe(_folder.Path, Pretrainings.Clip, 60)), CPU);
}
