using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tests.Running;

/// <summary>What is broken is named, with what to do, and nothing that is whole is lost.</summary>
public sealed class DamagedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DamagedRunTests() => GroundingSamples.Write(_folder.Path, 8);

    public void Dispose() => _folder.Dispose();

    private RecipeFile Recipe => GroundingSamples.AsFile(GroundingSamples.Recipe(_folder.Path), _folder.Path);

    [Theory]
    [InlineData("weights.safetensors", true)]
    [InlineData("moments.safetensors", false)]
    [InlineData("state.json", true)]
    [InlineData("state.json", false)]
    public void A_broken_checkpoint_is_set_aside_and_the_one_before_it_is_taken(string file, bool isShort)
    {
        Trainings.Complete(Recipe, _folder["whole"]);
        Trainings.Stop(Recipe, _folder["run"], after: 4);
        Break(_folder["run", "checkpoints", "step-000000004", file], isShort);
        var notes = new List<string>();
        Trainings.Complete(Recipe, _folder["run"], notes.Add);
        string note = Assert.Single(notes);
        Assert.Contains(Path.Combine("step-000000004", file), note, StringComparison.Ordinal);
        Assert.Contains("goes on from step 2", note, StringComparison.Ordinal);
        Assert.Equal(RunFiles.Weights(_folder["whole", "model"]), RunFiles.Weights(_folder["run", "model"]));
        Assert.Equal(RunFiles.Story(_folder["whole"]), RunFiles.Story(_folder["run"]));
        Assert.True(Directory.Exists(_folder["run", "checkpoints", "step-000000004.broken"]));
    }

    [Theory]
    [InlineData(9, 1, 0, "guidance.block")]
    [InlineData(1, 9, 0, "guidance.wordBlock")]
    [InlineData(1, 1, 8, "guidance.head")]
    public void Guidance_of_a_head_that_the_decoder_has_not_is_refused_by_the_member(int block, int wordBlock, int head, string named)
    {
        RecipeFile recipe = GroundingSamples.AsFile(
            GroundingSamples.Recipe(_folder.Path) with { Guidance = new GuidanceSettings { Block = block, WordBlock = wordBlock, Head = head } }, _folder.Path);
        Assert.Contains(named, Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(recipe, _folder["run"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_changed_since_the_run_began_are_named_with_both_sizes()
    {
        Trainings.Stop(Recipe, _folder["run"], after: 2);
        string file = _folder["squares.jsonl"];
        string was = File.ReadAllText(file);
        File.WriteAllText(file, was.Replace("the square", "this square", StringComparison.Ordinal));
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, _folder["run"])).Message;
        Assert.Contains($"squares.jsonl: has {was.Length + 8} bytes, but had {was.Length} bytes when the run in", message, StringComparison.Ordinal);
        File.WriteAllText(file, was);
        Assert.True(Trainings.Complete(Recipe, _folder["run"]).IsComplete);
    }

    [Fact]
    public void Without_an_earlier_checkpoint_the_message_says_what_to_delete()
    {
        Trainings.Stop(Recipe, _folder["run"], after: 1);
        Break(_folder["run", "checkpoints", "step-000000001", "weights.safetensors"], isShort: true);
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, _folder["run"])).Message;
        Assert.Contains("step-000000001", message, StringComparison.Ordinal);
        Assert.Contains($"delete {_folder["run", "checkpoints"]} to begin from the first step", message, StringComparison.Ordinal);
        Directory.Delete(_folder["run", "checkpoints"], recursive: true);
        Assert.True(Trainings.Complete(Recipe, _folder["run"]).IsComplete);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_with_its_batch_saved_and_does_so_again()
    {
        Trainings.Stop(Recipe, _folder["run"], after: 3);
        string weights = _folder["run", "checkpoints", "step-000000003", "weights.safetensors"];
        byte[] bytes = File.ReadAllBytes(weights);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 4);
        File.WriteAllBytes(weights, bytes);
        string[] before = RunFiles.Weights(_folder["run"]);
        for (int i = 0; i < 2; i++)
        {
            string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, _folder["run"])).Message;
            Assert.Contains("step 4 has a loss of NaN", message, StringComparison.Ordinal);
            Assert.Contains("nothing was updated", message, StringComparison.Ordinal);
            Assert.Contains(_folder["run", "bad-batch"], message, StringComparison.Ordinal);
            Assert.True(File.Exists(_folder["run", "bad-batch", "batch.json"]));
            Assert.True(File.Exists(_folder["run", "bad-batch", "pixels.safetensors"]));
            Assert.Equal(before, RunFiles.Weights(_folder["run"]));
        }
    }

    [Fact]
    public void What_was_done_before_a_bad_picture_ended_the_training_is_saved()
    {
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Loading = new LoadingSettings { UnreadableLimit = 0, Ahead = 1 },
            Checkpoints = new CheckpointSettings { EverySteps = 100 },
            Batch = new BatchSettings { Size = 1, GroupByLength = false },
        };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        File.WriteAllText(_folder["pictures", "003.png"], "no picture");
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(file, _folder["run"])).Message;
        Assert.Contains("003.png", message, StringComparison.Ordinal);
        Assert.Contains("loading.unreadableLimit", message, StringComparison.Ordinal);
        long done = TrainingLog.Read(_folder["run", TrainingLog.FileName]).OfType<StepRecord>().Last().Step;
        Assert.True(File.Exists(_folder["run", "checkpoints", $"step-{done:D9}", "state.json"]));
        Assert.Equal(message, Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(file, _folder["run"])).Message);
    }

    [Fact]
    public void A_held_out_picture_that_cannot_be_read_is_known_before_the_first_step()
    {
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path);
        recipe = recipe with { Validation = new ValidationSettings { Data = recipe.Data, EverySteps = 2, Samples = 8, Answers = 1 } };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        File.WriteAllText(_folder["pictures", "003.png"], "no picture");
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(file, _folder["run"])).Message;
        Assert.Contains("003.png", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["run", "log.jsonl"]));
    }

    [Fact]
    public void A_folder_of_something_else_is_refused_and_stays_as_it_is()
    {
        _folder.Write("run/notes.txt", "mine");
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, _folder["run"])).Message;
        Assert.Contains("holds something else than a run; name a new or empty folder", message, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(_folder["run"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_run_of_another_recipe_is_refused_with_the_first_difference()
    {
        Trainings.Stop(Recipe, _folder["run"], after: 1);
        RecipeFile other = GroundingSamples.AsFile(GroundingSamples.Recipe(_folder.Path) with { Seed = 6 }, _folder.Path);
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(other, _folder["run"])).Message;
        Assert.Contains("holds a run of another recipe (there \"seed\": 5, now \"seed\": 6)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_another_training_uses_is_refused()
    {
        using RunFolder held = RunFolder.Open(_folder["run"], Recipe.Resolved);
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, _folder["run"])).Message;
        Assert.Contains("another training uses this folder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_where_no_folder_can_be_is_named()
    {
        string file = _folder.Write("file", "mine");
        Assert.Contains(file, Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(Recipe, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_starting_model_that_has_changed_since_is_noticed()
    {
        foreach (string source in Directory.EnumerateFiles(BundledModel.Folder, "*", SearchOption.AllDirectories))
        {
            _folder.Write(Path.Combine("model", Path.GetRelativePath(BundledModel.Folder, source)), File.ReadAllBytes(source));
        }

        RecipeFile recipe = GroundingSamples.AsFile(
            GroundingSamples.Recipe(_folder.Path) with { Model = new FolderModelSource { Path = _folder["model"] } }, _folder.Path);
        Trainings.Stop(recipe, _folder["run"], after: 1);
        File.AppendAllText(_folder["model", "commsharp.json"], " ");
        string message = Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(recipe, _folder["run"])).Message;
        Assert.Contains("the model that this run started from has changed since; bring it back, or start anew", message, StringComparison.Ordinal);
    }

    private static void Break(string file, bool isShort)
    {
        if (isShort)
        {
            byte[] bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        }
        else
        {
            File.Delete(file);
        }
    }
}
