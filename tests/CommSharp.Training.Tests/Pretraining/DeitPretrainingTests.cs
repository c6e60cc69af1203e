using CommSharp.Data;
using CommSharp.Training.Pretraining.Objectives.Deit;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class DeitPretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DeitPretrainingTests() => ColouredSquares.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_learned_and_then_distilled_into_a_token_of_their_own()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Deit, steps: 60);
        string teacher = Pretrainings.Complete(recipe, _folder["teacher"]).Model!;
        double[] losses = Pretrainings.Losses(_folder["teacher"]);
        Assert.True(losses[^5..].Average() < 0.7 * losses[0], $"{losses[0]} to {losses[^5..].Average()}");
        Assert.True(Pretrainings.LastProbe(_folder["teacher"]).Value("knn") > 0.8);
        using DisposeScope scope = NewDisposeScope();
        Assert.Empty(ExportedTowers.Differences(_folder["teacher"], teacher, "vit", "tower."));

        PretrainingRecipe distilled = Pretrainings.Recipe(_folder.Path, Pretrainings.Deit with { Teacher = teacher }, steps: 30);
        string student = Pretrainings.Complete(distilled, _folder["student"]).Model!;
        var probe = Pretrainings.LastProbe(_folder["student"]);
        Assert.True(probe.Value("teacherAccuracy") > 0.8, $"{probe.Value("teacherAccuracy")}");
        Assert.True(probe.Value("knn") > 0.6, $"{probe.Value("knn")}");
        Assert.Empty(ExportedTowers.Differences(_folder["student"], student, "deit", "tower."));
    }

    /// <summary>Labels are places in the order of folders; where one is missing, the others' numbers are not those of the training.</summary>
    [Fact]
    public void Held_out_classes_are_the_trainings_by_their_names()
    {
        Directory.Delete(_folder["val", "blue"], recursive: true);
        Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, Pretrainings.Deit, steps: 60), _folder["run"]);
        Assert.True(Pretrainings.LastProbe(_folder["run"]).Value("knn") > 0.8);
        Assert.True(Pretrainings.LastProbe(_folder["run"]).Value("linear") > 0.8);
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bits() =>
        Pretrainings.RequireSameAfterStops(
            Pretrainings.Recipe(_folder.Path, Pretrainings.Deit, steps: 5) with { Batch = new PictureBatchSettings { Size = 4, Accumulation = 2 } }, _folder, 1, 2);

    /// <summary>A checkpoint holds the head that was fitted on the teacher's features, and not what gives these.</summary>
    [Fact]
    public void A_teacher_that_was_exchanged_meanwhile_is_refused()
    {
        PretrainingRecipe plain = Pretrainings.Recipe(_folder.Path, Pretrainings.Deit, steps: 1, batch: 4) with { Probe = null };
        string teacher = Pretrainings.Complete(plain, _folder["teacher"]).Model!, other = Pretrainings.Complete(plain with { Seed = 8 }, _folder["other"]).Model!;
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Deit with { Teacher = teacher, TeacherPictures = 32 }, steps: 3, batch: 4) with { Probe = null };
        Pretrainings.Stop(recipe, _folder["run"], after: 1);
        Exchange();
        string message = Assert.Throws<CommSharpException>(() => Pretrainings.Complete(recipe, _folder["run"])).Message;
        Assert.Contains("the teacher that this run began with has changed since; bring it back", message, StringComparison.Ordinal);

        Exchange();
        Pretrainings.Stop(recipe, _folder["run"], after: 1); // the second step of three
        Damage.Edit(_folder["run", "checkpoints", "step-000000002", "state.json"], state => Assert.True(state.AsObject().Remove("teacher"))); // as before it was noted
        Assert.True(Pretrainings.Complete(recipe, _folder["run"]).IsComplete);

        void Exchange()
        {
            Directory.Move(teacher, _folder["aside"]);
            Directory.Move(other, teacher);
            Directory.Move(_folder["aside"], other);
        }
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        PretrainingRecipeFile recipe = Pretrainings.File(Pretrainings.Recipe(_folder.Path, Pretrainings.Deit, 60));
        using IPretrainingPictures pictures = PretrainingPictures.Open(recipe.Recipe.Data, recipe.BaseFolder, new DataPlace("test"));
        using var objective = new DeitObjective(Pretrainings.Deit, recipe, pictures, CPU);
        Pretrainings.RequireNoLeaks(objective, new([new byte[4 * 28 * 28 * 3]], [], [0, 1, 2, 3]));
    }
}
