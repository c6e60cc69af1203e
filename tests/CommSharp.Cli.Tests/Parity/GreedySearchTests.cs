using CommSharp.Cli.Parity;
using CommSharp.Language;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Tests.Parity;

public sealed class GreedySearchTests
{
    [Fact]
    public void Cached_generation_equals_uncached()
    {
        using DisposeScope scope = NewDisposeScope();
        using LlamaModel model = TinyConfigs.Drawn(new LlamaModel(TinyConfigs.Llama, TensorOptions.Default));
        Tensor prompt = model.Embed(tensor(new long[,] { { 0, 0, 5, 6 }, { 7, 8, 9, 10 } }));
        Tensor mask = tensor(new long[,] { { 0, 0, 1, 1 }, { 1, 1, 1, 1 } });
        (Tensor ids, Tensor logits) = GreedySearch.Run(model, prompt, mask, 24);
        (Tensor idsAgain, Tensor logitsAgain) = GreedySearch.Run(model, prompt, mask, 24, cached: false);
        TensorAssert.Equal(ids, idsAgain);
        TensorAssert.Close(logits, logitsAgain, 1e-5);
    }
}
