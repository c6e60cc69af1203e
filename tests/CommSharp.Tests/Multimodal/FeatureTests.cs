using CommSharp.Checkpoints;
using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Features;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class FeatureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_towers_layers_are_the_references_hidden_states()
    {
        string path = SharedFolder.Require("parity", "dinov2-registers");
        using ITensorSource expected = Checkpoint.Open(Path.Combine(path, "expected.safetensors"));
        Tensor pixels = expected.Read("pixel_values.size70x70");
        IReadOnlyList<FeatureTensor> written = Write(path, [("pixel_values", pixels)], new FeatureOptions());

        using ITensorSource features = Checkpoint.Open(_folder["features.safetensors"]);
        Assert.Equal(["tower1.layer.1", "tower1.layer.2", "tower1.layer.3"], written.Select(tensor => tensor.Name).Take(3));
        Tensor reference = expected.Read("size70x70.hidden_states.2");
        int prefix = TowerFolder.Open(path).Architecture.PrefixTokens; // class and registers
        Tensor patches = reference.narrow(1, prefix, reference.shape[1] - prefix);
        TensorAssert.Close(patches, features.Read("tower1.layer.2"), 1e-4);
    }

    [Fact]
    public void A_multimodal_models_image_tokens_are_the_references()
    {
        string path = SharedFolder.Require("parity", "llava");
        using ITensorSource expected = Checkpoint.Open(Path.Combine(path, "expected.safetensors"));
        Write(path, [("pixel_values", expected.Read("pixel_values"))], new FeatureOptions { Layers = LayerSelection.Parse("4") });

        using ITensorSource features = Checkpoint.Open(_folder["features.safetensors"]);
        Assert.Equal(["image_tokens", "tower1.layer.4"], features.Names.Order(StringComparer.Ordinal)); // the model itself reads layer 3
        TensorAssert.Close(expected.Read("image_features"), features.Read("image_tokens"), 1e-4);
        Tensor deepest = expected.Read("vision.hidden_states.4");
        TensorAssert.Close(deepest.narrow(1, 1, deepest.shape[1] - 1), features.Read("tower1.layer.4"), 1e-4);
    }

    [Theory]
    [InlineData("comm")]
    [InlineData("llava")]
    public void A_picture_gives_what_its_prepared_pixels_give(string layout)
    {
        string path = SeeingModels.Write(layout, _folder["model"]), file = _folder.Write("breakfast.png", DrawnPicture.Breakfast());
        var folder = (MultimodalFolder)ModelFolder.Open(path);
        FeatureExtraction.Write(path, file, _folder["of-picture.safetensors"], new FeatureOptions(), cancellationToken: TestContext.Current.CancellationToken);

        RgbImage picture = ImageDecoder.Read(file);
        Write(path, [.. folder.Config.Vision.Branches.Select((branch, i) => ($"pixel_values.{i + 1}", Pixels(branch)))], new FeatureOptions());
        using ITensorSource expected = Checkpoint.Open(_folder["features.safetensors"]), actual = Checkpoint.Open(_folder["of-picture.safetensors"]);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        Assert.All(expected.Names, name => TensorAssert.Equal(expected.Read(name), actual.Read(name)));

        Tensor Pixels(VisionBranchConfig branch) => (branch.Normalization ?? VisionFamily.Named(branch.Family).Normalization)
            .Apply(folder.Config.Image.Apply(picture, branch.ImageSize ?? branch.Architecture.ImageSize).Pixels.ToTensor());
    }

    [Fact]
    public void Two_towers_get_their_own_pixels_and_give_the_models_tokens()
    {
        string path = TinyModels.CommSharp(_folder["model"]);
        using var generator = new Generator(3);
        Tensor picture = empty(3, 3, TinyModels.ImageSize, TinyModels.ImageSize).uniform_(0, 1, generator);
        Tensor clip = PixelNormalization.Clip.Apply(picture), dino = PixelNormalization.ImageNet.Apply(picture);
        Write(path, [("pixel_values.1", clip), ("pixel_values.2", dino)], new FeatureOptions());

        using ITensorSource features = Checkpoint.Open(_folder["features.safetensors"]);
        Assert.Equal(6, features.Names.Count); // three layers, two layers, image tokens
        using MultimodalModel model = ((MultimodalFolder)ModelFolder.Open(path)).Load(TensorOptions.Default).Model;
        TensorAssert.Close(model.Vision.call(new ImageBatch(picture)), features.Read("image_tokens"), 1e-4);
        Assert.Equal([3, 4, TinyModels.VisionWidth], features.Describe("tower2.layer.4").Shape);
    }

    [Fact]
    public void One_tower_alone_leaves_the_image_tokens_out()
    {
        string path = TinyModels.CommSharp(_folder["model"]);
        IReadOnlyList<FeatureTensor> written = Write(path, [("pixel_values", Pixels())], new FeatureOptions { Tower = 2, Layers = LayerSelection.Parse("1") });

        Assert.Equal(["tower2.layer.1"], written.Select(tensor => tensor.Name));
    }

    [Fact]
    public void The_decoder_is_not_loaded()
    {
        var folder = (MultimodalFolder)ModelFolder.Open(TinyModels.Llava(_folder["model"]));
        using MultimodalModel model = folder.LoadVision(TensorOptions.Default).Model;

        Assert.All(model.Language.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
        Assert.All(model.Vision.parameters(), parameter => Assert.Equal(DeviceType.CPU, parameter.device_type));
    }

    public static TheoryData<string, long[], ScalarType, string> WrongPixels => new()
    {
        { "pixels", [1, 3, 28, 28], ScalarType.Float32, "holds neither pixel_values nor pixel_values.1, but 'pixels'" },
        { "pixel_values", [3, 28, 28], ScalarType.Float32, "tensor pixel_values is [3, 28, 28], but tower 1 wants [B, 3, 28, 28]" },
        { "pixel_values", [1, 3, 42, 42], ScalarType.Float32, "tensor pixel_values is [1, 3, 42, 42], but tower 1 wants [B, 3, 28, 28]" },
        { "pixel_values.1", [1, 3, 28, 28], ScalarType.Byte, "tensor pixel_values.1 is Byte, but tower 1 wants normalised pixels" },
    };

    [Theory]
    [MemberData(nameof(WrongPixels))]
    public void Wrong_pixels_are_named(string name, long[] shape, ScalarType dtype, string problem)
    {
        string path = TinyModels.Llava(_folder["model"]);
        var error = Assert.Throws<CheckpointException>(() => Write(path, [(name, zeros(shape, dtype))], new FeatureOptions()));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("features.safetensors", _folder.Entries);
    }

    [Fact]
    public void A_language_model_has_no_tower()
    {
        string path = TinyModels.Llama(_folder["model"]);
        var error = Assert.Throws<CommSharpException>(() => Write(path, [("pixel_values", Pixels())], new FeatureOptions()));

        Assert.Contains("has no vision tower", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_is_left()
    {
        string path = TinyModels.CommSharp(_folder["model"]);
        Tensor pixels = Pixels();
        LeakGuard.Check(() => Write(path, [("pixel_values", pixels)], new FeatureOptions { Layers = LayerSelection.All }));
    }

    private static Tensor Pixels() => zeros(1, 3, TinyModels.ImageSize, TinyModels.ImageSize);

    private IReadOnlyList<FeatureTensor> Write(string path, IEnumerable<(string Name, Tensor Tensor)> pixels, FeatureOptions options)
    {
        TinyModels.WriteFile(_folder["pixels.safetensors"], pixels);
        return FeatureExtraction.Write(path, _folder["pixels.safetensors"], _folder["features.safetensors"], options);
    }
}
