using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Text;
using CommSharp.Training.Batching;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>A sample of a saved batch.</summary>
/// <param name="Place">Where its record stands.</param>
/// <param name="Text">Its tokens as text.</param>
/// <param name="Ids">Its token ids, padding left out.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record DumpedSample(string Place, string Text, IReadOnlyList<long> Ids, IReadOnlyList<long> Labels);

/// <summary>A step whose loss was no number.</summary>
/// <param name="Step">The step.</param>
/// <param name="Loss">The loss, as text, for JSON has no such number.</param>
/// <param name="GradientNorm">The norm of its gradients.</param>
/// <param name="Batches">Its batches.</param>
internal sealed record DumpedStep(long Step, string Loss, string GradientNorm, IReadOnlyList<IReadOnlyList<DumpedSample>> Batches);

/// <summary>Saves a step's samples for a person who looks for what was wrong with them.</summary>
internal static class BatchDump
{
    /// <summary>Writes batch.json, and the pixels of the pictures as pixels.safetensors.</summary>
    /// <param name="folder">The folder; replaced.</param>
    /// <param name="batch">The step's samples.</param>
    /// <param name="outcome">What it found.</param>
    /// <param name="tokenizer">Reads the tokens.</param>
    /// <exception cref="CommSharpException">The folder cannot be written.</exception>
    public static void Write(string folder, StepBatch batch, StepOutcome outcome, LlamaTokenizer tokenizer)
    {
        if (Directory.Exists(folder))
        {
            RunFolder.Discard(folder);
        }

        using var target = new AtomicFolder(folder);
        ConfigurationFile.Write(
            target["batch.json"],
            new DumpedStep(
                batch.Step,
                outcome.Loss.ToString(System.Globalization.CultureInfo.InvariantCulture),
                outcome.GradientNorm.ToString(System.Globalization.CultureInfo.InvariantCulture),
                [.. batch.Batches.Select(each => (IReadOnlyList<DumpedSample>)[.. Enumerable.Range(0, each.Rows).Select(row => Sample(each, row, tokenizer))])]));
        using DisposeScope scope = NewDisposeScope();
        var pixels = batch.Batches.SelectMany((each, i) => each.Pictures.Select(pictures => (
            Name: $"batch{i}.size{pictures.Size}",
            Tensor: tensor(pictures.Values, [each.PictureCount, 3, pictures.Size, pictures.Size])))).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        if (pixels.Count > 0)
        {
            SafetensorsWriter.Write(
                target["pixels.safetensors"],
                pixels.Select(entry => new TensorEntry(entry.Key, entry.Value.dtype, entry.Value.shape)),
                entry => pixels[entry.Name].detach());
        }

        target.Commit();
    }

    private static DumpedSample Sample(TrainingBatch batch, int row, LlamaTokenizer tokenizer)
    {
        int start = row * batch.Length, end = start + batch.Length;
        while (end > start && batch.Ids[end - 1] == 0)
        {
            end--;
        }

        long[] ids = batch.Ids[start..end];
        string text = tokenizer.Decode([.. ids.Where(id => id >= 0 && id < tokenizer.VocabularySize).Select(id => (int)id)]);
        return new DumpedSample(batch.Places[row].ToString(), text, ids, batch.Labels[start..end]);
    }
}
