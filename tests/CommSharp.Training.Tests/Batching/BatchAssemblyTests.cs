using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;
using TorchSharp;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Samples put together: padding on the right, labels, and the pixels that the model would prepare itself.</summary>
public sealed class BatchAssemblyTests
{
    [Fact]
    public void Samples_are_padded_on_the_right_without_loss()
    {
        using SampleSet samples = DataSamples.Open(DataSamples.Mixture);
        PreparedSample[] prepared = [.. samples.Spread(8).Select(reference => Prepare(samples, reference))];
        TrainingBatch batch = prepared.ToBatch();
        Assert.Equal((8, prepared.Max(each => each.Prompt.Tokens.Count)), (batch.Rows, batch.Length));
        Assert.Equal(batch.Rows * batch.Length, batch.Ids.Length);
        Assert.Contains(prepared, each => each.Prompt.Tokens.Count < batch.Length);
        for (int row = 0; row < batch.Rows; row++)
        {
            int length = prepared[row].Prompt.Tokens.Count;
            Assert.Equal(prepared[row].Prompt.Ids.Select(id => (long)id), batch.Ids.Skip(row * batch.Length).Take(length));
            Assert.Equal(prepared[row].Prompt.Labels.Select(id => (long)id), batch.Labels.Skip(row * batch.Length).Take(length));
            Assert.All(batch.Ids[((row * batch.Length) + length)..((row + 1) * batch.Length)], id => Assert.Equal(0, id));
            Assert.All(batch.Labels[((row * batch.Length) + length)..((row + 1) * batch.Length)], label => Assert.Equal(AssembledPrompt.IgnoredLabel, label));
        }

        Assert.Equal(prepared.Sum(each => each.Prompt.Tokens.Count), batch.Tokens);
        Assert.Equal(prepared.Sum(each => each.Prompt.Tokens.Skip(1).Count(token => token.HasLoss)), batch.AnswerTokens);
        Assert.Equal(prepared.Select(each => each.Sample.Place), batch.Places);
    }

    [Fact]
    public void Pixels_are_those_that_the_model_prepares_itself()
    {
        using SampleSet samples = DataSamples.Open(DataSamples.Mixture);
        SampleReference[] references = [.. samples.Spread(100)];
        TrainingBatch batch = references.Select(reference => Prepare(samples, reference)).ToArray().ToBatch();
        RgbImage[] pictures = [.. references.Select(reference => samples.ReadPicture(reference, samples.Make(reference, SampleChance.None))).OfType<RgbImage>()];
        Assert.True(pictures.Length < references.Length);
        Assert.Equal(pictures.Length, batch.PictureCount);
        Assert.Equal(DataSamples.ImageSizes, batch.Pictures.Select(each => each.Size));
        using ImageBatch expected = ImageBatch.Prepare(pictures, DataSamples.Config.Image, DataSamples.ImageSizes);
        foreach (BatchPixels pixels in batch.Pictures)
        {
            using torch.Tensor values = torch.tensor(pixels.Values, [batch.PictureCount, 3, pixels.Size, pixels.Size]);
            Assert.True(values.Equals(expected.At(pixels.Size, pixels.Size)));
        }
    }

    [Fact]
    public void Words_alone_make_a_batch_without_pictures()
    {
        var sample = new TaskSample { Place = new DataPlace("words"), Picture = null, Turns = [SampleTurn.User("Hello."), SampleTurn.Assistant("Hi!")] };
        PreparedSample prepared = DataSamples.Preparer().Prepare(sample, null, isPlain: false, new AugmentationSettings { Flip = 1 }, SampleChance.None);
        TrainingBatch batch = new[] { prepared }.ToBatch();
        Assert.Empty(batch.Pictures);
        Assert.Equal(0, batch.PictureCount);
        Assert.DoesNotContain(DataSamples.Config.ImageTokens.Placeholder, batch.Ids);
    }

    [Fact]
    public void Boxes_that_are_moved_are_written_where_they_are_then()
    {
        var sample = new TaskSample
        {
            Place = new DataPlace("drawn"),
            Picture = "drawn.png",
            Turns = [SampleTurn.User(new SampleImage(), "Where?"), SampleTurn.Assistant(new SampleBoxes([new PixelBox(10, 0, 20, 40)]))],
        };
        var picture = new RgbImage(40, 40, new byte[4800]);
        PreparedSample mirrored = DataSamples.Preparer().Prepare(sample, picture, isPlain: false, new AugmentationSettings { Flip = 1 }, SampleChance.None);
        Assert.Contains("[0.500,0.000,0.750,1.000]", mirrored.Prompt.Text, StringComparison.Ordinal);
        PreparedSample asItIs = DataSamples.Preparer().Prepare(sample, picture, isPlain: false, augmentation: null, SampleChance.None);
        Assert.Contains("[0.250,0.000,0.500,1.000]", asItIs.Prompt.Text, StringComparison.Ordinal);
    }

    private static PreparedSample Prepare(SampleSet samples, SampleReference reference) =>
        DataSamples.Preparer().Prepare(samples, reference, augmentation: null, SampleChance.None);
}
