using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Models;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Models;

/// <summary>Trained towers with a language model from nothing.</summary>
public sealed class StartingModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_language_model_is_the_presets_with_the_tokenizers_words_and_those_around_a_picture()
    {
        MultimodalConfig told = StartingModel.ConfigOf(Recipe());
        MultimodalFolder made = Open(Recipe(), "run");
        Assert.Equal(told.Language.Architecture, made.Config.Language.Architecture);
        Assert.Equal(Presets.Load(Path.Combine(BundledModel.Folder, "commsharp.json")).Language.Architecture, told.Language.Architecture);
        Assert.True(File.Exists(Path.Combine(_folder["run"], StartingModel.FolderName, "language", "tokenizer.model")));
        Assert.True(File.Exists(Path.Combine(_folder["run"], StartingModel.FolderName, "vision", "1-clip", "config.json")));
    }

    [Fact]
    public void The_same_seed_draws_the_same_words_and_another_seed_others()
    {
        byte[] first = Language("a", "seed=1"), again = Language("b", "seed=1"), other = Language("c", "seed=2");
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData("model.language=somewhere", "\"model.language\" is given beside \"tokenizer\"")]
    [InlineData("model.tokenizer=null", "\"model.language\" is missing")]
    public void One_of_both_is_needed(string change, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<CommSharpException>(() => Recipe(change)).Message, StringComparison.Ordinal);

    private static RecipeFile Recipe(params string[] changes)
    {
        // "model" is of another kind than the recipe's own, so it is replaced whole.
        string model = $$"""model={"kind":"composed","preset":"{{BundledModel.Folder}}/commsharp.json","tokenizer":"{{TokenizerSource.Model(TokenizerSource.Small)}}","towers":["{{BundledModel.Folder}}/vision/1-clip","{{BundledModel.Folder}}/vision/2-dinov2"]}""";
        return RecipeFile.Load("tiny-stage1", [model, .. changes]);
    }

    private MultimodalFolder Open(RecipeFile recipe, string run)
    {
        Directory.CreateDirectory(_folder[run]); // as a run has by then
        return StartingModel.Open(recipe, _folder[run], CancellationToken.None);
    }

    private byte[] Language(string run, string seed)
    {
        Open(Recipe(seed), run);
        return File.ReadAllBytes(Directory.GetFiles(Path.Combine(_folder[run], StartingModel.FolderName, "language"), "*.safetensors").Single());
    }
}
