using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed class AnswerLossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_sum_is_the_mean_of_all_logits_losses_times_the_number_of_labels()
    {
        using MultimodalModel model = Model(), same = Model();
        using ImageBatch images = Pictures();
        (Tensor ids, Tensor labels) = Batch();
        Tensor sum = model.AnswerLoss(images, ids, labels), mean = LanguageLoss.CrossEntropy(same.call(images, ids), labels);
        long count = labels.narrow(1, 1, labels.shape[1] - 1).ne(LanguageLoss.IgnoredLabel).sum().item<long>();
        Assert.Equal(7, count);
        Assert.Equal(0, sum.dim());
        TensorAssert.Close(mean, sum / count, 1e-6);

        sum.backward();
        (mean * count).backward();
        foreach ((var ours, var reference) in model.parameters().Zip(same.parameters()).Where(pair => pair.Second.grad is not null))
        {
            TensorAssert.Close(reference.grad!, ours.grad!, 1e-5);
        }
    }

    [Fact]
    public void Weights_scale_the_term_of_their_label()
    {
        using MultimodalModel model = Model();
        (Tensor ids, Tensor labels) = Words();
        Tensor weights = zeros(ids.shape);
        weights[0, 2] = 0.25f;
        weights[1, 3] = 3;
        weights[1, 1] = 7; // has no label
        Tensor expected = (Only(0, 2) * 0.25) + (Only(1, 3) * 3);
        TensorAssert.Close(expected, model.AnswerLoss(null, ids, labels, weights: weights), 1e-5);
        TensorAssert.Close(model.AnswerLoss(null, ids, labels), model.AnswerLoss(null, ids, labels, weights: ones(ids.shape)), 1e-5);

        Tensor Only(long row, long place)
        {
            Tensor one = full_like(labels, LanguageLoss.IgnoredLabel);
            one[row, place] = labels[row, place];
            return model.AnswerLoss(null, ids, one);
        }
    }

    [Fact]
    public void What_stands_in_the_padding_on_the_right_changes_nothing()
    {
        using MultimodalModel model = Model();
        using ImageBatch images = Pictures();
        (Tensor ids, Tensor labels) = Batch();
        Tensor others = ids.clone();
        others[1, 22] = 50;
        Assert.Equal(model.AnswerLoss(images, ids, labels).item<float>(), model.AnswerLoss(images, others, labels).item<float>());
    }

    [Fact]
    public void Rows_count_alike_together_and_alone()
    {
        using MultimodalModel model = Model();
        (Tensor ids, Tensor labels) = Words();
        Tensor alone = model.AnswerLoss(null, ids.narrow(0, 0, 1), labels.narrow(0, 0, 1))
            + model.AnswerLoss(null, ids.narrow(0, 1, 1).narrow(1, 0, 4), labels.narrow(0, 1, 1).narrow(1, 0, 4));
        TensorAssert.Close(alone, model.AnswerLoss(null, ids, labels), 1e-5);
    }

    [Fact]
    public void Words_alone_need_no_picture_and_teach_the_decoder_only()
    {
        using MultimodalModel model = Model();
        (Tensor ids, Tensor labels) = Words();
        model.AnswerLoss(null, ids, labels).backward();
        Assert.All(model.Language.parameters(), parameter => Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
        Assert.All(model.Vision.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void A_batch_without_labels_costs_nothing_and_teaches_nothing()
    {
        using MultimodalModel model = Model();
        (Tensor ids, _) = Words();
        Tensor loss = model.AnswerLoss(null, ids, full_like(ids, LanguageLoss.IgnoredLabel));
        Assert.Equal(0, loss.item<float>());
        loss.backward();
        Assert.All(model.Language.parameters(), parameter => Assert.Equal(0, parameter.grad?.abs().sum().item<float>() ?? 0));
    }

    [Fact]
    public void A_label_on_the_first_token_is_not_counted()
    {
        using MultimodalModel model = Model();
        (Tensor ids, Tensor labels) = Words();
        Tensor first = labels.clone();
        first[0, 0] = 1;
        Assert.Equal(model.AnswerLoss(null, ids, labels).item<float>(), model.AnswerLoss(null, ids, first).item<float>());
    }

    [Fact]
    public void Placeholders_without_a_picture_and_labels_of_another_shape_are_refused()
    {
        using MultimodalModel model = Model();
        (Tensor ids, Tensor labels) = Batch();
        Assert.Contains("32 image tokens, but the pictures give 0", Refused(() => model.AnswerLoss(null, ids, labels)), StringComparison.Ordinal);
        Assert.Contains("ids are [2, 23] and labels [1, 23]", Refused(() => model.AnswerLoss(null, ids, labels.narrow(0, 0, 1))), StringComparison.Ordinal);

        static string Refused(Action action) => Assert.Throws<CommSharpException>(action).Message;
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using MultimodalModel model = Model();
        using ImageBatch images = Pictures();
        (Tensor ids, Tensor labels) = Batch();
        using var frozen = no_grad();
        LeakGuard.Check(() => model.AnswerLoss(images, ids, labels).Dispose());
    }

    private static MultimodalModel Model() => TinyConfigs.Drawn(new MultimodalModel(TinyConfigs.Comm, TensorOptions.Default));

    private static ImageBatch Pictures()
    {
        using var generator = new Generator(4);
        return new ImageBatch(rand([2, 3, 28, 28], generator: generator));
    }

    /// <summary>Two rows with a picture each and answers of 4 and 3 tokens; the second is padded with one token.</summary>
    private static (Tensor Ids, Tensor Labels) Batch()
    {
        long[] Row(params long[] words) => [1, 97, .. Enumerable.Repeat(96L, 16), 98, .. words];
        const long No = LanguageLoss.IgnoredLabel;
        long[] Labels(params long[] words) => [.. Enumerable.Repeat(No, 19), .. words];
        return (
            stack([tensor(Row(5, 6, 7, 2)), tensor(Row(8, 9, 2, 0))]),
            stack([tensor(Labels(5, 6, 7, 2)), tensor(Labels(8, 9, 2, No))]));
    }

    private static (Tensor Ids, Tensor Labels) Words()
    {
        const long No = LanguageLoss.IgnoredLabel;
        return (
            tensor(new long[,] { { 1, 12, 13, 14, 15, 2 }, { 1, 22, 23, 2, 0, 0 } }),
            tensor(new long[,] { { No, No, 13, No, 15, 2 }, { No, No, 23, 2, No, No } }));
    }
}
