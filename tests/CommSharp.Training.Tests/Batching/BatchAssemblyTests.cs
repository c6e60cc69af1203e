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

    [Theory]
    [InlineData(LossAveraging.Square, 0.5)]
    [InlineData(LossAveraging.Answer, 1)]
    public void Answers_count_by_their_own_length_in_a_conversation_and_apart(LossAveraging averaging, double power)
    {
        TaskSample[] questions = [Asked("Yes."), Asked("It is a rather large one, near the middle.")];
        var conversation = new TaskSample { Place = new DataPlace("words"), Picture = null, Turns = [.. Turns("No."), .. Turns("There are seven of them.")] };
        PreparedSample[] samples = [Prepare(TaskSample.PutApart(questions), new RgbImage(40, 40, new byte[4800])), Prepare(conversation, null)];
        TrainingBatch plain = samples.ToBatch(), batch = samples.ToBatch(averaging);
        Assert.Null(plain.Weights);
        Assert.Equal(plain.AnswerTokens, plain.AnswerWeight);
        Assert.Equal(plain.Labels, batch.Labels);

        float[] weights = batch.Weights!;
        Assert.All(weights.Zip(batch.Labels), each => Assert.Equal(each.Second == AssembledPrompt.IgnoredLabel, each.First == 0));
        float[][] answers = [.. Runs(weights)];
        Assert.Equal(4, answers.Length);
        Assert.All(answers, answer => Assert.All(answer, weight => Assert.Equal(1 / Math.Pow(answer.Length, power), weight, 1e-6)));
        Assert.Equal(answers.Sum(answer => Math.Pow(answer.Length, 1 - power)), batch.AnswerWeight, 1e-4);

        static PreparedSample Prepare(TaskSample sample, RgbImage? picture) =>
            DataSamples.Preparer().Prepare(sample, picture, isPlain: false, augmentation: null, SampleChance.None);
        static SampleTurn[] Turns(string answer) => [SampleTurn.User("What do you see?"), SampleTurn.Assistant(answer)];
        static TaskSample Asked(string answer) => new()
        {
            Place = new DataPlace("drawn"),
            Picture = "drawn.png",
            Turns = [SampleTurn.User(new SampleImage(), " What do you see?"), SampleTurn.Assistant(answer)],
        };
        static IEnumerable<float[]> Runs(float[] values)
        {
            for (int first = 0; first < values.Length; first++)
            {
                float[] run = [.. values.Skip(first).TakeWhile(value => value > 0)];
                if (run.Length > 0)
                {
                    yield return run;
                    first += run.Length;
                }
            }
        }
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
