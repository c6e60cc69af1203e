using CommSharp.Multimodal.Folders;

namespace CommSharp.Tests.Multimodal;

public sealed class ModelFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tower_that_is_kept_apart_is_part_of_the_model()
    {
        string folder = TinyModels.Shikra(_folder["shikra"]);
        Directory.Move(_folder["shikra", "vision_tower"], _folder["clip"]);
        string another = TinyModels.Clip(_folder["another"], seed: 9);
        string first = Of(folder, _folder["clip"]);
        Assert.Equal(first, Of(folder, _folder["clip"]));
        Assert.NotEqual(first, Of(folder, another));

        Directory.Move(_folder["clip"], _folder["moved"]);
        Assert.Equal(first, Of(folder, _folder["moved"])); // where it lies says nothing
    }

    [Fact]
    public void What_is_kept_in_the_folder_and_no_model_is_made_of_changes_nothing()
    {
        string folder = TinyModels.CommSharp(_folder["comm"]);
        string before = Of(folder);
        _folder.Write("comm/eval-pope/run.json", "{}");
        _folder.Write("comm/.git/index", "new");
        _folder.Write("comm/.cache.json", "{}");
        _folder.Write("comm/README.md", "A model.");
        _folder.Write("comm/scene.png", "pixels");
        Assert.Equal(before, Of(folder));
    }

    [Theory]
    [InlineData("commsharp.json")]
    [InlineData("fusion.safetensors")]
    [InlineData("language/config.json")]
    [InlineData("language/model.safetensors")]
    [InlineData("vision/clip/model.safetensors")]
    public void Every_file_that_a_model_is_made_of_counts(string file)
    {
        MultimodalFolder folder = MultimodalFolder.Open(TinyModels.CommSharp(_folder["comm"]));
        string before = ModelFingerprint.Of(folder);
        File.AppendAllText(_folder["comm", file], " ");
        Assert.NotEqual(before, ModelFingerprint.Of(folder));
    }

    private static string Of(string folder, string? tower = null) => ModelFingerprint.Of(MultimodalFolder.Open(folder, tower));
}
