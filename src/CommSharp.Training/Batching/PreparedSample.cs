using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Training.Batching;

/// <summary>A sample as a model takes it.</summary>
/// <param name="Sample">The sample, boxes and points in the pixels of the picture that the model sees: after augmentation.</param>
/// <param name="Prompt">Its tokens, with those that have loss marked; of a sample that was too long, what is left.</param>
/// <param name="Squares">Its picture in each size that the model asks for; empty for words alone.</param>
/// <param name="Geometry">What was done to the picture; null for words alone.</param>
public sealed record PreparedSample(TaskSample Sample, AssembledPrompt Prompt, IReadOnlyList<RgbImage> Squares, ImageGeometry? Geometry);
