using System.Text.Json;
using CommSharp.Data.Tasks;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Data.Tests.Tasks;

/// <summary>Conversations as Shikra's and LLaVA's own code writes them, and the comparison with ours.</summary>
internal static class GoldenConversations
{
    public const string ShikraImage = "<im_start><im_patch><im_patch><im_patch><im_patch><im_end>";

    private static readonly PromptTemplate Shikra = PromptTemplate.Vicuna with
    {
        Image = new ImageLayout { Begin = "<im_start>", Token = "<im_patch>", End = "<im_end>", TrimsBlanks = true },
    };

    public static JsonElement Read(string file) =>
        JsonElement.Parse(File.ReadAllBytes(TokenizerSource.Fixture("metrics", "prompts", file)), new JsonDocumentOptions());

    public static string Sample(params string[] parts) => TokenizerSource.Fixture(["formats", .. parts]);

    public static PromptAssembler ShikraAssembler() => new(TokenizerSource.OpenShikra(TokenizerSource.Small), Shikra, imageTokens: 4);

    public static ImageGeometry Padded(int width, int height) => ImageGeometry.Pad(width, height, 224);

    /// <summary>The sample is written as the reference writes it: the text of training and of asking, and what is asked for in training.</summary>
    public static void AssertWritten(JsonElement expected, TaskSample sample, BoxFormat format, ImageGeometry? geometry, PromptAssembler assembler)
    {
        AssembledPrompt prompt = assembler.Assemble(sample.Write(format, geometry));
        Assert.Equal(expected.GetProperty("prompt_train").GetString(), prompt.Text);
        Assert.Equal(expected.GetProperty("loss_spans").EnumerateArray().Select(span => new TextSpan(span[0].GetInt32(), span[1].GetInt32())), prompt.Answers);
        if (expected.TryGetProperty("prompt_generate", out JsonElement question))
        {
            Assert.Equal(question.GetString(), assembler.Assemble(sample.AsQuestion().Write(format, geometry)).Text);
        }
    }
}
