using CommSharp.Answering.Engine;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Server.Tests;

/// <summary>The bundled model, loaded once for all tests.</summary>
public sealed class LoadedEngine : IDisposable
{
    public AnswerEngine Engine { get; } = Load(new AnswerEngineOptions { MaxQueue = 16, MaxRows = 8 });

    public static AnswerEngine Load(AnswerEngineOptions options) => AnswerEngine.Load(MultimodalFolder.Open(BundledModel.Folder), TensorOptions.Default, options);

    public void Dispose() => Engine.Dispose();
}
