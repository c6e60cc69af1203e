using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Imaging;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

/// <summary>What is particular about LLaVA's vocabulary and projector, and about deltas in half precision.</summary>
public sealed class LlavaConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_fast_tokenizer_gets_the_two_tokens()
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        _folder.Write("source/tokenizer.json", """{"added_tokens":[{"id":0,"content":"<unk>"}],"model":{"vocab":{"▁é<":3}}}""");
        Convert(source);

        string text = File.ReadAllText(_folder["out", "tokenizer.json"]);
        JsonArray added = JsonNode.Parse(text)!["added_tokens"]!.AsArray();
        Assert.Equal([("<unk>", 0), ("<image>", 40), ("<pad>", 41)], added.Select(token => ((string)token!["content"]!, (int)token["id"]!)));
        Assert.Contains("▁é<", text, StringComparison.Ordinal);
    }

    /// <summary>Pictures that were padded stay padded, whatever the tower's own preprocessor says, or boxes would lie elsewhere.</summary>
    [Theory]
    [InlineData("pad", true, ImageFit.Pad)]
    [InlineData("pad", false, ImageFit.Pad)]
    [InlineData("square", true, ImageFit.Crop)]
    public void Pictures_are_fitted_as_the_original_does(string aspect, bool hasPreprocessor, ImageFit fit)
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(_folder["source", "config.json"]))!;
        config["image_aspect_ratio"] = aspect;
        _folder.Write("source/config.json", config.ToJsonString());
        int side = ((MultimodalFolder)ModelFolder.Open(source)).Config.Vision.Branches[0].Architecture.ImageSize;
        if (hasPreprocessor)
        {
            _folder.Write("source/vision_tower/preprocessor_config.json", $$"""{"image_processor_type":"CLIPImageProcessor","size":{{side}},"crop_size":{{side}},"do_center_crop":true,"image_mean":[0.48,0.46,0.41]}""");
        }

        ImagePreprocessing before = ((MultimodalFolder)ModelFolder.Open(source)).Config.Image;
        Convert(source);
        ImagePreprocessing after = ((MultimodalFolder)ModelFolder.Open(_folder["out"])).Config.Image;
        Assert.Equal(fit, before.Fit);
        Assert.Equal((before.Fit, before.Size, before.Resample), (after.Fit, after.Size, after.Resample));
    }

    [Fact]
    public void An_id_that_is_taken_is_an_error()
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        _folder.Write("source/added_tokens.json", """{"<im_patch>":40}""");

        var error = Assert.Throws<CommSharpException>(() => Convert(source));

        Assert.Contains("<image> needs the id 40", error.Message, StringComparison.Ordinal);
        Assert.Equal(["source"], _folder.Entries);
    }

    [Fact]
    public void A_linear_projector_has_no_place()
    {
        string source = TinyModels.LlavaOriginal(_folder["source"]);
        _folder.Write("source/config.json", File.ReadAllText(_folder["source", "config.json"]).Replace("mlp2x_gelu", "linear", StringComparison.Ordinal));
        Rewrite(source, (name, tensor) => name switch
        {
            "model.mm_projector.0.weight" => ("model.mm_projector.weight", tensor),
            "model.mm_projector.0.bias" => ("model.mm_projector.bias", tensor),
            _ => (name.Contains("mm_projector", StringComparison.Ordinal) ? null : name, tensor),
        });

        var error = Assert.Throws<CommSharpException>(() => Convert(source));

        Assert.Contains("a linear projector; use it as it is", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sum_beyond_float16_is_named_unless_it_is_stored_wider()
    {
        string source = TinyModels.Llama(_folder["source"]), from = TinyModels.Llama(_folder["base"]);
        Rewrite(source, (name, tensor) => (name, name == "model.norm.weight" ? full_like(tensor, 60000).to(ScalarType.Float16) : tensor.to(ScalarType.Float16)));
        Rewrite(from, (name, tensor) => (name, name == "model.norm.weight" ? full_like(tensor, 60000) : tensor));

        var error = Assert.Throws<CheckpointException>(() => Convert(source, new ConversionOptions { Base = from }));

        Assert.Equal("model.norm.weight", error.Tensor);
        Convert(source, new ConversionOptions { Base = from, Dtype = ScalarType.Float32 });
        using ITensorSource sum = Checkpoint.Open(_folder["out"]);
        using Tensor norm = sum.Read("model.norm.weight");
        TensorAssert.Equal(full_like(norm, 120000), norm);
    }

    private static void Rewrite(string folder, Func<string, Tensor, (string? Name, Tensor Tensor)> change)
    {
        using DisposeScope scope = NewDisposeScope();
        var tensors = new List<(string, Tensor)>();
        using (ITensorSource weights = Checkpoint.Open(folder))
        {
            foreach ((string? name, Tensor tensor) in weights.Names.Select(name => change(name, weights.Read(name))))
            {
                if (name is not null)
                {
                    tensors.Add((name, tensor));
                }
            }
        }

        TinyModels.WriteWeights(folder, tensors);
    }

    private void Convert(string source, ConversionOptions? options = null) =>
        FolderConversion.Run(source, _folder["out"], options ?? new ConversionOptions(), cancellationToken: TestContext.Current.CancellationToken);
}
