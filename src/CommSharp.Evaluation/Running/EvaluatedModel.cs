using CommSharp.Multimodal.Folders;

namespace CommSharp.Evaluation.Running;

/// <summary>Which model a run asks.</summary>
/// <param name="Path">Its folder, as a person named it.</param>
/// <param name="Fingerprint">What it is known by when the run goes on.</param>
public sealed record EvaluatedModel(string Path, string Fingerprint)
{
    /// <summary>The model of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    public static EvaluatedModel Of(MultimodalFolder folder) => new(folder.Path, ModelFingerprint.Of(folder));
}
