using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>A sample as a model takes it.</summary>
/// <param name="Sample">The sample, boxes and points in the pixels of the picture that the model sees: after augmentation.</param>
/// <param name="Prompt">Its tokens, with those that have loss marked; of a sample that was too long, what is left.</param>
/// <param name="Squares">Its picture in each size that the model asks for; empty for words alone.</param>
/// <param name="Geometry">What was done to the picture; null for words alone.</param>
public sealed record PreparedSample(TaskSample Sample, AssembledPrompt Prompt, IReadOnlyList<RgbImage> Squares, ImageGeometry? Geometry)
{
    /// <summary>Questions about the same picture that stand apart: each begins with the <see cref="Shared"/> first tokens of <see cref="Prompt"/> and sees nothing of its other ones.</summary>
    public IReadOnlyList<AssembledPrompt> Beside { get; init; } = [];

    /// <summary>How many tokens all questions begin with, the picture's among them; 0 when there is one question.</summary>
    public int Shared { get; init; }

    /// <summary>For each question, <see cref="Prompt"/> first, the tokens that are taught where to look; empty where none are.</summary>
    public IReadOnlyList<IReadOnlyList<GuidedToken>> Guided { get; init; } = [];

    /// <summary>All questions, each as if it were alone.</summary>
    public IEnumerable<AssembledPrompt> Prompts => Beside.Prepend(Prompt);

    /// <summary>The number of tokens, shared ones once.</summary>
    public int TokenCount => Prompt.Tokens.Count + Beside.Sum(prompt => prompt.Tokens.Count - Shared);
}
