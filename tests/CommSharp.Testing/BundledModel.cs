using CommSharp.Multimodal.Converting;
using static TorchSharp.torch;

namespace CommSharp.Testing;

/// <summary>The tiny random model and the drawn picture that come with the repository, so that everything can be tried at once.</summary>
public static class BundledModel
{
    /// <summary>The model's folder.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "tiny-comm");

    /// <summary>The picture.</summary>
    public static string Picture { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "pictures", "breakfast.png");

    /// <summary>Writes both anew.</summary>
    public static void Write()
    {
        using var folder = new TemporaryFolder();
        SeeingModels.Write("comm", folder["comm"]);
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        FolderConversion.Run(folder["comm"], Folder, new ConversionOptions { Dtype = ScalarType.BFloat16 });
        Directory.CreateDirectory(Path.GetDirectoryName(Picture)!);
        File.WriteAllBytes(Picture, DrawnPicture.Breakfast());
    }
}
