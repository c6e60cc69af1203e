using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Export;

/// <summary>Writes a model as a folder that Hugging Face's classes load.</summary>
internal static class HuggingFaceFolder
{
    private const string WeightsName = "model.safetensors";

    /// <summary>Writes the folder.</summary>
    /// <param name="target">The folder; it must not exist yet. It appears when it is complete.</param>
    /// <param name="json">The JSON files by name.</param>
    /// <param name="tensors">The weights; tensors outlive the call.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="files">Files to copy, by their names in the folder.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">Nothing can be written, or a file cannot be read.</exception>
    public static void Write(
        string target,
        IReadOnlyDictionary<string, JsonObject> json,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        ScalarType dtype,
        IReadOnlyDictionary<string, string> files,
        CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        using var folder = new AtomicFolder(target);
        foreach ((string name, JsonObject content) in json)
        {
            AtomicFile.WriteText(folder[name], content.ToJsonString(CommJson.Options) + "\n");
        }

        foreach ((string name, string file) in files)
        {
            try
            {
                AtomicFile.WriteBytes(folder[name], File.ReadAllBytes(file));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommSharpException($"{file}: {FileFault.OfReading(error)}", error);
            }
        }

        Dictionary<string, Tensor> all = tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        SafetensorsWriter.Write(
            folder[WeightsName],
            all.Select(entry => new TensorEntry(entry.Key, dtype, entry.Value.shape)),
            entry => all[entry.Name].detach().to(dtype),
            cancellationToken: cancellationToken);
        folder.Commit();
    }
}
