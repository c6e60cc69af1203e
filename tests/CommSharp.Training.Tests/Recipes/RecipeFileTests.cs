using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CommSharp.Configuration;
using CommSharp.Data;
using CommSharp.Data.Datasets;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Recipes;

public sealed class RecipeFileTests
{
    public static TheoryData<string> BuiltIn => [.. RecipeFile.BuiltIn];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Built_in_recipes_are_valid_and_name_tasks_that_there_are(string name)
    {
        RecipeFile recipe = RecipeFile.Load(name);
        Assert.Equal(name, recipe.Recipe.Name);
        Assert.Equal("schema/recipe.schema.json", recipe.Recipe.Schema);
        Assert.NotNull(recipe.Recipe.Description);
        DatasetPart[] parts = [.. Leaves(recipe.Recipe.Data)];
        Assert.NotEmpty(parts);
        Assert.All(parts, part => Assert.Equal(part.Format, DatasetTasks.Find(part.Format, part.Task, new DataPlace(name)).Format));
    }

    [Fact]
    public void The_schema_is_that_of_the_records()
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true };
        JsonNode schema = CommJson.Options.GetJsonSchemaAsNode(typeof(TrainingRecipe), options);
        Approved.Check("recipes/schema/recipe.schema.json", schema.ToJsonString(CommJson.Options) + "\n");
    }

    [Fact]
    public void The_place_of_the_schema_is_no_part_of_a_runs_identity()
    {
        RecipeFile with = RecipeFile.Load("tiny-stage1");
        RecipeFile without = RecipeFile.Load("tiny-stage1", "$schema=null");
        Assert.Null(without.Recipe.Schema);
        Assert.Equal(with.Identity, without.Identity);
        Assert.NotEqual(with.Identity, RecipeFile.Load("tiny-stage1", "seed=1").Identity);
    }

    [Theory]
    [InlineData("schedule.stpes=3", "stpes")]
    [InlineData("trained.groups[0].part=mergers", "trained.groups[0].part")]
    [InlineData("trained.groups=[]", "\"trained.groups\" is empty")]
    [InlineData("data.parts=[]", "\"data.parts\" is empty")]
    [InlineData("data.parts[1].format=shikra-regoin", "shikra-regoin")]
    [InlineData("data.parts[1].task=recc", "recc")]
    [InlineData("data.parts[9].task=rec", "fits nowhere")]
    [InlineData("schedule.epochs=3", "\"schedule.steps\" is given beside \"epochs\"")]
    [InlineData("schedule.learningRate=1e999", "schedule.learningRate")]
    [InlineData("seed=x", "seed")]
    [InlineData("guidance={\"block\": 0}", "guidance.block")]
    [InlineData("guidance={\"wordBlock\": 0}", "guidance.wordBlock")]
    [InlineData("guidance={\"head\": -1}", "guidance.head")]
    [InlineData("guidance={\"weight\": 0}", "guidance.weight")]
    [InlineData("model.kind=forlder", "model")]
    public void A_recipe_that_cannot_be_meant_is_refused_by_the_member(string change, string named)
    {
        string message = Assert.ThrowsAny<CommSharpException>(() => RecipeFile.Load("tiny-stage1", change)).Message;
        Assert.StartsWith("tiny-stage1", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_recipe_is_answered_with_the_known_ones() =>
        Assert.Contains("known: bccd, comm-7b-", Assert.ThrowsAny<CommSharpException>(() => RecipeFile.Load("tiny")).Message, StringComparison.Ordinal);

    private static IEnumerable<DatasetPart> Leaves(DataMixture mixture) => mixture switch
    {
        ConcatPart concat => concat.Parts.SelectMany(Leaves),
        InterleavePart interleave => interleave.Parts.SelectMany(Leaves),
        ConversationPart conversations => conversations.Parts.SelectMany(Leaves),
        _ => [(DatasetPart)mixture],
    };
}
