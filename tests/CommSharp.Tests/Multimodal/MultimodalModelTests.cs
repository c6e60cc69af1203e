using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class MultimodalModelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Pictures_take_the_places_of_placeholders_in_order()
    {
        using MultimodalModel model = Model();
        Tensor tokens = randn(2, 16, 32);
        Tensor embeddings = model.Embed(Ids(), tokens);
        TensorAssert.Equal(tokens[0], embeddings[0].narrow(0, 2, 16));
        TensorAssert.Equal(tokens[1], embeddings[1].narrow(0, 2, 16));
        TensorAssert.Equal(model.Language.Embed(Ids())[0].narrow(0, 0, 2), embeddings[0].narrow(0, 0, 2));
    }

    [Fact]
    public void A_picture_without_a_place_is_refused()
    {
        using MultimodalModel model = Model();
        Assert.Contains("32 image tokens", Assert.Throws<CommSharpException>(() => model.Embed(Ids(), randn(1, 16, 32))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_seen_changes_what_is_said()
    {
        using MultimodalModel model = Model();
        Tensor picture = rand(2, 3, 28, 28);
        using var images = new ImageBatch(picture.clone());
        using var mirrored = new ImageBatch(picture.flip(3));
        Tensor difference = (model.call(images, Ids()) - model.call(mirrored, Ids())).abs();
        Assert.True(difference.select(1, 21).max().item<float>() > 1e-3);
        Assert.Equal(0, difference.narrow(1, 0, 2).max().item<float>()); // what stands before the picture cannot know it
    }

    [Fact]
    public void One_step_of_training_lowers_the_loss_and_leaves_the_towers_alone()
    {
        using MultimodalModel model = Model();
        using var images = new ImageBatch(rand(2, 3, 28, 28));
        Tensor labels = Ids().masked_fill(Ids().eq(96), LanguageLoss.IgnoredLabel);
        using var optimizer = optim.AdamW(model.parameters().Where(parameter => parameter.requires_grad), lr: 1e-3);

        Tensor before = LanguageLoss.CrossEntropy(model.call(images, Ids()), labels);
        before.backward();
        foreach ((string name, var parameter) in model.named_parameters())
        {
            bool isTower = name.Contains(".tower.", StringComparison.Ordinal);
            Assert.Equal(isTower, parameter.grad is null);
            Assert.True(isTower || parameter.grad!.abs().sum().item<float>() > 0, $"{name} has no gradient");
        }

        optimizer.step();
        Tensor after = LanguageLoss.CrossEntropy(model.call(images, Ids()), labels);
        Assert.True(after.item<float>() < before.item<float>(), $"loss went from {before.item<float>()} to {after.item<float>()}");
    }

    private static MultimodalModel Model() => TinyConfigs.Drawn(new MultimodalModel(TinyConfigs.Comm, TensorOptions.Default));

    /// <summary>Two prompts: 1, im_start, a picture, im_end, a few words.</summary>
    private static Tensor Ids()
    {
        long[] Row(params long[] words) => [1, 97, .. Enumerable.Repeat(96L, 16), 98, .. words];
        long[] first = Row(5, 6, 7), second = Row(8, 9, 10);
        return stack([tensor(first), tensor(second)]);
    }
}
