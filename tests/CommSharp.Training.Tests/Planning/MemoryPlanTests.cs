using CommSharp.Training.Planning;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Tests.Running;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Planning;

public sealed class MemoryPlanTests : IDisposable
{
    private const long CommParameters = 7_403_040_798; // as the approved manifest of the preset has it

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_parameter_of_the_model_is_counted_once()
    {
        MemoryPlan plan = PlanOf("comm-7b-stage1");
        Assert.Equal(CommParameters, plan.Parameters);
        Assert.Equal(4 * plan.Trained, Bytes(plan, "trained weights"));
        Assert.Equal(8 * plan.Trained, Bytes(plan, "optimiser"));
        Assert.Equal(2 * (CommParameters - plan.Trained), Bytes(plan, "frozen weights")); // bfloat16
    }

    [Fact]
    public void Muon_remembers_one_number_of_each_of_a_block()
    {
        MemoryPlan both = PlanOf("comm-7b-stage1"), one = PlanOf("comm-7b-stage1", "optimizer.matrices=\"muon\""); // embeddings and the head keep both
        long kept = 2L * 32_000 * 4096;
        Assert.Equal(8 * both.Trained, Bytes(both, "optimiser"));
        Assert.InRange(Bytes(one, "optimiser"), 4 * (both.Trained + kept), 4.002 * (both.Trained + kept)); // norms, biases and scales too
    }

    [Fact]
    public void Adapters_have_rank_times_inputs_and_outputs_of_every_layer_that_they_adapt()
    {
        MemoryPlan without = PlanOf("comm-7b-lora-24gb", "trained.lora=null");
        MemoryPlan plan = PlanOf("comm-7b-lora-24gb");
        const long Width = 4096, Hidden = 11008, Rank = 16, Depth = 32;
        long expected = Depth * Rank * ((4 * (Width + Width)) + (3 * (Width + Hidden)));
        Assert.Equal(expected, plan.Trained - without.Trained);
        Assert.Equal(CommParameters + expected, plan.Parameters);
    }

    [Theory]
    [InlineData("comm-7b-lora-24gb", 24_000_000_000)]
    [InlineData("comm-7b-lora-80gb", 80_000_000_000)]
    public void Recipes_that_are_named_for_a_GPU_fit_it(string name, long memory) =>
        Assert.InRange(PlanOf(name).Needed, memory / 2, memory);

    [Fact]
    public void Recomputation_keeps_a_fraction_of_the_activations()
    {
        long kept = Bytes(PlanOf("comm-7b-lora-80gb", "recompute=false"), "activations"), recomputed = Bytes(PlanOf("comm-7b-lora-80gb"), "activations");
        Assert.InRange((double)recomputed / kept, 0.02, 0.3);
    }

    [Fact]
    public void Accumulated_gradients_are_there_beside_the_activations_and_new_ones_come_as_activations_go()
    {
        MemoryPlan whole = PlanOf("comm-7b-lora-80gb", "batch.size=1", "batch.accumulation=1"), parts = PlanOf("comm-7b-lora-80gb", "batch.size=1", "batch.accumulation=2");
        Assert.True(Bytes(parts, "gradients") >= 4 * parts.Trained);
        Assert.True(Bytes(whole, "gradients") < Bytes(parts, "gradients"));
    }

    [Theory]
    [InlineData("comm-7b-lora-80gb", 40_000_000_000)]
    [InlineData("comm-7b-stage1", 80_000_000_000)]
    public void The_changes_that_are_named_make_a_recipe_fit_and_save_what_they_say(string name, long memory)
    {
        RecipeFile recipe = RecipeFile.Load(name);
        var plan = RecipePlan.Of(recipe, isOnGpu: true);
        Assert.True(plan.Memory.Needed > memory);
        IReadOnlyList<MemoryChange> changes = Assert.IsAssignableFrom<IReadOnlyList<MemoryChange>>(plan.ChangesToFit(memory));
        var changed = RecipePlan.Of(RecipeFile.Load(name, [.. changes.SelectMany(change => change.Patches)]), isOnGpu: true);
        Assert.InRange(changed.Memory.Needed, 1, memory);
        Assert.Equal(plan.Memory.Needed - changed.Memory.Needed, changes.Sum(change => change.Saves));
    }

    [Fact]
    public void A_recipe_that_cannot_fit_is_refused_before_its_folder_is_made_and_fits_with_the_change_that_is_named()
    {
        GroundingSamples.Write(_folder.Path, 4);
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with { Batch = new BatchSettings { Size = 1 << 14 }, Loading = new LoadingSettings { Ahead = 1 } };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        var options = new TrainingOptions { Device = CPU, Memory = DeviceMemory.Given(isGpu: false, 2_500_000_000) };
        CommSharpException error = Assert.Throws<CommSharpException>(() => TrainingRun.Run(file, _folder["run"], options, [], TestContext.Current.CancellationToken));
        Assert.Contains("it fits with", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void A_person_may_go_on_against_the_plan()
    {
        GroundingSamples.Write(_folder.Path, 4);
        RecipeFile file = GroundingSamples.AsFile(GroundingSamples.Recipe(_folder.Path) with { Schedule = new ScheduleSettings { Steps = 1 } }, _folder.Path);
        var options = new TrainingOptions { Device = CPU, Memory = DeviceMemory.Given(isGpu: false, 1_000_000), IgnoresMemoryPlan = true };
        Assert.True(TrainingRun.Run(file, _folder["run"], options, [], TestContext.Current.CancellationToken).IsComplete);
    }

    private static MemoryPlan PlanOf(string recipe, params string[] patches) => RecipePlan.Of(RecipeFile.Load(recipe, patches), isOnGpu: true).Memory;

    private static long Bytes(MemoryPlan plan, string part) => plan.Parts.Single(each => each.Name == part).Bytes;
}
